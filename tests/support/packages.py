"""Python packages installed into a folder, for what is found by entry points."""

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path


def install(site: Path, name: str, source: str, checks: Mapping[str, str]) -> None:
    """Install package ``name`` with one module; ``checks`` are its entry points by name."""
    module = name.replace("-", "_")
    (site / f"{module}.py").write_text(source)
    _write_facts(site, name, {key: f"{module}:{value}" for key, value in checks.items()})


def install_project(site: Path, project: Path) -> None:
    """Install the package whose ``pyproject.toml`` and ``src`` are in the folder ``project``."""
    facts = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    shutil.copytree(project / "src", site, dirs_exist_ok=True)
    _write_facts(site, facts["name"], facts["entry-points"]["screentest.qa.checks"])


def _write_facts(site: Path, name: str, entry_points: Mapping[str, str]) -> None:
    folder = site / f"{name.replace('-', '_')}-1.0.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n")
    lines = [f"{key} = {value}" for key, value in entry_points.items()]
    (folder / "entry_points.txt").write_text("\n".join(["[screentest.qa.checks]", *lines, ""]))
