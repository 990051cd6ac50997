"""Budgets that are spent, as the dispatcher was told: one teller at a time, in all replicas."""

from screentest.common.db import Connection, Tx

_LOCK = "select pg_advisory_xact_lock(hashtextextended('api/budget-holds', 0))"


async def lock_holds(tx: Tx) -> None:
    """Wait until nobody else looks whether budgets are spent."""
    await tx.execute(_LOCK)


_REASONS = """
select nullif(scope.user_id, 0) as user_id, h.reason
from (select coalesce(user_id, 0) as user_id from budgets
    union select user_id from budget_holds where reason is not null) as scope
left join budget_holds h on h.user_id = scope.user_id
order by scope.user_id
"""


async def fetch_reasons(connection: Connection) -> dict[int | None, str | None]:
    """Whose budgets are set or hold something, with why they do; None is everybody's together."""
    return {row["user_id"]: row["reason"] for row in await connection.fetch(_REASONS)}


_SET_REASON = """
insert into budget_holds (user_id, version, reason) values (coalesce($1, 0), 1, $2)
on conflict (user_id) do update set version = budget_holds.version + 1, reason = excluded.reason
returning version
"""


async def set_reason(tx: Tx, user_id: int | None, reason: str | None) -> int:
    """Record why what waits is held, or that it is not; returns the version to say so under."""
    version: int = await tx.fetchval(_SET_REASON, user_id, reason)
    return version
