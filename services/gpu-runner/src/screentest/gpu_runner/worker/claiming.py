"""How a worker comes by a render: from the queue, from one that was lost, from one that is busy."""

from collections.abc import Collection
from contextlib import suppress
from functools import partial
from uuid import UUID

from screentest.common.bus import BROKER_ERRORS
from screentest.common.clock import utc_now
from screentest.common.db import Tx
from screentest.common.logs import get_logger
from screentest.common.tracing import span
from screentest.common.work_queue import Job, WorkQueue
from screentest.gpu_runner import handlers
from screentest.gpu_runner.domain import Claim
from screentest.gpu_runner.metrics import RELIEFS
from screentest.gpu_runner.worker.patience import in_transaction
from screentest.gpu_runner.worker.studio import Studio

log = get_logger()


class Claiming:
    """Claims renders for one worker, one short transaction each."""

    def __init__(self, studio: Studio, queue: WorkQueue) -> None:
        self._studio = studio
        self._queue = queue

    async def orphan(self, *, besides: Collection[UUID]) -> Claim | None:
        """A render whose lease ran out, if there is one that is not among ``besides``."""
        settings = self._studio.settings
        take_over = partial(
            handlers.take_over,
            renderer=self._studio.renderer,
            capability_class=self._queue.capability_class,
            worker=settings.worker,
            ttl_s=settings.lease_ttl_s,
            besides=tuple(besides),
        )
        return await in_transaction(self._studio.pool, take_over, what="take_over")

    async def staged_by_colleague(self) -> Claim | None:
        """A render that a busy colleague has only staged, if there is one."""
        settings = self._studio.settings
        relieve = partial(
            handlers.relieve,
            renderer=self._studio.renderer,
            capability_class=self._queue.capability_class,
            worker=settings.worker,
            ttl_s=settings.lease_ttl_s,
        )
        claim = await in_transaction(self._studio.pool, relieve, what="relieve")
        if claim is not None:
            RELIEFS.inc()
        return claim

    async def job(self, job: Job) -> Claim | None:
        """Claim a job and let the queue forget it; one that can never be done is buried."""
        try:
            claim = await self._in_database(job)
        except Exception as error:
            log.exception("job_buried")
            with suppress(*BROKER_ERRORS):
                await job.bury(f"{type(error).__name__}: {error}")
            return None
        # Unless the broker is away: then it delivers the job again, and the inbox knows it.
        with suppress(*BROKER_ERRORS):
            await job.ack()
        return claim

    async def leave(self, job: Job) -> None:
        """Leave a job to a colleague."""
        with suppress(*BROKER_ERRORS):
            await job.give_back()

    async def _in_database(self, job: Job) -> Claim | None:
        envelope, settings = job.envelope, self._studio.settings

        async def claim_it(tx: Tx) -> Claim | None:
            return await handlers.claim(
                tx,
                job.request,
                queue=self._queue.name,
                message_id=envelope.id,
                traceparent=envelope.traceparent,
                worker=settings.worker,
                ttl_s=settings.lease_ttl_s,
                waited_s=_waited_s(job),
            )

        with span(
            "claim render",
            kind="consumer",
            parent=envelope.traceparent,
            attributes={
                "messaging.system": "rabbitmq",
                "messaging.destination.name": self._queue.name,
            },
        ):
            return await in_transaction(self._studio.pool, claim_it, what="claim")


def _waited_s(job: Job) -> float:
    """Seconds since its segment began to wait: before its release, and since then."""
    # Clocks of two machines differ: less than nothing is nothing.
    since_release_s = max(0.0, (utc_now() - job.envelope.time).total_seconds())
    return (job.request.waited_s or 0.0) + since_release_s
