"""Which renders were asked to give way, and to which waiting runs."""

from uuid import UUID

from screentest.common.db import Tx
from screentest.dispatcher.domain.displacing import Displacement

_SERVED = """
select distinct requested_by from runs join renders on renders.displaced_for = runs.id
where runs.status = 'waiting' and runs.paused_by is null
"""


async def served_users(tx: Tx) -> set[int]:
    """Users one of whose waiting runs a render was asked to give way to."""
    return {row["requested_by"] for row in await tx.fetch(_SERVED)}


# A row that somebody else has is being ended.
_DISPLACE = """
update renders set displaced_for = $2
where id = (select id from renders where id = $1 and status = 'released' for update skip locked)
returning true
"""


async def displace(tx: Tx, displacement: Displacement) -> bool:
    """Record that a render is asked to give way; False when it is ending."""
    render, run = displacement.render, displacement.run
    return bool(await tx.fetchval(_DISPLACE, render.render_id, run.run_id))


_DISPLACED_FOR = "select displaced_for from renders where id = $1"


async def displaced_for(tx: Tx, render_id: UUID) -> UUID | None:
    """The run that a render was asked to give way to."""
    run_id: UUID | None = await tx.fetchval(_DISPLACED_FOR, render_id)
    return run_id
