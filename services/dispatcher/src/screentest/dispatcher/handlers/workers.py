"""Workers' signs of life."""

from screentest.common.consumer import Record
from screentest.common.db import Tx
from screentest.common.events import WorkerSeen
from screentest.common.stored_facts import StoredFacts
from screentest.dispatcher.handlers.releasing import release
from screentest.dispatcher.store.workers import describe_class, see_worker


class WorkerNews:
    """Hears reports, which leave what is long to the documents that they name."""

    def __init__(self, classes: StoredFacts) -> None:
        self._classes = classes
        #: What each worker was described by last.
        self._described: dict[str, tuple[str, ...]] = {}

    async def on_worker_seen(self, event: WorkerSeen) -> Record:
        """Complete the report; what is returned records it."""
        completed = await self._classes.completed(event)
        described_by = (
            event.capability_class,
            event.object_info_sha256,
            event.model_files_sha256,
        )
        # What was read now may have been asked for in vain when the worker's last change was told.
        is_new = self._described.get(event.worker) != described_by

        async def record(tx: Tx) -> None:
            await on_worker_seen(completed, tx, is_new=is_new)
            if completed.is_complete:
                self._described[event.worker] = described_by

        return record


async def on_worker_seen(event: WorkerSeen, tx: Tx, *, is_new: bool = False) -> None:
    """Keep what the worker says of itself; waiting work is released when it brought slots.

    What its class can do is kept when it changed, or ``is_new``, and not while nobody can read the
    documents that say it: what was known of the class stays.
    """
    changes = await see_worker(tx, event)
    if (changes or is_new) and event.is_complete and event.capability_class:
        await describe_class(tx, event)
    if changes or is_new:
        await release(tx)
