"""As which operating-system user Postgres may run, and where that user can keep its data.

Postgres refuses to run as root. When we are root, it runs as `postgres` or `nobody`; an ordinary
user runs it as himself. Never creates a user.
"""

import os
import pwd
import subprocess
import tempfile
from pathlib import Path

from screentest.stack.errors import StackError
from screentest.stack.processes import Account

_RECORD = "postgres-folder"
_UNPRIVILEGED = ("postgres", "nobody")


def unprivileged_account() -> Account | None:
    """The user to change to, or None when we are an ordinary user already.

    Raises:
        StackError: we are root and the machine has neither `postgres` nor `nobody`.
    """
    if os.geteuid() != 0:
        return None
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


def own_folder(stack_folder: Path, account: Account | None) -> Path:
    """A folder the account owns: below the stack's, or under /var/tmp where it cannot get there.

    The second happens to root when the project lies below a closed folder such as /root. The place
    is recorded in the stack's folder, and found again there.
    """
    usual = stack_folder / "postgres"
    usual.mkdir(mode=0o700, exist_ok=True)
    if account is None:
        return usual
    os.chown(usual, account.uid, account.gid)
    if _can_use(usual, account):
        return usual
    recorded = recorded_folder(stack_folder)
    if recorded and recorded.is_dir() and recorded.stat().st_uid == account.uid:
        return recorded
    elsewhere = Path(tempfile.mkdtemp(prefix="screentest-postgres-", dir="/var/tmp"))
    os.chown(elsewhere, account.uid, account.gid)
    (stack_folder / _RECORD).write_text(f"{elsewhere}\n", encoding="utf-8")
    return elsewhere


def recorded_folder(stack_folder: Path) -> Path | None:
    """Where Postgres' data had to lie outside the stack's folder, or None."""
    record = stack_folder / _RECORD
    return Path(record.read_text(encoding="utf-8").strip()) if record.exists() else None


def _can_use(folder: Path, account: Account) -> bool:
    probe = subprocess.run(  # noqa: S603 - fixed program
        ["/usr/bin/test", "-w", str(folder)],
        check=False,
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
    )
    return probe.returncode == 0
