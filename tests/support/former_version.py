"""The version before this one: its code and migrations, out of the project's own history.

Its processes run with the packages of today's lock. What differs is our own code, which they find
first on their path.
"""

import io
import json
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from screentest.stack.servers import Servers

#: What an upgrade to the present tree begins with; on main, of which every commit is whole. It is
#: the first whose migrations were never edited afterwards. A release moves it to its own commit, so
#: that the next one is tried beside what people run by then.
COMMIT = "191942fcbeda947bd5078092b4f0823b115e616e"

_PROJECT = Path(__file__).parents[2]
_PARTS = ("libs", "services", "migrations", "docs/openapi.json")
#: As the stack starts its services: see `screentest.stack.services.Service.arguments`.
_PYTHON = (sys.executable, "-s", "-P")


@dataclass(frozen=True)
class FormerVersion:
    """A tree of the former version."""

    tree: Path

    @classmethod
    def unpacked(cls, folder: Path) -> "FormerVersion":
        """Lay the former version out in a folder; skips the test where there is no history."""
        if not _is_in_history():
            pytest.skip(f"the former version, {COMMIT[:7]}, is not in this checkout's history")
        archive = _git("archive", "--format=tar", COMMIT, *_PARTS).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        return cls(folder)

    @property
    def migrations(self) -> Path:
        """The folder of its migrations."""
        return self.tree / "migrations"

    @property
    def contract(self) -> Any:
        """The OpenAPI document of its api."""
        return json.loads((self.tree / "docs" / "openapi.json").read_text())

    @property
    def environment(self) -> dict[str, str]:
        """What makes a Python process one of the former version."""
        sources = sorted(
            map(str, [*self.tree.glob("libs/*/src"), *self.tree.glob("services/*/src")])
        )
        return {"PYTHONPATH": os.pathsep.join(sources)}

    def file_of(self, module: str) -> Path:
        """Where a process of the former version finds a module."""
        return Path(self._run("-c", f"import {module}; print({module}.__file__)").strip())

    def migrate(self, servers: Servers) -> None:
        """Bring an empty database to where the former version left it, by its own command."""
        settings = {
            "SCREENTEST_PG_DSN": servers.pg_admin_dsn(),
            "SCREENTEST_PG_ROLE_PASSWORDS": json.dumps(servers.role_passwords),
        }
        arguments = ("--root", str(self.migrations))
        self._run("-m", "screentest.common.migrate", *arguments, **settings)

    def _run(self, *arguments: str, **settings: str) -> str:
        done = subprocess.run(
            [*_PYTHON, *arguments],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, **self.environment, **settings},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def _is_in_history() -> bool:
    try:
        return _git("cat-file", "-e", f"{COMMIT}^{{commit}}").returncode == 0
    except FileNotFoundError:  # no git
        return False


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["git", "-C", str(_PROJECT), *arguments], check=False, capture_output=True
    )
