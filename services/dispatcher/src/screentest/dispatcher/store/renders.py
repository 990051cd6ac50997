"""Renders, and the segments that came of them."""

from collections.abc import Collection
from uuid import UUID

from screentest.common.db import Tx
from screentest.common.events import (
    BoundaryChosen,
    Failure,
    QAScored,
    RenderRequested,
    SegmentFailed,
    SegmentRendered,
    Verdict,
)
from screentest.dispatcher.domain.policy import Pick

_WAITED = """
select greatest(0, extract(epoch from clock_timestamp() - waiting_since))::float8 from runs
where id = $1
"""


async def waited_s(tx: Tx, run_id: UUID) -> float:
    """Seconds since the run's segment began to wait."""
    return float(await tx.fetchval(_WAITED, run_id))


_RELEASE = """
with added as (
    insert into renders (id, run_id, segment, attempt, recipe_hash, reuse_key, fresh,
        capability_class, meant_for, charged_s, contended)
    select $1, id, $3, $4, $5, reuse_key, fresh, $6, $7, $8, $9 from runs where id = $2)
update runs set status = 'released', attempts = $4, render_id = $1, passed = 0
where id = $2 and status = 'waiting'
"""


async def release(tx: Tx, request: RenderRequested, pick: Pick) -> None:
    """Record that the segment may be rendered now. The run was taken while it waited."""
    await tx.execute(
        _RELEASE,
        request.render_id,
        request.run_id,
        request.segment,
        request.attempt,
        request.recipe_hash,
        pick.slot.place.capability_class,
        pick.slot.worker,
        pick.cost_s,
        pick.contended,
    )


_END = """
with before as (select id, status from renders where id = $1 for update)
update renders set
    status = case when before.status = 'released' then $2 else before.status end,
    ended_at = coalesce(ended_at, now()),
    worker = $3,
    gpu_seconds = greatest(gpu_seconds, $4),
    failure = coalesce(failure, $5)
from before where renders.id = before.id
returning before.status = 'released'
"""


async def end_render(tx: Tx, event: SegmentRendered | SegmentFailed) -> bool:
    """Record how a render ended; False when it had ended before, and only what it cost is news."""
    failure = None
    status = "rendered"
    if isinstance(event, SegmentFailed):
        why = Failure(code=event.code, message=event.message, detail=event.detail)
        failure = why.model_dump(mode="json")
        status = "failed"
    return bool(
        await tx.fetchval(_END, event.render_id, status, event.worker, event.gpu_seconds, failure)
    )


_CANCEL = """
update renders set status = 'cancelled', ended_at = now() where id = any($1::uuid[])
"""


async def cancel_renders(tx: Tx, render_ids: Collection[UUID]) -> None:
    """Record that renders were called back."""
    await tx.execute(_CANCEL, list(render_ids))


_CALL_BACK = """
update renders set status = 'cancelled', ended_at = now() where id = $1 and status = 'released'
returning true
"""


async def call_back(tx: Tx, render_id: UUID) -> bool:
    """Record that a render is called back; False when it has ended."""
    return bool(await tx.fetchval(_CALL_BACK, render_id))


_ADD_SEGMENT = """
insert into segments (run_id, index, render_id, seed_image_sha256, artefacts, clip)
values ($1, $2, $3, $4, $5, $6)
"""


async def add_segment(tx: Tx, event: SegmentRendered) -> None:
    """Store the accepted result of a segment."""
    await tx.execute(
        _ADD_SEGMENT,
        event.run_id,
        event.segment,
        event.render_id,
        event.seed_image.sha256,
        event.artefacts.model_dump(mode="json"),
        event.clip.model_dump(mode="json"),
    )


_SCORE = "update renders set score = $2, verdict = $3 where id = $1 returning true"


async def score_render(tx: Tx, event: QAScored) -> bool:
    """Record what qa thinks of a render; False when it is not one of ours."""
    return bool(await tx.fetchval(_SCORE, event.render_id, event.score, event.verdict))


_VERDICT = "select verdict from renders where id = $1"


async def verdict_of(tx: Tx, render_id: UUID) -> Verdict | None:
    """What qa thinks of a render; None while it has not said so."""
    verdict = await tx.fetchval(_VERDICT, render_id)
    return None if verdict is None else Verdict(verdict)


_CUT_SEGMENT = "update segments set artefacts = $3, clip = $4 where run_id = $1 and index = $2"


async def cut_segment(tx: Tx, event: BoundaryChosen) -> None:
    """Keep a segment as it was cut for the boundary a person chose."""
    await tx.execute(
        _CUT_SEGMENT,
        event.run_id,
        event.segment,
        event.artefacts.model_dump(mode="json"),
        event.clip.model_dump(mode="json"),
    )
