"""Waiting for conditions, never for time."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(
    condition: Callable[[], T | Awaitable[T]],
    *,
    what: str = "",
    timeout_s: float = 60,
    every_s: float = 0.01,
) -> T:
    """Call ``condition`` until it returns something true, and return that."""
    try:
        async with asyncio.timeout(timeout_s):
            while True:
                result = condition()
                value = await result if inspect.isawaitable(result) else result
                if value:
                    return value
                await asyncio.sleep(every_s)
    except TimeoutError:
        raise AssertionError(f"waited {timeout_s} s for {what or condition}") from None
