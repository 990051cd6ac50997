"""Lanes: paused or not, and how much stands in them."""

from dataclasses import dataclass
from datetime import datetime

from screentest.api.domain.lanes import LaneState
from screentest.api.store import rows
from screentest.common.db import Connection, Tx
from screentest.common.events import Lane


@dataclass(frozen=True, kw_only=True)
class LockedLane:
    """What a decision about a lane needs."""

    paused_at: datetime | None
    control_version: int


_LOCK = "select paused_at, control_version from lanes where lane = $1 for update"


async def lock_lane(tx: Tx, lane: Lane) -> LockedLane:
    """Be the only one who decides about a lane until the transaction ends."""
    return LockedLane(**await rows.only(tx, _LOCK, lane.value))


_CONTROL = """
update lanes set paused_at = case when $2 then now() end, control_version = $3,
    changed_by_id = $4, changed_at = now()
where lane = $1
"""


async def control(tx: Tx, lane: Lane, *, is_paused: bool, version: int, by_id: int) -> None:
    """Pause or resume a locked lane."""
    await tx.execute(_CONTROL, lane.value, is_paused, version, by_id)


_ALL = """
select l.lane, l.paused_at, l.changed_by_id, l.changed_at,
    count(r.status) filter (where r.status = 'waiting') as waiting,
    count(r.status) filter (where r.status = 'rendering') as rendering
from lanes l
left join (
    select 'preview' as lane, status from test_shots where status in ('waiting', 'rendering')
    union all
    select 'production', status from scene_runs where status in ('waiting', 'rendering')) r
    on r.lane = l.lane
group by l.lane order by l.lane
"""


async def fetch_lanes(connection: Connection) -> list[LaneState]:
    """Both lanes."""
    return [LaneState.model_validate(dict(row)) for row in await connection.fetch(_ALL)]
