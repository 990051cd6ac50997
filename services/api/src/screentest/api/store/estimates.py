"""Renders that were made, from which estimates are learned."""

from collections.abc import Iterable

import asyncpg

from screentest.api.domain.estimates import NEWEST, RenderShape, Sample
from screentest.common.db import Connection, Tx
from screentest.common.events import QAScored, SegmentRendered

# Of every class of worker those of the very shape, and those of the workflow version in any shape;
# both newest first, and as many as an estimate looks at.
_HISTORIES = """
select asked.place, made.*
from unnest($1::bigint[], $2::int[], $3::int[], $4::int[], $5::int[], $6::int[])
    with ordinality as asked (workflow_id, workflow_version, width, height, frames, steps, place)
cross join worker_classes c
cross join lateral (
    (select render_id, workflow_id, workflow_version, width, height, frames, steps, worker_class,
        gpu_seconds, at
    from render_samples s
    where s.workflow_id = asked.workflow_id and s.workflow_version = asked.workflow_version
        and s.width = asked.width and s.height = asked.height and s.frames = asked.frames
        and s.steps = asked.steps and s.worker_class = c.name
    order by s.at desc limit $7)
    union
    (select render_id, workflow_id, workflow_version, width, height, frames, steps, worker_class,
        gpu_seconds, at
    from render_samples s
    where s.workflow_id = asked.workflow_id and s.workflow_version = asked.workflow_version
        and s.worker_class = c.name
    order by s.at desc limit $7)) made
order by asked.place, made.at desc
"""


async def fetch_histories(
    connection: Connection, shapes: Iterable[RenderShape]
) -> dict[RenderShape, list[Sample]]:
    """What such renders took, newest first; an empty list for a workflow that never rendered."""
    asked = list(dict.fromkeys(shapes))
    histories: dict[RenderShape, list[Sample]] = {shape: [] for shape in asked}
    if asked:
        columns = [list(column) for column in zip(*map(columns_of, asked), strict=True)]
        for row in await connection.fetch(_HISTORIES, *columns, NEWEST):
            histories[asked[row["place"] - 1]].append(_sample_of(row))
    return histories


def columns_of(shape: RenderShape) -> tuple[int, ...]:
    """A shape as its six columns; 0 where the workflow has no such slot."""
    return (
        shape.workflow_id,
        shape.workflow_version,
        shape.width or 0,
        shape.height or 0,
        shape.frames or 0,
        shape.steps or 0,
    )


def _sample_of(row: asyncpg.Record) -> Sample:
    shape = RenderShape(
        workflow_id=row["workflow_id"],
        workflow_version=row["workflow_version"],
        width=row["width"] or None,
        height=row["height"] or None,
        frames=row["frames"] or None,
        steps=row["steps"] or None,
    )
    return Sample(shape=shape, gpu_seconds=row["gpu_seconds"], worker_class=row["worker_class"])


# What the recipe asked for counts; a last segment may have been asked for with fewer frames. Who
# does not say on what it rendered is looked up among the workers.
_RECORD = """
with class as (
    select coalesce(nullif($10, ''), (select device from workers where name = $4), '') as name),
known as (insert into worker_classes (name) select name from class on conflict do nothing)
insert into render_samples (
    render_id, workflow_id, workflow_version, width, height, frames, steps, worker_class,
    gpu_seconds, queue_s, load_s, render_s, store_s)
select $2, c.workflow_id, c.workflow_version, c.width, c.height,
    case when c.frames > 0 then coalesce($3, c.frames) else 0 end, c.steps,
    class.name, $5, $6, $7, $8, $9
from class cross join run_costs c where c.run_id = $1
on conflict (render_id) do nothing
"""


async def record_render(tx: Tx, event: SegmentRendered) -> None:
    """Learn from an accepted render; one that was reused teaches nothing."""
    if event.reused:
        return
    timings = event.timings
    await tx.execute(
        _RECORD,
        event.run_id,
        event.render_id,
        event.expected.frames,
        event.worker,
        event.gpu_seconds,
        timings.queue_s,
        timings.load_s,
        timings.render_s,
        timings.store_s,
        event.device,
    )


_RECORD_QA = "update render_samples set qa_s = $2 where render_id = $1"


async def record_score(tx: Tx, event: QAScored) -> None:
    """Add how long measuring took, once it is known."""
    await tx.execute(_RECORD_QA, event.render_id, event.seconds)
