"""What was saved, by cause; each cause counts once however often it is heard of."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from screentest.api.domain.savings import Cause, Saved, Savings, savings_of
from screentest.common.db import Connection, Tx

_ADD = """
insert into savings (kind, cause, gpu_seconds) values ($1, $2, $3) on conflict do nothing
"""


async def add_saving(tx: Tx, cause: Cause, cause_id: UUID, gpu_seconds: float) -> None:
    """Count GPU seconds that were not spent; `cause_id` is the render's, promotion's or run's."""
    await tx.execute(_ADD, cause.value, cause_id, gpu_seconds)


_VOID_HALTS = """
delete from savings using scene_runs r
where savings.kind = 'halt' and savings.cause = r.run_id and r.scene_id = any($1::bigint[])
"""


async def void_halts(tx: Tx, scene_ids: Sequence[int]) -> None:
    """Count nothing for halts of scenes that go on: what they left is rendered after all."""
    await tx.execute(_VOID_HALTS, scene_ids)


# A render that was paid for by who took it was reused, and saved nothing.
_SUM = """
select kind, sum(gpu_seconds) as gpu_seconds, count(*) filter (where gpu_seconds > 0) as times
from savings where $1::timestamptz is null or saved_at >= $1
group by kind
"""


async def fetch_savings(connection: Connection, since: datetime | None) -> Savings:
    """What was saved since then; since ever without a date."""
    rows = await connection.fetch(_SUM, since)
    return savings_of(
        {
            Cause(row["kind"]): Saved(gpu_seconds=row["gpu_seconds"], times=row["times"])
            for row in rows
        }
    )
