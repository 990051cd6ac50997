"""Budgets, and what of them is spent and reserved.

Requests lock the budgets that bind them before they read what is left: of two that want the same
seconds the second waits, and then sees what the first has reserved.
"""

from collections.abc import Sequence

from screentest.api.domain.budgets import UNKNOWN_RENDER_S, Standing
from screentest.common.db import Connection, Tx

_LOCK = """
select user_id from budgets where user_id is null or user_id = $1
order by user_id nulls first for update
"""


async def lock_binding(tx: Tx, user_id: int) -> list[int | None]:
    """Lock the budgets that bind a user until the transaction ends: everybody's (None), their own.

    Always in this order, so that no two requests wait for each other.
    """
    return [row["user_id"] for row in await tx.fetch(_LOCK, user_id)]


# A statement of its own after the lock: it sees what was committed while the lock was waited for.
_STANDINGS = """
with today as (select date_trunc('day', now() at time zone 'utc') at time zone 'utc' as began)
select scope.user_id, u.name as user_name, b.gpu_seconds_per_day,
    coalesce(b.unknown_render_s, $2) as unknown_render_s,
    (select coalesce(sum(s.gpu_seconds), 0) from gpu_spending s
        where s.at >= today.began and (scope.user_id is null or s.user_id = scope.user_id)
    ) as spent_s,
    (select coalesce(sum(greatest(c.segments - c.shared - c.rendered, 0)
            * coalesce(c.estimate_s, b.unknown_render_s, $2)), 0) from run_costs c
        where c.ended_at is null and (scope.user_id is null or c.user_id = scope.user_id)
    ) as reserved_s,
    today.began + interval '1 day' as resets_at
from today cross join unnest($1::bigint[]) with ordinality as scope (user_id, place)
left join users u on u.id = scope.user_id
left join budgets b on b.user_id is not distinct from scope.user_id
order by scope.place
"""


async def fetch_standings(connection: Connection, scopes: Sequence[int | None]) -> list[Standing]:
    """How much is left for each user of ``scopes``; None stands for everybody together."""
    rows = await connection.fetch(_STANDINGS, list(scopes), UNKNOWN_RENDER_S)
    return [Standing(**dict(row)) for row in rows]


_SCOPES = "select user_id from budgets order by user_id nulls first"


async def fetch_scopes(connection: Connection) -> list[int | None]:
    """Whose budgets are set."""
    return [row["user_id"] for row in await connection.fetch(_SCOPES)]


_SET_OWN = """
insert into budgets (user_id, gpu_seconds_per_day, unknown_render_s, set_by_id)
values ($1, $2, $3, $4)
on conflict (user_id) do update set gpu_seconds_per_day = excluded.gpu_seconds_per_day,
    unknown_render_s = excluded.unknown_render_s, set_by_id = excluded.set_by_id
"""

_SET_GLOBAL = """
insert into budgets (user_id, gpu_seconds_per_day, unknown_render_s, set_by_id)
values ($1, $2, $3, $4)
on conflict ((user_id is null)) where user_id is null do update set
    gpu_seconds_per_day = excluded.gpu_seconds_per_day,
    unknown_render_s = excluded.unknown_render_s, set_by_id = excluded.set_by_id
"""


async def set_budget(
    tx: Tx,
    user_id: int | None,
    *,
    gpu_seconds_per_day: float,
    unknown_render_s: float,
    set_by_id: int,
) -> None:
    """Set a user's budget, or everybody's together (None)."""
    statement = _SET_GLOBAL if user_id is None else _SET_OWN
    await tx.execute(statement, user_id, gpu_seconds_per_day, unknown_render_s, set_by_id)


_REMOVE = "delete from budgets where user_id is not distinct from $1::bigint returning id"


async def remove_budget(tx: Tx, user_id: int | None) -> bool:
    """Limit nothing any more; whether there was a limit."""
    return await tx.fetchval(_REMOVE, user_id) is not None
