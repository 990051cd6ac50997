"""Who has a render, and whether anybody still wants it."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from screentest.common.db import Connection
from screentest.gpu_runner.domain import Status

# A lease that ran out is nobody's: its render waits for an heir.
_OWNERS = """
select renders.render_id, renders.status,
    case when leases.expires_at > now() then leases.owner end as owner
from renders left join leases on leases.name = renders.render_id::text
where renders.render_id = any($1::uuid[])
"""


@dataclass(frozen=True, kw_only=True)
class Owned:
    """One render."""

    is_wanted: bool
    #: The worker that has it; None while it waits for one.
    owner: str | None


async def owners(connection: Connection, render_ids: Collection[UUID]) -> dict[UUID, Owned]:
    """Those of ``render_ids`` that are known."""
    rows = await connection.fetch(_OWNERS, list(render_ids))
    return {
        row["render_id"]: Owned(
            is_wanted=row["status"] == Status.RENDERING.value, owner=row["owner"]
        )
        for row in rows
    }
