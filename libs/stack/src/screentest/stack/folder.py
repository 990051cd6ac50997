"""The private folder a stack keeps its state in: lock, secrets, small records.

Everything secret is a file of mode 0600; nothing here is ever put on a command line.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

from screentest.stack.errors import FolderInUseError, StackError

_TRAVERSABLE = 0o711  # Postgres, run as another user by root, must reach its own folder below
_PRIVATE = 0o700


class StackFolder:
    """One stack's folder; whoever holds its lock is the one process that may run servers in it."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().resolve()
        self._lock: int | None = None

    def prepare(self) -> None:
        """Make the folder, closed to others' reading.

        Raises:
            StackError: it belongs to another user.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.path.chmod(_TRAVERSABLE if os.geteuid() == 0 else _PRIVATE)
        except PermissionError as error:
            raise StackError(
                f"{self.path} cannot be used by this user ({error.strerror}): run the stack as "
                "the user who made it, or name another folder with --folder."
            ) from None

    def lock(self) -> None:
        """Hold the folder until `unlock` or the end of this process, however it ends.

        Raises:
            FolderInUseError: another process holds it.
        """
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise FolderInUseError(
                f"A stack is already running in {self.path}. Stop it with `make down`, "
                "or use another folder."
            ) from None
        self._lock = descriptor

    def unlock(self) -> None:
        """Let the folder go; nothing happens when it was not held."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def is_locked_by_us(self) -> bool:
        """Whether this object holds the lock."""
        return self._lock is not None

    def wait_until_free(self, timeout_s: float) -> bool:
        """Wait for another process to let the folder go; False when it did not in time."""
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            with contextlib.suppress(FolderInUseError):
                self.lock()
                self.unlock()
                return True
            time.sleep(0.05)
        return False

    @property
    def digest(self) -> str:
        """Eight hex digits that tell this folder from any other on this machine."""
        return hashlib.sha256(str(self.path).encode()).hexdigest()[:8]

    def secret(self, name: str) -> str:
        """A random secret of 32 hex digits, made once per folder."""
        path = self.path / "secrets" / name
        if not path.exists():
            path.parent.mkdir(mode=_PRIVATE, exist_ok=True)
            write_private(path, secrets.token_hex(16))
        return path.read_text(encoding="ascii").strip()

    def read_record(self, name: str) -> dict[str, Any]:
        """A small JSON object kept in the folder; empty when absent or broken off."""
        try:
            record = json.loads((self.path / name).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return record if isinstance(record, dict) else {}

    def write_record(self, name: str, record: dict[str, Any]) -> None:
        """Replace a record in one step, so that a reader never sees half of it."""
        write_private(self.path / name, json.dumps(record, indent=1))


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner can read, replacing an old one in one step."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
