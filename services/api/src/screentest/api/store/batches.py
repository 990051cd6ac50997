"""Batches: asked for, locked, controlled, listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from screentest.api.domain.batches import (
    Batch,
    BatchAxis,
    BatchSummary,
    grid_of,
    status_of,
)
from screentest.api.domain.etas import Pace
from screentest.api.domain.shots import TERMINAL, ShotStatus
from screentest.api.domain.timings import total_timings
from screentest.api.store import batch_cells, rows
from screentest.api.store.shots import fetch_shots_of_cells
from screentest.common.db import Connection, Tx


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What a batch was asked for with, and what its cells are laid out along."""

    name: str
    scene_type_id: int
    cells: int
    axes: Sequence[BatchAxis]
    priority: int
    #: The request and the catalogue rows it was planned with, as plain JSON.
    asked: dict[str, Any]
    sources: dict[str, Any]
    #: Of the cells that ask for none.
    seed: int
    #: What each random one follows from.
    draw: int


_ADD = """
insert into batches (
    name, priority, created_by_id, scene_type_id, cells, axes, asked, sources, seed, draw)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
returning id
"""


async def add_batch(tx: Tx, layout: Layout, created_by_id: int) -> int:
    """Begin a batch; returns its id."""
    batch_id: int = await tx.fetchval(
        _ADD, layout.name, layout.priority, created_by_id, *_columns(layout)
    )
    return batch_id


# What can be changed while it runs (name, priority, pause) is no part of the layout.
_LAY_OUT = """
update batches set scene_type_id = $2, cells = $3, axes = $4, asked = $5, sources = $6, seed = $7,
    draw = $8
where id = $1
"""


async def lay_out(tx: Tx, batch_id: int, layout: Layout) -> None:
    """Give a locked batch another layout."""
    await tx.execute(_LAY_OUT, batch_id, *_columns(layout))


def _columns(layout: Layout) -> tuple[Any, ...]:
    return (
        layout.scene_type_id,
        layout.cells,
        [axis.model_dump() for axis in layout.axes],
        layout.asked,
        layout.sources,
        layout.seed,
        layout.draw,
    )


@dataclass(frozen=True, kw_only=True)
class BatchFacts:
    """What a decision about a batch needs."""

    id: int
    name: str
    scene_type_id: int
    created_by_id: int
    priority: int
    paused_at: datetime | None
    control_version: int
    asked: dict[str, Any] | None
    sources: dict[str, Any] | None
    seed: int | None
    draw: int | None


_FACTS = """
select id, name, scene_type_id, created_by_id, priority, paused_at, control_version, asked, sources,
    seed, coalesce(draw, seed) as draw
from batches where id = $1
"""


async def fetch_facts(connection: Connection, batch_id: int) -> BatchFacts | None:
    """What a decision about a batch needs, as it is now."""
    row = await rows.first(connection, _FACTS, batch_id)
    return BatchFacts(**row) if row else None


_LOCK = f"{_FACTS} for no key update"


async def lock_batch(tx: Tx, batch_id: int) -> BatchFacts | None:
    """The same, and be the only one who decides about the batch until the transaction ends."""
    row = await rows.first(tx, _LOCK, batch_id)
    return BatchFacts(**row) if row else None


_GO_ON = """
update batches set going_since = now()
where id = $1 and not exists (
    select from test_shots
    where batch_id = $1 and status in ('waiting', 'rendering', 'rendered'))
"""


async def go_on(tx: Tx, batch_id: int) -> None:
    """Let the clock of a locked batch begin anew, unless it is going."""
    await tx.execute(_GO_ON, batch_id)


_CONTROL = """
update batches set name = $2, priority = $3, control_version = $4,
    going_since = case when paused_at is null or $5 then going_since else now() end,
    paused_at = case when $5 then coalesce(paused_at, now()) end
where id = $1
"""


async def control(
    tx: Tx, batch_id: int, *, name: str, priority: int, version: int, is_paused: bool
) -> None:
    """Change what a locked batch is called, and how it stands in the queue."""
    await tx.execute(_CONTROL, batch_id, name, priority, version, is_paused)


# A repeated cell counts each time. The clock of the pace starts with the first render since the
# batch goes on: what it did before a pause, or a day ago, says little.
_COUNTED = """
select b.id, b.name, b.scene_type_id, b.cells, b.priority, b.paused_at, b.created_by_id,
    b.created_at, b.updated_at, b.axes, f.counts, f.missing, p.gpu_seconds, p.rendered, p.elapsed_s
from batches b
cross join lateral (
    select coalesce(jsonb_object_agg(status, n) filter (where status is not null), '{}') as counts,
        coalesce(sum(n) filter (where status is null), 0)::bigint as missing
    from (
        select s.status, count(*) as n
        from batch_cells c left join test_shots s on s.id = c.test_shot_id
        where c.batch_id = b.id group by s.status) g) f
cross join lateral (
    select coalesce(sum((
            select sum(g.gpu_seconds) from gpu_spending g where g.run_id = s.run_id)), 0
        )::float8 as gpu_seconds,
        count(*) filter (where s.rendered_at >= b.going_since and not s.reused) as rendered,
        extract(epoch from now() - coalesce(
            min(s.started_at) filter (where s.started_at >= b.going_since and not s.reused),
            b.going_since))::float8 as elapsed_s
    from test_shots s where s.batch_id = b.id) p
"""


_ONE = f"{_COUNTED} where b.id = $1"


async def fetch_batch(connection: Connection, batch_id: int) -> tuple[Batch, Pace] | None:
    """One batch with its grid and its test shots, and how fast it renders; or None."""
    row = await rows.first(connection, _ONE, batch_id)
    if row is None:
        return None
    summary, pace = _counted(row)
    axes = [BatchAxis.model_validate(axis) for axis in row["axes"]]
    cells = await batch_cells.fetch_cells(connection, batch_id)
    shots = await fetch_shots_of_cells(connection, batch_id)
    own = (shot.timings for shot in shots if shot.batch_id == batch_id)
    batch = Batch(
        **dict(summary),
        axes=axes,
        timings=total_timings(own),
        grid=grid_of(axes, cells),
        shots=shots,
    )
    return batch, pace


_PAGE = f"""
{_COUNTED}
where ($1::bigint is null or b.id < $1)
    and ($2::bigint is null or b.scene_type_id = $2)
    and ($3::bigint is null or b.created_by_id = $3)
order by b.id desc limit $4
"""


async def fetch_batches(
    connection: Connection,
    *,
    before: int | None,
    scene_type_id: int | None,
    created_by_id: int | None,
    limit: int,
) -> list[tuple[BatchSummary, Pace]]:
    """Batches without their cells, newest first, from before the given one, with their pace."""
    found = await connection.fetch(_PAGE, before, scene_type_id, created_by_id, limit)
    return [_counted(dict(row)) for row in found]


def _counted(row: dict[str, Any]) -> tuple[BatchSummary, Pace]:
    counts = {status: row["counts"].get(status.value, 0) for status in ShotStatus}
    is_paused = row["paused_at"] is not None
    ended = sum(counts[status] for status in TERMINAL)
    known = {name: row[name] for name in BatchSummary.model_fields if name in row}
    summary = BatchSummary(
        **known | {"counts": counts},
        status=status_of(counts, is_paused=is_paused),
        progress=(ended + row["missing"]) / max(1, sum(counts.values()) + row["missing"]),
    )
    return summary, Pace(rendered=row["rendered"], elapsed_s=row["elapsed_s"])
