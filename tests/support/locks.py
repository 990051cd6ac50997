"""Lock files, and what the members of the workspace ask for."""

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

_ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>[^\\\n]+?))? \\\n"
    r"(?P<hashes>(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    flags=re.MULTILINE,
)


def entries(path: Path) -> dict[str, set[tuple[str, frozenset[str]]]]:
    """Versions and their hashes of every package in a lock file: mostly one, more by markers."""
    text = path.read_text()
    found: dict[str, set[tuple[str, frozenset[str]]]] = {}
    for match in _ENTRY.finditer(text):
        pin = (match["version"], frozenset(re.findall(r"sha256:\w+", match["hashes"])))
        found.setdefault(match["name"], set()).add(pin)
    pins = re.findall(r"^\S+==", text, flags=re.MULTILINE)
    assert sum(map(len, found.values())) == len(pins), "every line of the lock is understood"
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def project(folder: Path) -> dict[str, Any]:
    """What a pyproject.toml says of its project."""
    said: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return said


def members() -> dict[str, Path]:
    """Every member of the workspace by its name."""
    folders = [*ROOT.glob("libs/*"), *ROOT.glob("services/*")]
    return {project(folder)["name"]: folder for folder in folders}


def needs(service: str) -> tuple[set[str], set[str]]:
    """Members of the workspace that a service is built of, and the packages these ask for."""
    known = members()
    asked: set[str] = set()
    seen: set[str] = set()
    waiting = [f"screentest-{service}"]
    while waiting:
        member = waiting.pop()
        seen.add(member)
        for dependency in project(known[member])["dependencies"]:
            name = _normal(re.match(r"[\w.-]+", dependency)[0])
            if name not in known:
                asked.add(name)
            elif name not in seen:
                waiting.append(name)
    return seen, asked
