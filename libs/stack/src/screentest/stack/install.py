"""Brings the server programs onto the machine when they are missing.

Packages are the only thing ever changed system-wide: the instances a package would start are kept
from starting, and a system instance that runs already is left alone and never used.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

from screentest.stack.binaries import find_postgres, find_prometheus, find_rabbitmq
from screentest.stack.errors import ServerMissingError, StackError

# One shell script, so that root and sudo take the same path and the policy comes back even when
# apt fails. Debian's invoke-rc.d and deb-systemd-invoke both ask policy-rc.d before a start.
_APT_SCRIPT = r"""
set -u
policy=/usr/sbin/policy-rc.d
kept=/usr/sbin/policy-rc.d.kept-by-screentest
if [ -e "$policy" ] && ! grep -q 'screentest: no start' "$policy"; then
    mv "$policy" "$kept"
fi
restore() {
    if [ -e "$kept" ]; then mv -f "$kept" "$policy"; else rm -f "$policy"; fi
}
trap restore EXIT
trap 'exit 130' HUP INT TERM
printf '#!/bin/sh\n# screentest: no start while its packages are installed\nexit 101\n' > "$policy"
chmod 755 "$policy"
export DEBIAN_FRONTEND=noninteractive
lock='DPkg::Lock::Timeout=300'
# A package list that cannot be refreshed may still be good enough.
apt-get -o "$lock" update -q || echo 'The package lists could not be refreshed; going on.' >&2
apt-get -o "$lock" install -y -q --no-install-recommends "$@"
"""


def missing_packages() -> list[str]:
    """Debian names of what is missing: a subset of `postgresql`, `rabbitmq-server`."""
    missing = [] if find_postgres() else ["postgresql"]
    return missing if find_rabbitmq() else [*missing, "rabbitmq-server"]


def ensure_servers(say: Callable[[str], None]) -> None:
    """Install what is missing, telling `say` before anything is changed.

    Raises:
        ServerMissingError: something is missing and cannot be installed from here.
    """
    refuse_windows()
    missing = missing_packages()
    if not missing:
        return
    prefix = _root_prefix()
    if shutil.which("apt-get") is None or prefix is None:
        raise ServerMissingError(_how_to_install(missing))
    say(f"Installing {' and '.join(missing)} with apt (their system services stay off).")
    _run_apt(prefix, missing)
    if still := missing_packages():
        raise ServerMissingError(
            f"apt finished, but the server programs of {' and '.join(still)} are still not found. "
            "Look at apt's output above."
        )


def ensure_prometheus(say: Callable[[str], None]) -> bool:
    """Install Prometheus if it is missing; whether it is there now. A stack runs without it."""
    if find_prometheus():
        return True
    prefix = _root_prefix()
    if shutil.which("apt-get") is None or prefix is None:
        say("Prometheus is not installed, and cannot be from here: install it for OBSERVE=1.")
        return False
    say("Installing prometheus with apt (its system service stays off).")
    try:
        _run_apt(prefix, ["prometheus"])
    except ServerMissingError as error:
        say(str(error))
    return find_prometheus() is not None


def refuse_windows() -> None:
    """Say in one sentence that Windows cannot run the embedded stack.

    Raises:
        StackError: on Windows.
    """
    if sys.platform == "win32":
        raise StackError(
            "The embedded stack does not run on Windows; use WSL 2, or docker compose."
        )


def _root_prefix() -> list[str] | None:
    """What to put before a command to run it as root; None when that takes a password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    probe = subprocess.run([sudo, "-n", "true"], check=False, capture_output=True)  # noqa: S603
    return [sudo, "-n"] if probe.returncode == 0 else None


def _run_apt(prefix: Sequence[str], packages: Sequence[str]) -> None:
    command = [*prefix, "sh", "-c", _APT_SCRIPT, "install", *packages]
    # Standard output stays free for what a command was asked to print.
    done = subprocess.run(  # noqa: S603 - a fixed script; package names are constants
        command, check=False, stdin=subprocess.DEVNULL, stdout=sys.stderr
    )
    if done.returncode != 0:
        raise ServerMissingError(
            f"apt could not install {' and '.join(packages)} (exit code {done.returncode}). "
            f"Its words are above; once mended, run the command again."
        )


def _how_to_install(missing: Sequence[str]) -> str:
    names = " and ".join({"postgresql": "PostgreSQL"}.get(name, "RabbitMQ") for name in missing)
    if sys.platform == "darwin":
        formulas = " ".join({"postgresql": "postgresql@16"}.get(n, "rabbitmq") for n in missing)
        how = f"`brew install {formulas}`"
    elif shutil.which("apt-get"):
        how = f"`sudo apt-get install {' '.join(missing)}`"
    else:
        how = "the system's package manager"
    return f"The server programs of {names} are missing: install them with {how}, then try again."
