"""As which operating-system user Postgres may run, and where that user can keep its data.

Postgres refuses to run as root. When we are root, it runs as `postgres` or `nobody`; an ordinary
user runs it as himself. Never creates a user.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from screentest.stack.errors import StackError
from screentest.stack.processes import Account

_RECORD = "postgres-folder"
_OWNER = "stack-folder"
_ELSEWHERE = Path("/var/tmp")  # noqa: S108 - folders in it are made by mkdtemp
_PREFIX = "screentest-postgres-"
_UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Home:
    """A folder for Postgres and the account that owns it; None is ourselves."""

    folder: Path
    account: Account | None


def postgres_home(stack_folder: Path) -> Home:
    """A folder Postgres can own: below the stack's, or under /var/tmp where it cannot get there.

    The second happens to root when the project lies below a closed folder such as /root. The place
    is recorded in the stack's folder, and found again there.

    Raises:
        StackError: we are root and the machine has neither `postgres` nor `nobody`.
    """
    usual = stack_folder / "postgres"
    usual.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() != 0:
        return Home(usual, None)
    account = _owner(usual) or _unprivileged_account()
    os.chown(usual, account.uid, account.gid)
    if _can_use(usual, account):
        return Home(usual, account)
    recorded = recorded_folder(stack_folder)
    if recorded and recorded.is_dir() and _owner(recorded) == account:
        return Home(recorded, account)
    _delete_orphans(account)
    elsewhere = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_ELSEWHERE))
    (elsewhere / _OWNER).write_text(f"{stack_folder}\n", encoding="utf-8")
    os.chown(elsewhere, account.uid, account.gid)
    (stack_folder / _RECORD).write_text(f"{elsewhere}\n", encoding="utf-8")
    return Home(elsewhere, account)


def recorded_folder(stack_folder: Path) -> Path | None:
    """Where Postgres' data had to lie outside the stack's folder, or None."""
    record = stack_folder / _RECORD
    return Path(record.read_text(encoding="utf-8").strip()) if record.exists() else None


def _delete_orphans(account: Account) -> None:
    """Delete data whose stack's folder was deleted without `make clean`."""
    for folder in _ELSEWHERE.glob(f"{_PREFIX}*"):
        # Only we can have given a folder to that account, so nobody else's is ever deleted.
        if _owner(folder) == account and (folder / _OWNER).is_file():
            stack_folder = Path((folder / _OWNER).read_text(encoding="utf-8").strip())
            if not stack_folder.exists():
                shutil.rmtree(folder, ignore_errors=True)


def _owner(folder: Path) -> Account | None:
    """The account a folder was given to at an earlier start; None when it is root's."""
    status = folder.stat()
    return Account(status.st_uid, status.st_gid) if status.st_uid else None


def _unprivileged_account() -> Account:
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise StackError(
        "Postgres refuses to run as root, and there is no user `postgres` or `nobody` to run it "
        "as: create one, or run the stack as an ordinary user."
    )


def _can_use(folder: Path, account: Account) -> bool:
    probe = subprocess.run(  # noqa: S603 - fixed script
        ["/bin/sh", "-c", '[ -w "$1" ]', "sh", str(folder)],
        check=False,
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
    )
    return probe.returncode == 0
