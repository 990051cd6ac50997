"""Workers' signs of life."""

from screentest.common.db import Tx
from screentest.common.events import WorkerSeen
from screentest.dispatcher.handlers.releasing import release
from screentest.dispatcher.store.workers import see_worker


async def on_worker_seen(event: WorkerSeen, tx: Tx) -> None:
    """Keep what the worker says of itself; waiting work is released when it brought slots."""
    if await see_worker(tx, event):
        await release(tx)
