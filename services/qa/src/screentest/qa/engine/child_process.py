"""One child process and the pipes to it, seen from the parent.

A child is watched by a pidfd and killed through it. `Process.kill` of asyncio polls the process
first, and so may collect the exit status of one that has just died, before the event loop's own
watcher does; the watcher then finds no process and makes up status 255.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections import deque
from dataclasses import dataclass
from typing import Self

from screentest.common.problems import Retryable
from screentest.qa.engine.job import ClipJob, ClipReport
from screentest.qa.engine.protocol import check_of

CHILD = (sys.executable, "-m", "screentest.qa.engine.child")

_START_TIMEOUT_S = 60.0
_END_TIMEOUT_S = 5.0
#: A report has some 50 measurements of 300 bytes.
_LONGEST_LINE_BYTES = 1 << 20
_STDERR_LINES_KEPT = 20


class EngineUnavailable(Retryable):
    """No child process can be started, so no clip can be measured. Not the clip's fault."""


class EngineMisconfigured(Exception):  # noqa: N818 - the word people use for it
    """A child refuses what it is told to load; the message is its own sentence."""


@dataclass(eq=False)
class ChildLost(Exception):  # noqa: N818 - an event inside the engine
    """A child gave no answer."""

    #: How it ended, or how long it took.
    how: str
    #: The custom check that was running; None: the clip was decoded and measured by our own.
    check: str | None = None
    #: It was given up because it took too long.
    is_late: bool = False


class ChildProcess:
    """A child that measures one clip at a time."""

    def __init__(self, process: asyncio.subprocess.Process, pidfd: int | None) -> None:
        """See `start`."""
        self._process = process
        self._pidfd = pidfd
        self._last_words: deque[str] = deque(maxlen=_STDERR_LINES_KEPT)
        self._listener = asyncio.create_task(self._listen())

    @property
    def process_id(self) -> int:
        """The operating system's number of it."""
        return self._process.pid

    @classmethod
    async def start(cls, command: tuple[str, ...]) -> Self:
        """Start a child and wait until its libraries and models are loaded.

        Raises:
            EngineMisconfigured: it cannot use a model or a check that it was told to load.
            EngineUnavailable: it ended or said nothing for a minute.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=_LONGEST_LINE_BYTES,
                # A Ctrl-C in the terminal is for the service, which drains first.
                start_new_session=True,
            )
        except OSError as error:
            raise EngineUnavailable(f"cannot start a measuring process: {error}") from error
        child = cls(process, _pidfd(process.pid))
        try:
            await child._read_line(_START_TIMEOUT_S)
        except ChildLost as lost:
            await child.stop()
            if process.returncode == os.EX_CONFIG:
                raise EngineMisconfigured(child.last_words or lost.how) from lost
            raise EngineUnavailable(f"a measuring process did not start: {lost.how}") from lost
        except asyncio.CancelledError:
            await child.stop()
            raise
        return child

    @property
    def last_words(self) -> str:
        """The last line it wrote to stderr."""
        return self._last_words[-1] if self._last_words else ""

    async def ask(
        self, job: ClipJob, *, time_limit_s: float, check_time_limit_s: float
    ) -> ClipReport:
        """One job, one report.

        Raises:
            ChildLost: the child ended, took too long, or said something that is not a report.
        """
        if self._process.stdin is None:
            raise RuntimeError("a child is started with a pipe to write to")
        check: str | None = None
        limit_s = time_limit_s
        try:
            self._process.stdin.write(job.to_line())
            # A job is shorter than what a pipe holds: this never waits.
            await self._process.stdin.drain()
            while True:
                line = await self._read_line(limit_s)
                announced = check_of(line)
                if announced is None:
                    return ClipReport.from_line(line)
                check, limit_s = announced, check_time_limit_s
        except (BrokenPipeError, ConnectionResetError):
            raise ChildLost(await self._obituary()) from None
        except ValueError as error:
            raise ChildLost(str(error), check) from error
        except ChildLost as lost:
            lost.check = check
            raise

    async def stop(self) -> None:
        """Kill it and wait until it is gone."""
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            os.close(self._pidfd)
            self._pidfd = None
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()
        await self._listener

    async def _read_line(self, limit_s: float) -> bytes:
        """The next whole line.

        Raises:
            ChildLost: there is none within the limit, or at all.
        """
        if self._process.stdout is None:
            raise RuntimeError("a child is started with a pipe to read from")
        try:
            async with asyncio.timeout(limit_s):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise ChildLost(f"took longer than {limit_s:g} s", is_late=True) from None
        except ValueError as error:  # a line without end
            raise ChildLost(f"its answer has no end: {error}") from error
        if not line.endswith(b"\n"):
            raise ChildLost(await self._obituary())
        return line

    async def _listen(self) -> None:
        """Keep the last lines of stderr, and the pipe from filling up."""
        if self._process.stderr is None:
            raise RuntimeError("a child is started with a pipe for its errors")
        with contextlib.suppress(ValueError):
            async for line in self._process.stderr:
                self._last_words.append(line.decode(errors="replace").rstrip())

    async def _obituary(self) -> str:
        """How it ended, in words; kills it if it has only closed its pipe."""
        # An interpreter that exits closes its pipes long before it has an exit status.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_TIMEOUT_S):
                await self._process.wait()
        await self.stop()
        code = self._process.returncode or 0
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        return f"{how} ({self.last_words})" if self.last_words else how


def _pidfd(process_id: int) -> int | None:
    """A handle of the process that can never mean another one; None: it has ended already."""
    try:
        return os.pidfd_open(process_id)
    except ProcessLookupError:
        return None
