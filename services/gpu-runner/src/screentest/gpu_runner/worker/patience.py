"""Trying again while a neighbour is away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from screentest.common.db import Pool, Tx, is_transient, transaction
from screentest.common.logs import get_logger

log = get_logger()

T = TypeVar("T")

_FIRST_DELAY_S = 0.1
_LONGEST_DELAY_S = 2.0


async def patiently(
    attempt: Callable[[], Awaitable[T]],
    *,
    what: str,
    may_pass: Callable[[Exception], bool] = is_transient,
) -> T:
    """What ``attempt`` returns once it succeeds; errors that will not pass are raised.

    Args:
        attempt: may be called any number of times.
        what: names it in the log.
        may_pass: whether trying again may help.
    """
    delay_s = _FIRST_DELAY_S
    while True:
        try:
            return await attempt()
        except Exception as error:
            if not may_pass(error):
                raise
            log.warning("tried_again", what=what, error=f"{type(error).__name__}: {error}")
        await asyncio.sleep(delay_s)
        delay_s = min(2 * delay_s, _LONGEST_DELAY_S)


async def in_transaction(pool: Pool, work: Callable[[Tx], Awaitable[T]], *, what: str) -> T:
    """What ``work`` returns in a transaction that commits, however long the database is away."""

    async def attempt() -> T:
        async with transaction(pool) as tx:
            return await work(tx)

    return await patiently(attempt, what=what)
