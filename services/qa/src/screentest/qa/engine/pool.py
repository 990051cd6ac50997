"""Child processes that measure clips, as many at once as the pool is large.

Owns starting, feeding, killing and replacing children. Must never import PyAV or OpenCV: a decoder
that crashes or hangs takes a child with it, never the service. Children are plain subprocesses
that speak JSON lines (`child`), because the pools of the standard library give up all their workers
when one dies.
"""

import asyncio
import contextlib
import signal
import sys
import time
from collections import deque
from types import TracebackType
from typing import Self

from screentest.common.problems import Retryable
from screentest.qa.engine.job import ClipJob, ClipReport

_START_TIMEOUT_S = 60.0
_CHILD = (sys.executable, "-m", "screentest.qa.engine.child")
#: A report has some 50 measurements of 300 bytes.
_LONGEST_LINE_BYTES = 1 << 20
_STDERR_LINES_KEPT = 20


class EngineUnavailable(Retryable):
    """No child process can be started, so no clip can be measured. Not the clip's fault."""


class _ChildLost(Exception):  # noqa: N818 - an event inside this module
    """A child ended without an answer; the message says how."""


class ClipPool:
    """Measures clips in child processes; an async context manager."""

    def __init__(
        self,
        *,
        size: int,
        time_limit_s: float,
        memory_limit_bytes: int = 4 << 30,
        command: tuple[str, ...] = _CHILD,
    ) -> None:
        """Prepare a pool; children start with it, or when one is needed.

        Args:
            size: how many clips are measured at once.
            time_limit_s: how long one clip may take before its child is killed.
            memory_limit_bytes: address space of one child (libraries map about 1 GiB).
            command: what starts a child; tests put a misbehaving one here.
        """
        #: How many clips are measured at once.
        self.size = size
        self._command = (*command, str(time_limit_s), str(memory_limit_bytes))
        self._time_limit_s = time_limit_s
        # Last in, first out: a child that is warm is taken before one must be started.
        self._slots: asyncio.LifoQueue[_Child | None] = asyncio.LifoQueue()
        for _ in range(size):
            self._slots.put_nowait(None)
        self._children: set[_Child] = set()
        #: Children that crashed or were killed at the time limit, since the start.
        self.children_lost = 0

    async def __aenter__(self) -> Self:
        """Start one child, so that a broken installation shows at once."""
        self._slots.get_nowait()
        self._slots.put_nowait(await self._start_child())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop all children."""
        await asyncio.gather(*(child.stop() for child in tuple(self._children)))
        self._children.clear()

    @property
    def busy(self) -> int:
        """Clips being measured now."""
        return self.size - self._slots.qsize()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The children that live now."""
        return tuple(child.process_id for child in self._children)

    async def measure(self, job: ClipJob) -> ClipReport:
        """Measure a clip, waiting for a free child first.

        A clip that hangs its child, or crashes two in a row, gets a report that says `unreadable`.

        Raises:
            EngineUnavailable: a child could not be started.
        """
        child = await self._slots.get()
        try:
            started = time.perf_counter()
            for _ in range(2):
                child = child or await self._start_child()
                try:
                    return await asyncio.wait_for(child.ask(job), self._time_limit_s)
                except TimeoutError:
                    reason = f"measuring it took longer than {self._time_limit_s:g} s"
                    await self._lose(child)
                    child = None
                    break
                except _ChildLost as lost:
                    # Once may be chance (somebody killed the child); twice is the clip.
                    reason = f"measuring it crashed the decoder twice: {lost}"
                    await self._lose(child)
                    child = None
            return ClipReport.unreadable(reason, time.perf_counter() - started)
        except asyncio.CancelledError:
            # The child is in the middle of a clip nobody waits for any more.
            if child is not None:
                self._children.discard(child)
                await child.stop()
                child = None
            raise
        finally:
            self._slots.put_nowait(child)

    async def _start_child(self) -> "_Child":
        child = await _Child.start(self._command)
        self._children.add(child)
        return child

    async def _lose(self, child: "_Child") -> None:
        self.children_lost += 1
        self._children.discard(child)
        await child.stop()


class _Child:
    """One child process and the pipes to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._last_words: deque[str] = deque(maxlen=_STDERR_LINES_KEPT)
        self._listener = asyncio.create_task(self._listen())

    @property
    def process_id(self) -> int:
        """The operating system's number of it."""
        return self._process.pid

    @classmethod
    async def start(cls, command: tuple[str, ...]) -> Self:
        """Start a child and wait until its libraries are loaded.

        Raises:
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
        child = cls(process)
        try:
            await asyncio.wait_for(child._read_line(), _START_TIMEOUT_S)
        except (TimeoutError, _ChildLost) as error:
            await child.stop()
            raise EngineUnavailable(f"a measuring process did not start: {error}") from error
        except asyncio.CancelledError:
            await child.stop()
            raise
        return child

    async def ask(self, job: ClipJob) -> ClipReport:
        """One job, one report.

        Raises:
            _ChildLost: the child ended, or said something that is not a report.
        """
        if self._process.stdin is None:
            raise RuntimeError("a child is started with a pipe to write to")
        try:
            self._process.stdin.write(job.to_line())
            await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            raise _ChildLost(await self._obituary()) from None
        line = await self._read_line()
        try:
            return ClipReport.from_line(line)
        except ValueError as error:
            raise _ChildLost(str(error)) from error

    async def stop(self) -> None:
        """Kill it and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()
        await self._listener

    async def _read_line(self) -> bytes:
        if self._process.stdout is None:
            raise RuntimeError("a child is started with a pipe to read from")
        try:
            line = await self._process.stdout.readline()
        except ValueError as error:  # a line without end
            raise _ChildLost(f"its answer has no end: {error}") from error
        if not line.endswith(b"\n"):
            raise _ChildLost(await self._obituary())
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
        await self.stop()
        code = self._process.returncode or 0
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        return f"{how} ({self._last_words[-1]})" if self._last_words else how
