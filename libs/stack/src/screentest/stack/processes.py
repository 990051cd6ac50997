"""Child processes: started on a leash, stopped with patience, recognised when left over.

Every process of a stack carries `SCREENTEST_STACK_FOLDER` in its environment and hands it down to
its own children. That mark, read back from the kernel, is the only proof by which a process that
was not started here is ever signalled; a process number in a file is never enough.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

MARK = "SCREENTEST_STACK_FOLDER"
POLL_S = 0.02
_LEASH = Path(__file__).with_name("leash.py")
_KEPT_LOG_BYTES = 8_000_000
# The kernel's death signal fires when the *thread* that forked ends, so all children are forked by
# one thread that lives as long as this process.
_forks = ThreadPoolExecutor(max_workers=1, thread_name_prefix="screentest-forks")


@dataclass(frozen=True, slots=True)
class Account:
    """The operating-system user a program runs as."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Program:
    """What to run: an absolute program, its arguments, its whole environment and its log file."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    folder: Path = Path("/")
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM


class Child:
    """One running program, leader of its own session, so that its whole group can be ended."""

    def __init__(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        self.program = program
        self._process = process

    @classmethod
    def start(cls, program: Program) -> Self:
        """Start the program with its output appended to its log.

        Raises:
            OSError: the interpreter or the log file cannot be opened.
        """
        return cls(program, _forks.submit(_fork, program).result())

    @property
    def pid(self) -> int:
        """The process number, valid until `exit_code` is not None."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative signal number when a signal ended it."""
        return self._process.poll()

    def wait(self, timeout_s: float) -> int | None:
        """Its exit code, or None when it still runs after the timeout."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout=timeout_s)
        return None

    def kill(self) -> None:
        """SIGKILL to the program and everything in its group, at once."""
        if self.exit_code is None:
            self._signal_group(signal.SIGKILL)
        self._process.wait()

    def stop(self, *, grace_s: float) -> bool:
        """Ask it to stop, then kill its group; True when the grace was enough."""
        if self.exit_code is None:
            self._process.send_signal(self.program.stop_signal)
        try:
            self._process.wait(timeout=grace_s)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        self.sweep()
        return True

    def sweep(self) -> None:
        """End what an exited program left in its group."""
        # The group's number cannot have been given away: numbers are handed out in a circle, and
        # the leader was reaped a moment ago.
        self._signal_group(signal.SIGKILL)

    def tail(self, lines: int = 20) -> str:
        """The last lines of the log; empty when it wrote nothing."""
        return tail(self.program.log, lines)

    def _signal_group(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def _fork(program: Program) -> subprocess.Popen[bytes]:
    _rotate(program.log)
    account = f"{program.account.uid}:{program.account.gid}" if program.account else "-"
    leash = [str(_LEASH), str(os.getpid()), str(int(program.stop_signal)), account]
    with program.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - programs this package names itself
            [sys.executable, "-I", "-S", *leash, *program.arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=program.folder,
            env=dict(program.environment),
            start_new_session=True,
        )


def _rotate(log: Path) -> None:
    """Keep one older log, so that a crash loop cannot fill the disk."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _KEPT_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))


def tail(log: Path, lines: int) -> str:
    """The last lines of a text file, at most 64 kB of them; empty when there is no file."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 65_536))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def marked(folder: Path) -> list[int]:
    """Process numbers of everything alive that carries this stack folder's mark, except us."""
    return list(_marked_with_parents(folder))


def end_marked(folder: Path, *, grace_s: float = 3.0) -> list[int]:
    """End what a killed stack left running in this folder; the process numbers it ended."""
    left = marked(folder)
    # SIGTERM lets Postgres wait for its clients, SIGINT is its fast stop.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        alive = _marked_with_parents(folder)
        roots = [pid for pid, parent in alive.items() if parent not in alive]
        for pid in alive if number == signal.SIGKILL else roots:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        until = time.monotonic() + grace_s
        # A process loses its environment some time before it is gone, hence both questions.
        while (marked(folder) or any(map(identity, left))) and time.monotonic() < until:
            time.sleep(POLL_S)
    return left


def _marked_with_parents(folder: Path) -> dict[int, int]:
    wanted = f"{MARK}={folder}".encode()
    everything = _processes_linux() if sys.platform == "linux" else _processes_ps()
    return {
        pid: parent
        for pid, parent, environment in everything
        if wanted in environment and pid != os.getpid()
    }


def identity(pid: int) -> str | None:
    """What tells this process from a later one of the same number; None when it is not alive."""
    if sys.platform != "linux":
        return _ps("-p", str(pid), "-o", "lstart=").strip() or None
    try:
        state, *fields = _stat(pid)
    except OSError:
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return None if state in "ZX" else f"{boot}:{fields[18]}"


def _stat(pid: int) -> list[str]:
    """Linux: the fields of /proc/PID/stat from the third (state, parent, ...) on."""
    line = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return line.rpartition(")")[2].split()


def _processes_linux() -> Iterator[tuple[int, int, frozenset[bytes]]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):  # it ended meanwhile, or is another user's
                environment = frozenset((entry / "environ").read_bytes().split(b"\0"))
                pid = int(entry.name)
                yield pid, int(_stat(pid)[1]), environment


def _processes_ps() -> Iterator[tuple[int, int, frozenset[bytes]]]:
    for line in _ps("-A", "-E", "-ww", "-o", "pid=,ppid=,command=").splitlines():
        pid, parent, *words = line.split()
        yield int(pid), int(parent), frozenset(word.encode() for word in words)


def _ps(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - fixed arguments
        ["/bin/ps", *arguments], check=False, capture_output=True, text=True
    )
    return done.stdout
