"""A private Postgres cluster in a folder: made once, started on a free loopback port.

Owns the data folder and the server process. Never touches a system cluster, never runs as root.
"""

import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

from screentest.stack.accounts import Home, postgres_home
from screentest.stack.binaries import PostgresBinaries, find_postgres
from screentest.stack.errors import ServerMissingError, StartError
from screentest.stack.folder import StackFolder, write_private
from screentest.stack.ports import LOOPBACK, free_ports
from screentest.stack.processes import MARK, POLL_S, Child, Program, identity

ADMIN = "screentest"
_START_TIMEOUT_S = 30.0
_STOP_GRACE_S = 6.0
_INITDB_TIMEOUT_S = 60.0
_PORT_ATTEMPTS = 3
# Bytewise order is fast and the same everywhere; lower() and ILIKE must know all letters.
_UNICODE_CTYPE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
_READY_LINE = 7  # of postmaster.pid: "ready" once connections are accepted; pg_ctl reads it too


class Postgres:
    """One private cluster; `start` and `stop` may be called again and again."""

    def __init__(self, folder: StackFolder, *, durable: bool) -> None:
        self._folder = folder
        self._durable = durable
        self._child: Child | None = None
        self._lock = threading.RLock()
        self.port = 0
        #: Whether this start made the cluster, so that it holds nothing yet.
        self.is_new = False
        self.log = folder.path / "logs" / "postgres.log"

    @property
    def password(self) -> str:
        """The superuser's password, made with the cluster."""
        return self._folder.secret("postgres-admin")

    @property
    def is_running(self) -> bool:
        """Whether the server process lives."""
        return self._child is not None and self._child.exit_code is None

    @property
    def pid(self) -> int | None:
        """The postmaster's process number while it runs."""
        return self._child.pid if self._child and self.is_running else None

    def admin_dsn(self, database: str) -> str:
        """Address for the cluster's superuser."""
        return self.dsn(ADMIN, self.password, database)

    def dsn(self, role: str, password: str, database: str) -> str:
        """Address for any role."""
        return f"postgresql://{role}:{password}@{LOOPBACK}:{self.port}/{database}"

    def start(self) -> None:
        """Make the cluster if there is none and start it; returns when it accepts connections.

        Raises:
            ServerMissingError: no fitting PostgreSQL is installed.
            StartError: it did not come up.
        """
        with self._lock:
            home = postgres_home(self._folder.path)
            binaries = _fitting_binaries(home.folder / "data")
            self.is_new = not (home.folder / "data").exists()
            if self.is_new:
                self._make_cluster(binaries, home)
            _remove_stale(home.folder / "data" / "postmaster.pid")
            for attempt in range(1, _PORT_ATTEMPTS + 1):
                self.port = self.port or free_ports(1)[0]
                if self._start_once(binaries, home):
                    return
                words = self._child.tail() if self._child else ""
                self.stop()
                if "Address already in use" not in words or attempt == _PORT_ATTEMPTS:
                    raise StartError.with_tail("Postgres did not start", self.log, words)
                self.port = 0

    def revive(self) -> bool:
        """Start it again if it died by itself; whether it had.

        Raises:
            StartError: it did not come up again.
        """
        with self._lock:
            died = self._child is not None and self._child.exit_code is not None
            if died:
                self.start()
            return died

    def join(self, port: int) -> None:
        """Take the address of the cluster another process of ours runs in this folder."""
        self.port = port

    def stop(self) -> None:
        """Stop it; open connections are closed."""
        with self._lock:
            if self._child is not None:
                self._child.stop(grace_s=_STOP_GRACE_S)
                self._child = None

    def kill(self) -> None:
        """End it as a power failure would and leave it down; for tests of recovery."""
        with self._lock:
            if self._child is not None:
                self._child.kill()
                self._child = None

    def _start_once(self, binaries: PostgresBinaries, home: Home) -> bool:
        data = home.folder / "data"
        self._child = Child.start(
            Program(
                name="postgres",
                arguments=[str(binaries.postgres), *self._options(data)],
                environment=self._environment(),
                log=self.log,
                account=home.account,
                stop_signal=signal.SIGINT,  # Postgres' fast stop
            )
        )
        return self._wait_until_ready(data / "postmaster.pid")

    def _make_cluster(self, binaries: PostgresBinaries, home: Home) -> None:
        fresh = home.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)  # an interrupted initdb left it
        password_file = home.folder / "password"
        write_private(password_file, self.password)
        if home.account:
            os.chown(password_file, home.account.uid, home.account.gid)
        maker = Child.start(
            Program(
                name="initdb",
                arguments=[
                    *(str(binaries.initdb), "--pgdata", str(fresh), "--no-sync"),
                    *("--username", ADMIN, "--pwfile", str(password_file)),
                    *("--auth", "scram-sha-256", "--encoding", "UTF8"),
                    *("--locale", "C", "--lc-ctype", _UNICODE_CTYPE),
                ],
                environment=self._environment(),
                log=self._folder.path / "logs" / "initdb.log",
                account=home.account,
            )
        )
        exit_code = maker.wait(_INITDB_TIMEOUT_S)
        password_file.unlink()
        if exit_code != 0:
            maker.kill()
            raise StartError.with_tail("initdb failed", maker.program.log, maker.tail())
        fresh.rename(home.folder / "data")

    def _options(self, data: Path) -> list[str]:
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "64MB",
            "log_min_messages": "warning",
            "log_line_prefix": "%m [%p] %u ",
        }
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        pairs = [("-c", f"{name}={value}") for name, value in settings.items()]
        return ["-D", str(data), *(word for pair in pairs for word in pair)]

    def _environment(self) -> dict[str, str]:
        # Nothing of the caller's: a PGDATA or PGPORT of his would reach the private cluster.
        return {
            "PATH": os.defpath,
            "LC_ALL": "C",
            "TZ": "UTC",
            MARK: str(self._folder.path),
        }

    def _wait_until_ready(self, pid_file: Path) -> bool:
        until = time.monotonic() + _START_TIMEOUT_S
        while self._child is not None and self._child.exit_code is None:
            if _is_ready(pid_file, self._child.pid):
                return True
            if time.monotonic() > until:
                break
            time.sleep(POLL_S)
        return False


def _remove_stale(pid_file: Path) -> None:
    """Remove a killed postmaster's pid file; Postgres itself takes a zombie for a live one."""
    if pid_file.exists():
        number = pid_file.read_text(encoding="utf-8").partition("\n")[0]
        if not number.isdecimal() or identity(int(number)) is None:
            pid_file.unlink()


def _is_ready(pid_file: Path, pid: int) -> bool:
    """Whether this very postmaster says in its pid file that it accepts connections."""
    try:
        lines = pid_file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return (
        len(lines) > _READY_LINE and lines[0] == str(pid) and lines[_READY_LINE].strip() == "ready"
    )


def _fitting_binaries(data: Path) -> PostgresBinaries:
    """The newest installation, or for an existing cluster the one of its own version."""
    installed = find_postgres()
    if not installed:
        raise ServerMissingError(
            "PostgreSQL's server programs are not installed: run `make setup`."
        )
    version_file = data / "PG_VERSION"
    if not version_file.exists():
        return installed[0]
    major = int(version_file.read_text(encoding="ascii"))
    fitting = next((one for one in installed if one.major in (major, 0)), None)
    if fitting is None:
        raise ServerMissingError(
            f"The data in {data} was made by PostgreSQL {major}, which is not installed: "
            "install it, or start anew with `make clean`."
        )
    return fitting
