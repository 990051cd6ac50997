"""Work that goes on by itself while a test does something to those who do it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from support.catalogue import Catalogue
from support.rest import Json
from support.waiting import until

_PATIENCE_S = 120
#: Not more often: this goes on for minutes, and the processor is for the work.
_LOOK_EVERY_S = 0.2


@asynccontextmanager
async def kept_busy(catalogue: Catalogue) -> AsyncIterator[list[Json]]:
    """The test shots that have ended so far; new ones are asked for until the block is left.

    After the block all have ended.
    """
    ended: list[Json] = []
    is_over = False

    async def keep_asking() -> None:
        while not is_over:
            batch_id, _ = await catalogue.shoot_batch(2)
            ended.extend(
                await catalogue.rest.until_ended(
                    batch_id, timeout_s=_PATIENCE_S, every_s=_LOOK_EVERY_S
                )
            )

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keep_asking())
        yield ended
        is_over = True


async def goes_on(*works: list[Json]) -> None:
    """See that more test shots end of each of the works."""
    before = [len(ended) for ended in works]

    def went_on() -> bool:
        return all(len(ended) > count for ended, count in zip(works, before, strict=True))

    await until(went_on, what="more test shots to end", timeout_s=_PATIENCE_S)
