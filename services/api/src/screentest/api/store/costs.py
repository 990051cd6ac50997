"""What runs were expected to cost, and what they did: each attempt once, in whatever order."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from screentest.api.domain.outlays import Priced
from screentest.api.store.estimates import columns_of
from screentest.common.db import Tx
from screentest.common.events import Lane, RunFinished, SegmentFailed, SegmentRendered

CHANNEL = "spending"
"""NOTIFY channel, completed by the schema: seconds of GPU were spent."""


@dataclass(frozen=True, kw_only=True)
class ExpectedCost:
    """What a run that is asked for is expected to cost."""

    run_id: UUID
    user_id: int
    lane: Lane
    priced: Priced


_ADD = """
insert into run_costs (
    run_id, user_id, workflow_id, workflow_version, width, height, frames, steps, segments, shared,
    estimate, estimate_s, lane)
select * from unnest(
    $1::uuid[], $2::bigint[], $3::bigint[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[],
    $9::int[], $10::int[], $11::jsonb[], $12::float8[], $13::text[])
"""


async def add_costs(tx: Tx, costs: Sequence[ExpectedCost]) -> None:
    """Reserve what runs are expected to cost, in one statement."""
    rows = [
        (
            cost.run_id,
            cost.user_id,
            *columns_of(cost.priced.outlay.shape),
            cost.priced.outlay.segments,
            cost.priced.shared,
            cost.priced.estimate.model_dump(mode="json"),
            cost.priced.estimate.median_s,
            cost.lane.value,
        )
        for cost in costs
    ]
    if rows:
        await tx.execute(_ADD, *(list(column) for column in zip(*rows, strict=True)))


# Whoever writes what a run cost holds its row: its end and a late attempt add up either way round.
_LOCK = "select true from run_costs where run_id = $1 for update"

# A render that another run gave up is taken from that one's account ($5), whoever is heard first.
_SPEND = """
insert into gpu_spending (run_id, render_id, attempt, user_id, gpu_seconds, failure_code)
select run_id, $2, $3, user_id, $4, $6 from run_costs where run_id = $1
on conflict (render_id) do update set run_id = excluded.run_id, user_id = excluded.user_id
where $5::boolean and gpu_spending.run_id <> excluded.run_id
returning true
"""

_COUNT_RENDERED = "update run_costs set rendered = rendered + $2, shared = 0 where run_id = $1"

_SETTLE = """
update gpu_spending set gpu_seconds = greatest(0, gpu_seconds - $2)
where run_id = $1 and attempt = 0
"""

_RING = "select pg_notify($1 || '_' || current_schema(), '')"


async def record_attempt(tx: Tx, event: SegmentRendered | SegmentFailed) -> None:
    """Spend what an attempt cost; what was reserved for a rendered segment is free again."""
    seconds = event.gpu_seconds_spent
    render_id, is_taken = event.render_id, False
    if isinstance(event, SegmentRendered) and event.taken_from and seconds:
        render_id, is_taken = event.taken_from, True
    await tx.execute(_LOCK, event.run_id)
    failure_code = event.code if isinstance(event, SegmentFailed) else None
    spend = (event.run_id, render_id, event.attempt, seconds, is_taken, failure_code)
    if not await tx.fetchval(_SPEND, *spend):
        return
    await tx.execute(_COUNT_RENDERED, event.run_id, int(isinstance(event, SegmentRendered)))
    await tx.execute(_SETTLE, event.run_id, seconds)
    await _ring(tx, seconds)


async def _ring(tx: Tx, seconds: float) -> None:
    if seconds:
        await tx.execute(_RING, CHANNEL)


_EXPECT = "update run_costs set shared = 0 where run_id = $1 and shared > 0"


async def expect_render(tx: Tx, run_id: UUID) -> None:
    """Reserve for a run that is rendered after all, though an identical render had been there."""
    await tx.execute(_EXPECT, run_id)


_END = "update run_costs set ended_at = coalesce(ended_at, now()) where run_id = $1"

_SPEND_THE_REST = """
insert into gpu_spending (run_id, render_id, attempt, user_id, gpu_seconds)
select c.run_id, c.run_id, 0, c.user_id, greatest(0, $2 - (
    select coalesce(sum(s.gpu_seconds), 0) from gpu_spending s where s.run_id = c.run_id))
from run_costs c where c.run_id = $1
on conflict do nothing
"""


async def end_run(tx: Tx, event: RunFinished) -> None:
    """Free what was reserved for a run, and spend what it cost beyond the attempts heard of."""
    await tx.execute(_LOCK, event.run_id)
    await tx.execute(_END, event.run_id)
    await tx.execute(_SPEND_THE_REST, event.run_id, event.gpu_seconds)
    await _ring(tx, event.gpu_seconds)
