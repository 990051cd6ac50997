"""Orders to workers to take no more, or some again: rows, so that they outlive the worker."""

from screentest.common.db import Connection, Tx
from screentest.common.events import WorkerDrainRequested
from screentest.gpu_runner.store.notices import DRAIN_CHANNEL, tell

_SET_DRAIN = """
insert into drains (worker, draining, requested_by, version) values ($1, $2, $3, $4)
on conflict (worker) do update
set draining = $2, requested_by = $3, version = $4, requested_at = now()
where drains.version < $4 or drains.version = 0
returning true
"""

_IS_DRAINING = "select coalesce((select draining from drains where worker = $1), false)"


async def set_drain(tx: Tx, order: WorkerDrainRequested) -> bool:
    """Record an order to a worker and tell it; False when a later one is known."""
    facts = (order.worker, order.draining, order.by, order.version)
    if not await tx.fetchval(_SET_DRAIN, *facts):
        return False
    await tell(tx, DRAIN_CHANNEL, order.worker)
    return True


async def is_draining(connection: Connection, worker: str) -> bool:
    """Whether ``worker`` is to take no more."""
    return bool(await connection.fetchval(_IS_DRAINING, worker))
