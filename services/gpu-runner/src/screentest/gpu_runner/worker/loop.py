"""The worker's loop: while there is room on the line take a render and send it along.

Renders whose worker was lost go before new ones. Must never hold a delivery while it renders: a
claim is a row and a lease, and the queue has forgotten the job by then.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from screentest.common.logs import get_logger
from screentest.common.work_queue import WorkQueue
from screentest.gpu_runner.domain import Claim
from screentest.gpu_runner.store.notices import CANCELLED_CHANNEL, DRAIN_CHANNEL, RELIEVED_CHANNEL
from screentest.gpu_runner.worker.claiming import Claiming
from screentest.gpu_runner.worker.gap import IdleGap
from screentest.gpu_runner.worker.intake import Intake
from screentest.gpu_runner.worker.leftovers import Leftovers
from screentest.gpu_runner.worker.line import Line, Place
from screentest.gpu_runner.worker.notifications import Notifications
from screentest.gpu_runner.worker.patience import T
from screentest.gpu_runner.worker.presence import Presence
from screentest.gpu_runner.worker.rendering import Rendering, Stop
from screentest.gpu_runner.worker.studio import Studio
from screentest.gpu_runner.worker.tasks import ended

log = get_logger()

#: How long a stop waits for the database to take the last result, or the render back.
_LAST_WORDS_S = 5.0
#: How long a worker that ran out of work waits for more before it relieves a colleague.
_FIRST_LOOK_S = 0.25


class Worker:
    """One render backend and the line of renders that leads through it."""

    def __init__(self, studio: Studio, queue: WorkQueue) -> None:
        self._studio = studio
        self._queue = queue
        self._claiming = Claiming(studio, queue)
        self._presence = Presence(studio, queue)
        self._line = Line(self._moved)
        self._intake = Intake(studio, self._drains)
        self._leftovers = Leftovers(studio)
        self._notifications = Notifications(
            studio.settings.pg_dsn,
            {
                CANCELLED_CHANNEL: self._render_cancelled,
                RELIEVED_CHANNEL: self._render_relieved,
                DRAIN_CHANNEL: self._drain_ordered,
            },
        )
        self._gap = IdleGap()
        self._renderings: set[Rendering] = set()
        #: Something changed that a worker which waits for a job should look at.
        self._news = asyncio.Event()
        self._was_idle = False

    async def run(self) -> None:
        """Work until cancelled, then finish the renders or hand them back."""
        async with self._queue, self._companions():
            working = asyncio.create_task(self._work())
            asking = asyncio.create_task(self._intake.run())
            try:
                done, _ = await asyncio.wait({working, asking}, return_when=asyncio.FIRST_COMPLETED)
                # Neither ends by itself: what it died of ends the process.
                done.pop().result()
            except asyncio.CancelledError:
                await self._stop(working)
                raise
            finally:
                await ended(working, asking)

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as renderings:
            while not self._intake.stopped.is_set():
                await self._line.acquire(Place.STAGING)
                claim = await self._next()
                if claim is None:
                    self._line.release(Place.STAGING)
                else:
                    claim = replace(claim, device=self._presence.device)
                    rendering = Rendering(claim, self._studio, self._line, self._gap)
                    self._renderings.add(rendering)
                    renderings.create_task(self._carry_out(rendering))

    async def _next(self) -> Claim | None:
        """The next render; None when there was none for a while, or nothing is to be taken."""
        if not (self._intake.opened.is_set() and self._presence.backend_answers.is_set()):
            self._gap.pause()
            await self._unless_stopped(self._intake.opened.wait())
            await self._unless_stopped(self._presence.backend_answers.wait())
        if not self._intake.opened.is_set():
            return None
        own = [rendering.render_id for rendering in self._renderings]
        orphan = await self._claiming.orphan(besides=own)
        return orphan or await self._from_queue() or await self._from_colleague()

    async def _from_queue(self) -> Claim | None:
        """A render from the queue; workers that would only stage it come last."""
        self._news.clear()
        wait_s = self._studio.settings.lease_ttl_s / 3
        job = await self._unless_stopped(
            self._queue.take(
                wait_s=min(_FIRST_LOOK_S, wait_s) if self._became_idle() else wait_s,
                unless=self._news,
                eagerly=self._is_idle,
            )
        )
        if job is None:
            return None
        if not self._intake.opened.is_set():
            await self._claiming.leave(job)
            return None
        return await self._claiming.job(job)

    async def _from_colleague(self) -> Claim | None:
        """A render that a busy colleague has staged, if this worker has nothing else to do."""
        if not (self._is_idle and self._intake.opened.is_set()):
            return None
        return await self._claiming.staged_by_colleague()

    async def _carry_out(self, rendering: Rendering) -> None:
        if not self._intake.opened.is_set():
            # It was claimed while the intake was closed.
            rendering.stop(Stop.HAND_BACK)
        try:
            await rendering.run()
        finally:
            self._renderings.remove(rendering)

    @property
    def _is_idle(self) -> bool:
        return not self._line.at(Place.STAGING, Place.BACKEND)

    def _became_idle(self) -> bool:
        was_idle, self._was_idle = self._was_idle, self._is_idle
        return self._was_idle and not was_idle

    def _moved(self) -> None:
        """A render has moved along the line."""
        if self._is_idle:
            self._news.set()
        for rendering in self._renderings:
            if rendering.is_at(Place.BACKEND):
                self._presence.warm(rendering.claim.request.needs.model_names)
        self._presence.show(
            busy_with=self._line.at(Place.BACKEND, Place.FINISHING),
            staged=self._line.at(Place.STAGING),
        )

    def _render_cancelled(self, render_id: str) -> None:
        self._render_lost(render_id)
        self._leftovers.look()

    def _render_relieved(self, render_and_worker: str) -> None:
        render_id, worker = render_and_worker.split(" ", maxsplit=1)
        if worker == self._studio.worker:
            self._render_lost(render_id)

    def _render_lost(self, render_id: str) -> None:
        for rendering in self._renderings:
            if rendering.render_id == UUID(render_id):
                rendering.stop(Stop.LEASE_LOST)

    def _drain_ordered(self, worker: str) -> None:
        if worker == self._studio.worker:
            self._intake.look()

    def _drains(self, drains: bool) -> None:
        """Take no more, or take some again. What the backend has not begun goes to a colleague."""
        self._presence.draining(drains)
        self._news.set()
        if drains:
            self._hand_back(one for one in self._renderings if one.is_at(Place.STAGING))

    async def _stop(self, working: asyncio.Task[None]) -> None:
        """Take no more; give what has begun its grace, then hand it back."""
        self._intake.stop()
        await asyncio.wait({working}, timeout=self._studio.settings.grace_s)
        self._hand_back(self._renderings)
        await asyncio.wait({working}, timeout=_LAST_WORDS_S)
        await ended(working)
        await self._presence.say()

    def _hand_back(self, renderings: Iterable[Rendering]) -> None:
        for rendering in renderings:
            log.info(
                "render_handed_back",
                run_id=str(rendering.claim.request.run_id),
                render_id=str(rendering.render_id),
            )
            rendering.stop(Stop.HAND_BACK)

    async def _unless_stopped(self, waiting: Coroutine[Any, Any, T]) -> T | None:
        """What ``waiting`` returns, or None if the worker is to stop before that."""
        task = asyncio.create_task(waiting)
        stop = asyncio.create_task(self._intake.stopped.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            # The AMQP library may cancel what waits on a channel that breaks.
            return task.result() if task.done() and not task.cancelled() else None
        finally:
            await ended(task, stop)

    @asynccontextmanager
    async def _companions(self) -> AsyncIterator[None]:
        """What goes on beside the loop, the stop included."""
        companions = [
            asyncio.create_task(self._presence.announce(), name="presence"),
            asyncio.create_task(self._presence.watch_backend(), name="backend"),
            asyncio.create_task(self._notifications.run(), name="notifications"),
            asyncio.create_task(self._leftovers.run(), name="leftovers"),
        ]
        try:
            yield
        finally:
            await ended(*companions)
