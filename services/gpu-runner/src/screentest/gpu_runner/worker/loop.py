"""The worker's loop: while the slot is free take a render, carry it to its end, take the next.

Renders whose worker was lost go before new ones. Must never hold a delivery while it renders: a
claim is a row and a lease, and the queue has forgotten the job by then.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any
from uuid import UUID

from screentest.common.bus import BROKER_ERRORS
from screentest.common.logs import get_logger
from screentest.common.outbox import current_traceparent
from screentest.common.work_queue import Job, WorkQueue
from screentest.gpu_runner import handlers
from screentest.gpu_runner.domain import Claim
from screentest.gpu_runner.worker.cancellations import Cancellations
from screentest.gpu_runner.worker.gap import IdleGap
from screentest.gpu_runner.worker.patience import T, in_transaction
from screentest.gpu_runner.worker.presence import Presence
from screentest.gpu_runner.worker.rendering import Rendering, Stop
from screentest.gpu_runner.worker.studio import Studio
from screentest.gpu_runner.worker.tasks import ended

log = get_logger()

#: How long a stop waits for the database to take the last result, or the render back.
_LAST_WORDS_S = 5.0


class Worker:
    """One slot of one render backend."""

    def __init__(self, studio: Studio, queue: WorkQueue) -> None:
        self._studio = studio
        self._queue = queue
        self._presence = Presence(studio)
        self._cancellations = Cancellations(studio.settings.pg_dsn, self._render_cancelled)
        self._gap = IdleGap()
        self._draining = asyncio.Event()
        self._rendering: Rendering | None = None

    async def run(self) -> None:
        """Work until cancelled, then drain: finish the render or hand it back."""
        async with self._queue, self._companions():
            working = asyncio.create_task(self._work())
            try:
                await asyncio.shield(working)
            except asyncio.CancelledError:
                await self._drain(working)
                raise

    async def _work(self) -> None:
        while not self._draining.is_set():
            claim = await self._next()
            if claim is not None:
                await self._render(claim)

    async def _next(self) -> Claim | None:
        """The next render; None when there was none for a while, or the worker is to stop."""
        with self._gap.waiting():
            await self._unless_draining(self._presence.backend_answers.wait())
        if self._draining.is_set():
            return None
        orphan = await self._take_over()
        if orphan is not None:
            return orphan
        with self._gap.waiting():
            wait_s = self._studio.settings.lease_ttl_s / 3
            job = await self._unless_draining(self._queue.take(wait_s=wait_s))
        return None if job is None else await self._claim(job)

    async def _take_over(self) -> Claim | None:
        settings = self._studio.settings
        take_over = partial(
            handlers.take_over,
            renderer=self._studio.renderer,
            worker=settings.worker,
            ttl_s=settings.lease_ttl_s,
        )
        return await in_transaction(self._studio.pool, take_over, what="take_over")

    async def _claim(self, job: Job) -> Claim | None:
        """Claim a job and let the queue forget it; one that can never be done is buried."""
        try:
            claim = await self._claim_in_database(job)
        except Exception as error:
            log.exception("job_buried")
            with suppress(*BROKER_ERRORS):
                await job.bury(f"{type(error).__name__}: {error}")
            return None
        # Unless the broker is away: then it delivers the job again, and the inbox knows it.
        with suppress(*BROKER_ERRORS):
            await job.ack()
        return claim

    async def _claim_in_database(self, job: Job) -> Claim | None:
        envelope, request = job.envelope, job.request
        settings = self._studio.settings
        claim = partial(
            handlers.claim,
            request=request,
            queue=self._queue.name,
            message_id=envelope.id,
            traceparent=envelope.traceparent,
            worker=settings.worker,
            ttl_s=settings.lease_ttl_s,
        )
        token = current_traceparent.set(envelope.traceparent)
        try:
            return await in_transaction(self._studio.pool, claim, what="claim")
        finally:
            current_traceparent.reset(token)

    async def _render(self, claim: Claim) -> None:
        self._rendering = Rendering(claim, self._studio, self._gap)
        self._presence.busy_with(claim.request.render_id)
        try:
            await self._rendering.run()
        finally:
            self._rendering = None
            self._presence.busy_with()

    def _render_cancelled(self, render_id: UUID) -> None:
        if self._rendering and self._rendering.claim.request.render_id == render_id:
            self._rendering.stop(Stop.LEASE_LOST)

    async def _drain(self, working: asyncio.Task[None]) -> None:
        """Take no more; give the render its grace, then hand it back."""
        self._draining.set()
        self._presence.draining()
        await asyncio.wait({working}, timeout=self._studio.settings.grace_s)
        if self._rendering is not None:
            log.info("render_handed_back", render_id=str(self._rendering.claim.request.render_id))
            self._rendering.stop(Stop.HAND_BACK)
        await asyncio.wait({working}, timeout=_LAST_WORDS_S)
        await ended(working)
        await self._presence.say()

    async def _unless_draining(self, waiting: Coroutine[Any, Any, T]) -> T | None:
        """What ``waiting`` returns, or None if the worker is to stop before that."""
        task = asyncio.create_task(waiting)
        stop = asyncio.create_task(self._draining.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            # The AMQP library may cancel what waits on a channel that breaks.
            return task.result() if task.done() and not task.cancelled() else None
        finally:
            await ended(task, stop)

    @asynccontextmanager
    async def _companions(self) -> AsyncIterator[None]:
        """What goes on beside the loop, the drain included."""
        companions = [
            asyncio.create_task(self._presence.announce(), name="presence"),
            asyncio.create_task(self._presence.watch_backend(), name="backend"),
            asyncio.create_task(self._cancellations.run(), name="cancellations"),
        ]
        try:
            yield
        finally:
            await ended(*companions)
