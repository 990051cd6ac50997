"""Holding what waits while a budget is spent, and letting it go on once it is not.

What renders is never interrupted. The dispatcher is told of users, not of runs, so that it holds
retries, next segments and what it is still to hear of as well.
"""

import asyncio
from contextlib import suppress

from screentest.api.store import budget_holds, budgets, costs
from screentest.common import outbox
from screentest.common.db import Pool, Tx, connect, is_transient, transaction
from screentest.common.events import QueueControlled
from screentest.common.logs import get_logger

log = get_logger()

_SCHEMA = "api"
#: How soon the next day is noticed, and a notification that was lost.
_POLL_S = 1.0
#: As in `QueueControlled`.
_BY_A_BUDGET = 0


async def follow_spending(pool: Pool, dsn: str) -> None:
    """Look after all budgets whenever something was spent, for ever; outlives the database."""
    while True:
        try:
            await _follow(pool, dsn)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("budgets_not_followed", error=f"{type(error).__name__}: {error}")
        await asyncio.sleep(_POLL_S)


async def _follow(pool: Pool, dsn: str) -> None:
    connection = await connect(dsn, schema=_SCHEMA)
    doorbell = asyncio.Event()
    try:
        await connection.add_listener(f"{costs.CHANNEL}_{_SCHEMA}", lambda *_: doorbell.set())
        while not connection.is_closed():
            doorbell.clear()
            async with transaction(pool) as tx:
                await hold_spent(tx)
            with suppress(TimeoutError):
                async with asyncio.timeout(_POLL_S):
                    await doorbell.wait()
    finally:
        connection.terminate()


async def hold_spent(tx: Tx) -> None:
    """Tell the dispatcher of budgets that are spent by now, and of those that no longer are."""
    await budget_holds.lock_holds(tx)
    reasons = await budget_holds.fetch_reasons(tx)
    if not reasons:
        return
    for standing in await budgets.fetch_standings(tx, list(reasons)):
        reason = standing.held_because
        if reason == reasons[standing.user_id]:
            continue
        version = await budget_holds.set_reason(tx, standing.user_id, reason)
        control = QueueControlled(
            version=version,
            user_id=standing.user_id,
            everybody=standing.user_id is None,
            paused=reason is not None,
            reason=reason or "",
            by=_BY_A_BUDGET,
        )
        await outbox.add(tx, control)
        log.info("budget_followed", subject=control.subject, held=reason)
