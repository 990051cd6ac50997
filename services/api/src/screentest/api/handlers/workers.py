"""Workers, as they report themselves."""

from screentest.api.store import changes, workers
from screentest.common.db import Tx
from screentest.common.events import WorkerSeen


async def on_worker_seen(event: WorkerSeen, tx: Tx) -> None:
    """A worker is alive; browsers hear of it when something changed."""
    if await workers.record_worker(tx, event):
        await changes.tell_worker(tx, event.worker)
