"""One claimed render on its way along the line to its one end.

The lease is renewed from the claim to the end, at every place of the line; a render whose lease is
gone is stopped and what it made is thrown away. Whether a result counts is decided by the database
alone, in the transaction that records it.
"""

import asyncio
import time
from dataclasses import replace
from enum import Enum, auto
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from structlog.contextvars import bound_contextvars

from screentest.common.db import Tx
from screentest.common.logs import get_logger
from screentest.gpu_runner import handlers
from screentest.gpu_runner.domain import Claim, Failure, RenderedSegment, Status
from screentest.gpu_runner.engine.backend import RenderedClip, RenderFailed, RenderJob
from screentest.gpu_runner.metrics import (
    GPU_SECONDS,
    HOPELESS_SECONDS_SAVED,
    LOST_LEASES,
    RENDER_SECONDS,
    RENDERS,
    STAGED,
)
from screentest.gpu_runner.store import renders
from screentest.gpu_runner.worker.gap import IdleGap
from screentest.gpu_runner.worker.heartbeat import renew_until_lost
from screentest.gpu_runner.worker.hopeless import Hopeless, render_while_hopeful
from screentest.gpu_runner.worker.line import Line, Place, Seat
from screentest.gpu_runner.worker.patience import in_transaction
from screentest.gpu_runner.worker.production import Production
from screentest.gpu_runner.worker.progress import ProgressReporter
from screentest.gpu_runner.worker.render_span import render_span
from screentest.gpu_runner.worker.studio import Studio
from screentest.gpu_runner.worker.tasks import ended

log = get_logger()


class Stop(Enum):
    """Why a render is stopped before its end."""

    #: It was cancelled, or a colleague has it: the lease is gone.
    LEASE_LOST = auto()
    #: The process must end: a colleague is to go on.
    HAND_BACK = auto()


class Rendering:
    """Carries out one claim."""

    def __init__(self, claim: Claim, studio: Studio, line: Line, gap: IdleGap) -> None:
        """`Place.STAGING` of ``line`` is acquired, and this render's from now on."""
        self.claim = claim
        self._studio = studio
        self._line = line
        self._seat = Seat(line, claim.request.render_id)
        self._gap = gap
        self._began = time.monotonic()
        self._begins = asyncio.Event()
        self._ends = asyncio.Event()
        self._stopped: asyncio.Future[Stop] = asyncio.get_running_loop().create_future()

    @property
    def render_id(self) -> UUID:
        """Which render it carries out."""
        return self.claim.request.render_id

    def is_at(self, place: Place) -> bool:
        """Whether it is at ``place`` of the line."""
        return self._seat.place is place

    def stop(self, why: Stop) -> None:
        """Stop as soon as it can be; returns at once."""
        if not self._stopped.done():
            if why is Stop.HAND_BACK:
                self._studio.backend.leave(str(self.render_id))
            self._stopped.set_result(why)

    async def run(self) -> None:
        """Render, and end the render if it is still ours to end."""
        request = self.claim.request
        with (
            bound_contextvars(
                run_id=str(request.run_id),
                segment=request.segment,
                render_id=str(request.render_id),
            ),
            TemporaryDirectory(
                prefix="screentest-render-",
                dir=self._studio.settings.temp_dir,
                # A thread that was cancelled may still be writing.
                ignore_cleanup_errors=True,
            ) as folder,
        ):
            log.info("render_claimed", token=self.claim.lease.token, attempt=request.attempt)
            production = Production(self.claim, self._studio, self._gap, Path(folder))
            try:
                with render_span(self.claim, self._studio.renderer) as rendering:
                    outcome = await self._outcome(production)
                    rendering.set_attribute("screentest.outcome", outcome)
                    rendering.set_attribute("screentest.gpu_seconds", production.gpu_seconds)
            finally:
                self._seat.leave()
            RENDERS.labels(self._studio.renderer, outcome).inc()
            GPU_SECONDS.labels(self._studio.renderer, outcome).inc(production.gpu_seconds)
            log.info("render_ended", outcome=outcome, gpu_seconds=round(production.gpu_seconds, 3))

    async def _outcome(self, production: Production) -> str:
        """Let production run until it ends or is stopped; returns what became of the render."""
        reporter = ProgressReporter(self.claim, self._studio)
        producing = asyncio.create_task(self._produce(production, reporter))
        reporting = asyncio.create_task(reporter.run())
        leasing = asyncio.create_task(self._keep_lease())
        accounting = asyncio.create_task(self._account(production))
        try:
            either: set[asyncio.Future[Any]] = {producing, self._stopped}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            finished = producing.done()
        finally:
            await ended(producing, reporting, leasing, accounting)
        if finished:
            recorded = await self._record(producing, production)
        elif self._stopped.result() is Stop.HAND_BACK:
            await self._hand_back(production.gpu_seconds)
            recorded = "handed_back"
        else:
            recorded = None
        if not finished and not self._begins.is_set():
            await self._drop()
        if recorded is None:
            self._seat.leave()
            recorded = await self._why_lost()
            await production.discard()
        return recorded

    async def _produce(self, production: Production, reporter: ProgressReporter) -> RenderedSegment:
        """Take the render along the line.

        A failure moves on to the end of the line as well: the backend is free for the next.
        """
        try:
            job = await production.stage()
            if self._line.is_taken(Place.BACKEND):
                STAGED.labels(self._studio.renderer).inc()
            await self._seat.move(Place.BACKEND)
            self._begins.set()
            reporter.begin()
            try:
                clip = await self._render(production, job, reporter)
            finally:
                self._ends.set()
        except Exception:
            await self._seat.move(Place.FINISHING)
            raise
        await self._seat.move(Place.FINISHING)
        return await production.finish(clip)

    async def _render(
        self, production: Production, job: RenderJob, reporter: ProgressReporter
    ) -> RenderedClip:
        """Let the backend render; where the scene type asks for it, while its previews have hope.

        Raises:
            Hopeless: they have none, and the render was stopped.
            RenderFailed: no clip came of it.
        """
        if not self.claim.request.qa.stop_hopeless:
            return await production.render(job, reporter.report)
        try:
            return await render_while_hopeful(production, job, reporter.report)
        except Hopeless as hopeless:
            HOPELESS_SECONDS_SAVED.labels(self._studio.renderer).inc(hopeless.gpu_seconds_saved)
            raise

    async def _account(self, production: Production) -> None:
        """Record when the backend begins and what it took, beside it: the backend waits for nobody.

        An idle colleague may have taken the render a moment before.
        """
        await self._begins.wait()
        start = partial(renders.start, claim=self.claim)
        if not await in_transaction(self._studio.pool, start, what="start"):
            self.stop(Stop.LEASE_LOST)
            return
        await self._ends.wait()
        spend = partial(renders.spend, claim=self.claim, gpu_seconds=production.gpu_seconds)
        await in_transaction(self._studio.pool, spend, what="spend")

    async def _keep_lease(self) -> None:
        await renew_until_lost(self.claim.lease, self._studio, since=self._began)
        self.stop(Stop.LEASE_LOST)

    async def _record(
        self, producing: asyncio.Task[RenderedSegment], production: Production
    ) -> str | None:
        """End the render in the database; None when the claim was outdated before that."""
        result = _result(producing, production.gpu_seconds)
        status = Status.FAILED if isinstance(result, Failure) else Status.RENDERED

        async def record(tx: Tx) -> bool:
            if isinstance(result, Failure):
                return await handlers.record_failed(tx, self.claim, result)
            # Waiting for the database is a part of storing.
            segment = replace(result, timings=production.timings)
            return await handlers.record_rendered(tx, self.claim, segment)

        if isinstance(result, Failure):
            log.warning("render_failed", code=result.code, error=result.message)
        if not await in_transaction(self._studio.pool, record, what="result"):
            return None
        if status is Status.RENDERED:
            RENDER_SECONDS.labels(self._studio.renderer).observe(time.monotonic() - self._began)
        return status

    async def _drop(self) -> None:
        """Take back what the backend was given ahead; what fails here, leftovers finds."""
        try:
            await self._studio.backend.drop(str(self.render_id))
        except RenderFailed as failure:
            log.info("render_not_dropped", error=failure.message)

    async def _hand_back(self, spent_s: float) -> None:
        back = partial(handlers.hand_back, claim=self.claim, gpu_seconds=spent_s)
        await in_transaction(self._studio.pool, back, what="hand_back")

    async def _why_lost(self) -> str:
        """Count a lease that is gone: "cancelled", or "outdated" by a colleague's claim.

        "relieved" is no loss: an idle colleague has what was only staged here.
        """
        look = partial(renders.standing, claim=self.claim)
        standing = await in_transaction(self._studio.pool, look, what="standing")
        reason = "relieved" if standing.relieved else "outdated"
        if standing.status is Status.CANCELLED:
            reason = "cancelled"
        LOST_LEASES.labels(reason).inc()
        return reason


def _result(producing: asyncio.Task[RenderedSegment], spent_s: float) -> RenderedSegment | Failure:
    """What production came to; a bug in a backend is a failure like any other, and may pass."""
    try:
        return producing.result()
    except RenderFailed as failure:
        return Failure(
            code=failure.code,
            message=failure.message,
            retryable=failure.retryable,
            detail=failure.detail,
            gpu_seconds=spent_s,
            gpu_seconds_saved=failure.gpu_seconds_saved if isinstance(failure, Hopeless) else 0.0,
        )
    except (Exception, asyncio.CancelledError) as error:
        log.exception("backend_broken")
        return Failure(
            code="internal_error",
            message=f"{type(error).__name__}: {error}",
            retryable=True,
            gpu_seconds=spent_s,
        )
