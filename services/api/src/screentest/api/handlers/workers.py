"""Workers, as they report themselves."""

from screentest.api.store import changes, workers
from screentest.common.consumer import Record
from screentest.common.db import Tx
from screentest.common.events import WorkerSeen
from screentest.common.stored_facts import StoredFacts


class WorkerNews:
    """Hears reports, which leave what is long to the documents that they name."""

    def __init__(self, classes: StoredFacts) -> None:
        self._classes = classes

    async def on_worker_seen(self, event: WorkerSeen) -> Record:
        """Complete the report; what is returned records it."""
        completed = await self._classes.completed(event)

        async def record(tx: Tx) -> None:
            await on_worker_seen(completed, tx)

        return record


async def on_worker_seen(event: WorkerSeen, tx: Tx) -> None:
    """A worker is alive; browsers hear of it when something changed."""
    if await workers.record_worker(tx, event):
        await changes.tell_worker(tx, event.worker)
