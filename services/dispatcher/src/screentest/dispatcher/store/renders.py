"""Renders, and the segments that came of them."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from screentest.common.db import Tx
from screentest.common.events import (
    BoundaryChosen,
    Failure,
    Lane,
    QAScored,
    RenderRequested,
    SegmentFailed,
    SegmentRendered,
    Verdict,
)
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.lanes import WaitingRun

_RELEASED = """
select renders.id as render_id, runs.renderer
from renders join runs on runs.id = renders.run_id
where renders.status = 'released'
"""


async def released_renders(tx: Tx) -> dict[UUID, Renderer]:
    """Every render that is out; one that others share may have outlived its run."""
    return {row["render_id"]: Renderer(row["renderer"]) for row in await tx.fetch(_RELEASED)}


_OLDEST_WAITING = """
select waiting.id, waiting.lane, waiting.renderer, waiting.requested_at
from unnest($1::text[], $2::integer[]) as free (renderer, slots)
cross join unnest($3::text[]) as lanes (lane)
cross join lateral (
    select id, lane, renderer, requested_at from runs
    where status = 'waiting' and not held
        and runs.renderer = free.renderer and runs.lane = lanes.lane
    order by requested_at, id
    limit free.slots) as waiting
"""


async def oldest_waiting(tx: Tx, free: Mapping[Renderer, int]) -> list[WaitingRun]:
    """Of each lane as many of the oldest runs as could have all the free slots."""
    rows = await tx.fetch(_OLDEST_WAITING, list(free), list(free.values()), list(Lane))
    return [
        WaitingRun(
            run_id=row["id"],
            lane=Lane(row["lane"]),
            renderer=Renderer(row["renderer"]),
            requested_at=row["requested_at"],
        )
        for row in rows
    ]


_RELEASE = """
with added as (
    insert into renders (id, run_id, segment, attempt, recipe_hash, reuse_key, fresh)
    select $1, id, $3, $4, $5, reuse_key, fresh from runs where id = $2)
update runs set status = 'released', attempts = $4, render_id = $1
where id = $2 and status = 'waiting'
returning clock_timestamp() - waiting_since
"""


async def release(tx: Tx, request: RenderRequested) -> timedelta:
    """Record that the segment may be rendered now; returns how long it had waited."""
    waited = await tx.fetchval(
        _RELEASE,
        request.render_id,
        request.run_id,
        request.segment,
        request.attempt,
        request.recipe_hash,
    )
    assert isinstance(waited, timedelta), "the run was taken while it waited"
    return waited


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
        failure = Failure(code=event.code, message=event.message).model_dump(mode="json")
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
