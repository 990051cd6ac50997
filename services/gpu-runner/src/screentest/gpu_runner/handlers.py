"""The transactions of a render's life: claimed, taken over, ended once, cancelled.

Each takes a transaction and commits nothing itself. Whoever ends a render holds its lease, and ends
it together with the one event that says so.
"""

import time
from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from screentest.common import inbox, leases, outbox
from screentest.common.db import Tx
from screentest.common.events import Event, RenderCancelled, RenderRequested, WorkerDrainRequested
from screentest.common.logs import get_logger
from screentest.common.recipes import Renderer
from screentest.common.tracing import current_traceparent
from screentest.gpu_runner import domain
from screentest.gpu_runner.domain import Claim, Failure, RenderedSegment, Status
from screentest.gpu_runner.metrics import RESULTS_REFUSED, TAKEOVERS
from screentest.gpu_runner.store import cancels, drains, renders, takeovers

log = get_logger()


async def claim(
    tx: Tx,
    request: RenderRequested,
    *,
    queue: str,
    message_id: UUID,
    traceparent: str | None,
    worker: str,
    ttl_s: float,
    waited_s: float = 0.0,
) -> Claim | None:
    """Claim a render taken from ``queue``; None when it was cancelled, or claimed before.

    ``waited_s`` ago its segment began to wait.
    """
    wanted_at = time.monotonic() - waited_s
    if not await inbox.record(tx, queue, message_id):
        return None
    begun = await renders.begin(
        tx, request, worker=worker, traceparent=traceparent, waited_s=waited_s
    )
    if not begun:
        if code := await cancels.answer_tombstone(tx, request, traceparent=traceparent):
            await outbox.add(tx, domain.failed(request, domain.called_back(code), worker=worker))
        return None
    name = domain.lease_name(request.render_id)
    lease = await leases.claim(tx, name, worker, ttl_s=ttl_s)
    assert lease is not None, "a render nobody has heard of has no lease"
    return Claim(request=request, lease=lease, traceparent=traceparent, wanted_at=wanted_at)


async def take_over(
    tx: Tx,
    renderer: Renderer,
    capability_class: str = "",
    *,
    worker: str,
    ttl_s: float,
    besides: Collection[UUID] = (),
) -> Claim | None:
    """Claim a render whose lease ran out, if there is one; those that kill workers are failed.

    ``besides`` are those the worker has: one whose lease it could not renew in time is no orphan.
    """
    orphans = await takeovers.orphans(tx, renderer, capability_class, ttl_s=ttl_s, besides=besides)
    for render_id, lost_gpu_seconds in orphans.items():
        lease = await leases.claim(tx, domain.lease_name(render_id), worker, ttl_s=ttl_s)
        if lease is None:
            continue
        orphan = await takeovers.adopt(tx, render_id, lease, lost_gpu_seconds=lost_gpu_seconds)
        TAKEOVERS.inc()
        log.warning(
            "render_taken_over",
            run_id=str(orphan.claim.request.run_id),
            render_id=str(render_id),
            lost_workers=orphan.lost_workers,
        )
        if orphan.lost_workers <= domain.MOST_LOST_WORKERS:
            return orphan.claim
        await record_failed(tx, orphan.claim, domain.WORKER_LOST)
    return None


async def relieve(
    tx: Tx, renderer: Renderer, capability_class: str = "", *, worker: str, ttl_s: float
) -> Claim | None:
    """Claim a render that a colleague has staged behind another, if there is one.

    For a worker that is idle and found nothing else: no backend stands idle while a render waits
    for another one.
    """
    staged = await takeovers.staged_by_busy_colleague(tx, renderer, capability_class, worker=worker)
    if staged is None:
        return None
    await leases.hand_back(tx, staged)
    lease = await leases.claim(tx, staged.name, worker, ttl_s=ttl_s)
    assert lease is not None, "a lease that is locked and was handed back is free"
    taken = await takeovers.adopt(tx, UUID(staged.name), lease, relieved=True)
    await takeovers.tell_relieved(tx, staged)
    log.info(
        "colleague_relieved",
        run_id=str(taken.claim.request.run_id),
        render_id=staged.name,
        colleague=staged.owner,
    )
    return taken.claim


async def record_rendered(tx: Tx, claim: Claim, segment: RenderedSegment) -> bool:
    """End a render with its clip; False when the claim is outdated and the clip is refused."""
    if not await leases.holds(tx, claim.lease):
        return await _ended_by(tx, claim, Status.RENDERED)
    await renders.end_rendered(tx, claim.request.render_id, gpu_seconds=segment.gpu_seconds)
    await _say(tx, claim, domain.rendered(claim, segment))
    await leases.release(tx, claim.lease)
    return True


async def record_failed(tx: Tx, claim: Claim, failure: Failure) -> bool:
    """End a render without a clip; False when the claim is outdated."""
    if not await leases.holds(tx, claim.lease):
        return await _ended_by(tx, claim, Status.FAILED)
    await renders.end_failed(tx, claim.request.render_id, failure)
    event = domain.failed(
        claim.request,
        failure,
        worker=claim.lease.owner,
        lost_gpu_seconds=claim.lost_gpu_seconds,
    )
    await _say(tx, claim, event)
    await leases.release(tx, claim.lease)
    return True


async def _say(tx: Tx, claim: Claim, event: Event) -> None:
    """Say ``event`` in the trace of the request, which may have come to another worker."""
    token = current_traceparent.set(current_traceparent.get() or claim.traceparent)
    try:
        await outbox.add(tx, event)
    finally:
        current_traceparent.reset(token)


async def _ended_by(tx: Tx, claim: Claim, status: Status) -> bool:
    """Whether an earlier try has ended it: a connection can break after the commit it carried.

    If not, the result is refused, and counted.
    """
    standing = await renders.standing(tx, claim)
    if standing.is_newest and standing.status is status:
        return True
    RESULTS_REFUSED.labels(status).inc()
    log.warning("result_refused", render_id=str(claim.request.render_id), result=status.value)
    return False


async def hand_back(tx: Tx, claim: Claim, *, gpu_seconds: float) -> None:
    """Leave a render to the next worker that is free; what it cost so far is lost."""
    if await leases.holds(tx, claim.lease):
        await renders.hand_back(tx, claim.request.render_id, lost_gpu_seconds=gpu_seconds)
        await leases.hand_back(tx, claim.lease)


async def on_render_cancelled(event: RenderCancelled, tx: Tx) -> None:
    """End a render without a result, wherever it is; one that has ended stays as it is.

    So does one that has begun, where only an unbegun one is called back.
    """
    failure = domain.RECALLED if event.unless_begun else domain.CANCELLED
    if await cancels.add_tombstone(tx, event.render_id, event.run_id, code=failure.code):
        return
    if event.unless_begun and not await cancels.lock_unbegun(tx, event.render_id):
        log.info("render_goes_on", render_id=str(event.render_id))
        return
    cancelled = await cancels.cancel(tx, event.render_id, code=failure.code)
    if cancelled is not None:
        said = domain.failed(
            cancelled.request,
            replace(failure, gpu_seconds=cancelled.gpu_seconds),
            worker=cancelled.worker,
            lost_gpu_seconds=cancelled.lost_gpu_seconds,
        )
        await outbox.add(tx, said)


async def on_worker_drain_requested(event: WorkerDrainRequested, tx: Tx) -> None:
    """Let a worker take no more, or some again; it need not be alive to be told.

    The latest order counts, in whatever order they come.
    """
    if not await drains.set_drain(tx, event):
        log.info("drain_outdated", worker=event.worker, version=event.version)
