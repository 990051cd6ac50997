"""A test shot becomes segment 001: claim, copy, prove, record, say so.

The database decides which promotion of a shot or a scene happens before any file is written; the
files are written once and never replaced. A crash anywhere in between goes on from its claim.
"""

from functools import partial
from time import monotonic

from screentest.common import outbox
from screentest.common.consumer import Record
from screentest.common.db import Pool, Tx
from screentest.common.events import Artefact, PromotionRequested, SegmentArtefacts, ShotPromoted
from screentest.common.logs import get_logger
from screentest.common.objects import Objects
from screentest.common.tracing import span
from screentest.promotion import domain, store
from screentest.promotion.errors import Rejected
from screentest.promotion.metrics import GPU_SECONDS_SAVED, PROMOTION_SECONDS, PROMOTIONS

log = get_logger()


async def on_promotion_requested(
    event: PromotionRequested, *, objects: Objects, pool: Pool
) -> Record:
    """Copy the shot's files into the scene; one promotion a shot and a scene ever succeeds."""
    began = monotonic()
    try:
        files = domain.finished_artefacts(event)
        async with pool.acquire() as connection:
            domain.unclaimed(event, await store.claim(connection, event))
        await _prove_sources(files, objects)
        with span("copy artefacts"):
            copies = await _copy(event.scene_id, files, objects)
    except Rejected as reason:
        return partial(_refuse, event=event, reason=reason)
    done = domain.promoted(event, copies, seconds=round(monotonic() - began, 4))
    return partial(_record, done=done)


async def _prove_sources(files: SegmentArtefacts, objects: Objects) -> None:
    """See that every file is there and unchanged before the first one is copied."""
    for source in (files.video, files.last_frame, files.poster):
        try:
            domain.proven(source, await objects.sha256(source.key))
        except FileNotFoundError:
            raise domain.missing(source) from None


async def _copy(scene_id: int, files: SegmentArtefacts, objects: Objects) -> SegmentArtefacts:
    """Copies of all that a scene needs; what the clip was encoded from stays with the shot."""

    async def copied(source: Artefact) -> Artefact:
        target = domain.scene_key(scene_id, source.key)
        try:
            await objects.copy(source.key, target)
        except FileExistsError:
            raise domain.scene_is_taken(scene_id) from None
        domain.proven(source, await objects.sha256(target))
        return source.model_copy(update={"key": target})

    return SegmentArtefacts(
        video=await copied(files.video),
        last_frame=await copied(files.last_frame),
        poster=await copied(files.poster),
    )


async def _record(tx: Tx, *, done: ShotPromoted) -> None:
    await store.complete(tx, done)
    await outbox.add(tx, done)
    PROMOTIONS.labels("promoted").inc()
    PROMOTION_SECONDS.observe(done.seconds)
    GPU_SECONDS_SAVED.inc(done.gpu_seconds_saved)
    log.info("shot_promoted", test_shot_id=done.test_shot_id, scene_id=done.scene_id)


async def _refuse(tx: Tx, *, event: PromotionRequested, reason: Rejected) -> None:
    await store.abandon(tx, event.promotion_id)
    await outbox.add(tx, domain.rejected(event, reason))
    PROMOTIONS.labels(reason.code).inc()
    log.info("promotion_rejected", test_shot_id=event.test_shot_id, code=reason.code)
