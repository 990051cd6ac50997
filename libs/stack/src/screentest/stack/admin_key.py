"""The key of the first administrator: made by the api, kept in the stack's folder."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from screentest.stack.errors import StartError
from screentest.stack.folder import write_private
from screentest.stack.services import Service

_FILE = "admin-key"
# It is made while all services start, on a core or two.
_TIMEOUT_S = 180


def read_admin_key(folder: Path) -> str | None:
    """The key that was made; None before that."""
    path = folder / _FILE
    return path.read_text(encoding="utf-8").strip() if path.exists() else None


def make_admin_key(
    folder: Path, api: Service, *, environment: Mapping[str, str], project: Path
) -> str:
    """Have ``api`` make a key, and keep it.

    Raises:
        StartError: it did not; with what it said.
    """
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, *api.arguments, "admin-key", "--name", "admin"],
        check=False,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        stdin=subprocess.DEVNULL,
        cwd=project,
        env=environment,
    )
    lines = done.stdout.split()
    if done.returncode != 0 or len(lines) != 1:
        said = (done.stderr or done.stdout).strip() or "(nothing)"
        raise StartError(f"The api could not make the first admin key; it said:\n{said}")
    write_private(folder / _FILE, f"{lines[0]}\n")
    return lines[0]
