"""Workers: who is alive, and with how many slots."""

from screentest.common.db import Tx
from screentest.common.events import WorkerSeen
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.lanes import Worker

_SEE = """
with known as (select * from live_workers where name = $1)
insert into workers (name, renderer, slots, draining, busy_with) values ($1, $2, $3, $4, $5)
on conflict (name) do update set
    renderer = $2, slots = $3, draining = $4, busy_with = $5, seen_at = statement_timestamp()
returning not exists (
    select from known
    where known.renderer = $2 and known.slots = $3 and known.draining = $4
        and (known.busy_with = $5 or not $4))
"""


async def see_worker(tx: Tx, event: WorkerSeen) -> bool:
    """Record a sign of life; True when it may change how many slots are free."""
    return bool(
        await tx.fetchval(
            _SEE, event.worker, event.renderer, event.slots, event.draining, list(event.busy_with)
        )
    )


_LIVE = "select name, renderer, slots, draining, busy_with from live_workers"


async def live_workers(tx: Tx) -> list[Worker]:
    """Workers heard of lately, by the clock of the database."""
    return [
        Worker(
            name=row["name"],
            renderer=Renderer(row["renderer"]),
            slots=row["slots"],
            draining=row["draining"],
            busy_with=frozenset(row["busy_with"]),
        )
        for row in await tx.fetch(_LIVE)
    ]


_FORGET = "delete from workers where seen_at < now() - interval '1 day'"


async def forget_workers(tx: Tx) -> None:
    """Drop workers not seen for a day: their names may never come back."""
    await tx.execute(_FORGET)
