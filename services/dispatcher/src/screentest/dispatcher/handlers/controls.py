"""What is said of the queue: pause it, go on, put something first."""

from screentest.common.db import Tx
from screentest.common.events import QueueControlled
from screentest.common.logs import get_logger
from screentest.dispatcher.handlers.releasing import release
from screentest.dispatcher.store import queue
from screentest.dispatcher.store.locks import lock_controls

log = get_logger()


async def on_queue_controlled(event: QueueControlled, tx: Tx) -> None:
    """Follow the latest of what was said of a subject; what renders goes on."""
    await lock_controls(tx)
    if not await queue.control(tx, event):
        log.info("control_outdated", subject=event.subject, version=event.version)
        return
    if event.lane is None:
        await queue.follow(tx, event)
    log.info("queue_controlled", paused=event.paused, priority=event.priority, by=event.by)
    await release(tx)
