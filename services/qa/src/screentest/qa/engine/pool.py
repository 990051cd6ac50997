"""Child processes that measure clips, as many at once as the pool is large.

Owns starting, feeding, killing and replacing children. Must never import PyAV or OpenCV: a decoder
that crashes or hangs takes a child with it, never the service. Children are plain subprocesses
that speak JSON lines (`child`), because the pools of the standard library give up all their workers
when one dies.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from screentest.qa.engine.child_process import (
    CHILD,
    ChildLost,
    ChildProcess,
    EngineMisconfigured,
    EngineUnavailable,
)
from screentest.qa.engine.job import ClipJob, ClipReport
from screentest.qa.engine.options import ChildOptions

__all__ = ["ClipPool", "EngineMisconfigured", "EngineUnavailable"]

#: Once may be chance (somebody killed the child); twice is the clip.
_CRASHES = 2


class ClipPool:
    """Measures clips in child processes; an async context manager."""

    def __init__(
        self,
        *,
        size: int,
        time_limit_s: float,
        check_time_limit_s: float = 10.0,
        memory_limit_bytes: int = 4 << 30,
        face_models: tuple[Path, Path] | None = None,
        command: Sequence[str] = CHILD,
    ) -> None:
        """Prepare a pool; children start with it, or when one is needed.

        Args:
            size: how many clips are measured at once.
            time_limit_s: how long one clip may take before its child is killed.
            check_time_limit_s: how much longer each custom check may take.
            memory_limit_bytes: address space of one child (libraries map about 1 GiB).
            face_models: files of the face detector and recognizer; None: no likeness is measured.
            command: what starts a child; tests put a misbehaving one here.
        """
        #: How many clips are measured at once.
        self.size = size
        options = ChildOptions(
            time_limit_s=time_limit_s,
            check_time_limit_s=check_time_limit_s,
            memory_limit_bytes=memory_limit_bytes,
            face_detector=str(face_models[0]) if face_models else None,
            face_recognizer=str(face_models[1]) if face_models else None,
        )
        self._command = (*command, options.to_argument())
        self._time_limit_s, self._check_time_limit_s = time_limit_s, check_time_limit_s
        # Last in, first out: a child that is warm is taken before one must be started.
        self._slots: asyncio.LifoQueue[ChildProcess | None] = asyncio.LifoQueue()
        for _ in range(size):
            self._slots.put_nowait(None)
        self._children: set[ChildProcess] = set()
        #: Children that crashed or were killed at the time limit, since the start.
        self.children_lost = 0

    async def __aenter__(self) -> Self:
        """Start one child, so that a broken installation shows at once.

        Raises:
            EngineMisconfigured: a model or a custom check cannot be used.
            EngineUnavailable: it does not start for another reason.
        """
        self._slots.get_nowait()
        self._slots.put_nowait(await self._start_child())
        return self

    async def __aexit__(self, *_: object) -> None:
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
        A custom check that does either costs its own measures: the clip is measured without it.

        Raises:
            EngineUnavailable: a child could not be started.
        """
        child = await self._slots.get()
        try:
            started = time.perf_counter()
            skipped: dict[str, str] = {}
            crashes = 0
            while True:
                child = child or await self._start_child()
                try:
                    return await child.ask(
                        replace(job, skipped_checks=skipped),
                        time_limit_s=self._time_limit_s,
                        check_time_limit_s=self._check_time_limit_s,
                    )
                except ChildLost as lost:
                    await self._lose(child)
                    child = None
                    if lost.check is not None and lost.check not in skipped:
                        crash = "" if lost.is_late else "crashed its process: "
                        skipped[lost.check] = f"it {crash}{lost.how}"
                        continue
                    crashes += 1
                    if lost.is_late:
                        reason = f"measuring it {lost.how}"
                    elif crashes == _CRASHES:
                        reason = f"measuring it crashed the decoder twice: {lost.how}"
                    else:
                        continue
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

    async def _start_child(self) -> ChildProcess:
        child = await ChildProcess.start(self._command)
        self._children.add(child)
        return child

    async def _lose(self, child: ChildProcess) -> None:
        self.children_lost += 1
        self._children.discard(child)
        await child.stop()
