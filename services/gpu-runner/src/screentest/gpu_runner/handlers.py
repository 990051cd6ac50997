"""The transactions of a render's life: claimed, taken over, ended once, cancelled.

Each takes a transaction and commits nothing itself. Whoever ends a render holds its lease, and ends
it together with the one event that says so.
"""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from screentest.common import inbox, leases, outbox
from screentest.common.db import Tx
from screentest.common.events import Event, RenderCancelled, RenderRequested, WorkerDrainRequested
from screentest.common.logs import get_logger
from screentest.common.recipes import Renderer
from screentest.gpu_runner import domain, store
from screentest.gpu_runner.domain import Claim, Failure, RenderedSegment, Status
from screentest.gpu_runner.metrics import TAKEOVERS

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
) -> Claim | None:
    """Claim a render taken from ``queue``; None when it was cancelled, or claimed before."""
    if not await inbox.record(tx, queue, message_id):
        return None
    if not await store.begin(tx, request, worker=worker, traceparent=traceparent):
        if code := await store.answer_tombstone(tx, request, traceparent=traceparent):
            await outbox.add(tx, domain.failed(request, domain.called_back(code), worker=worker))
        return None
    name = domain.lease_name(request.render_id)
    lease = await leases.claim(tx, name, worker, ttl_s=ttl_s)
    assert lease is not None, "a render nobody has heard of has no lease"
    return Claim(request=request, lease=lease, traceparent=traceparent)


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
    for render_id in await store.orphans(tx, renderer, capability_class, besides=besides):
        lease = await leases.claim(tx, domain.lease_name(render_id), worker, ttl_s=ttl_s)
        if lease is None:
            continue
        orphan = await store.adopt(tx, render_id, worker=worker, token=lease.token)
        taken = Claim(request=orphan.request, lease=lease, traceparent=orphan.traceparent)
        TAKEOVERS.inc()
        log.warning("render_taken_over", render_id=str(render_id), lost_workers=orphan.lost_workers)
        if orphan.lost_workers <= domain.MOST_LOST_WORKERS:
            return taken
        await record_failed(tx, taken, domain.WORKER_LOST)
    return None


async def relieve(
    tx: Tx, renderer: Renderer, capability_class: str = "", *, worker: str, ttl_s: float
) -> Claim | None:
    """Claim a render that a colleague has staged behind another, if there is one.

    For a worker that is idle and found nothing else: no backend stands idle while a render waits
    for another one.
    """
    staged = await store.staged_by_busy_colleague(tx, renderer, capability_class, worker=worker)
    if staged is None:
        return None
    await leases.hand_back(tx, staged)
    lease = await leases.claim(tx, staged.name, worker, ttl_s=ttl_s)
    assert lease is not None, "a lease that is locked and was handed back is free"
    taken = await store.adopt(tx, UUID(staged.name), worker=worker, token=lease.token)
    await store.tell_relieved(tx, staged)
    log.info("colleague_relieved", render_id=staged.name, colleague=staged.owner)
    return Claim(request=taken.request, lease=lease, traceparent=taken.traceparent)


async def record_rendered(tx: Tx, claim: Claim, segment: RenderedSegment) -> bool:
    """End a render with its clip; False when the claim is outdated and the clip is refused."""
    if not await leases.holds(tx, claim.lease):
        return await _ended_by(tx, claim, Status.RENDERED)
    await store.end_rendered(tx, claim.request.render_id, gpu_seconds=segment.gpu_seconds)
    await _say(tx, claim, domain.rendered(claim, segment))
    await leases.release(tx, claim.lease)
    return True


async def record_failed(tx: Tx, claim: Claim, failure: Failure) -> bool:
    """End a render without a clip; False when the claim is outdated."""
    if not await leases.holds(tx, claim.lease):
        return await _ended_by(tx, claim, Status.FAILED)
    await store.end_failed(tx, claim.request.render_id, failure)
    await _say(tx, claim, domain.failed(claim.request, failure, worker=claim.lease.owner))
    await leases.release(tx, claim.lease)
    return True


async def _say(tx: Tx, claim: Claim, event: Event) -> None:
    """Say ``event`` in the trace of the request, which may have come to another worker."""
    token = outbox.current_traceparent.set(claim.traceparent)
    try:
        await outbox.add(tx, event)
    finally:
        outbox.current_traceparent.reset(token)


async def _ended_by(tx: Tx, claim: Claim, status: Status) -> bool:
    """Whether an earlier try has ended it: a connection can break after the commit it carried."""
    return await store.standing(tx, claim) == (status, True)


async def hand_back(tx: Tx, claim: Claim) -> None:
    """Leave a render to the next worker that is free."""
    if await leases.holds(tx, claim.lease):
        await store.hand_back(tx, claim.request.render_id)
        await leases.hand_back(tx, claim.lease)


async def on_render_cancelled(event: RenderCancelled, tx: Tx) -> None:
    """End a render without a result, wherever it is; one that has ended stays as it is.

    So does one that has begun, where only an unbegun one is called back.
    """
    failure = domain.RECALLED if event.unless_begun else domain.CANCELLED
    if await store.add_tombstone(tx, event.render_id, event.run_id, code=failure.code):
        return
    if event.unless_begun and not await store.lock_unbegun(tx, event.render_id):
        log.info("render_goes_on", render_id=str(event.render_id))
        return
    cancelled = await store.cancel(tx, event.render_id, code=failure.code)
    if cancelled is not None:
        failure = replace(failure, gpu_seconds=cancelled.gpu_seconds)
        await outbox.add(tx, domain.failed(cancelled.request, failure, worker=cancelled.worker))


async def on_worker_drain_requested(event: WorkerDrainRequested, tx: Tx) -> None:
    """Let a worker take no more, or some again; it need not be alive to be told."""
    await store.set_drain(tx, event)
