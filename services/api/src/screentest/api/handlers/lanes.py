"""Lanes and workers held back by administrators: said to who has to heed it, and audited."""

from screentest.api.domain.users import User
from screentest.api.problems.workers import WorkerNotFound
from screentest.api.store import audit, changes, lanes, workers
from screentest.common import outbox
from screentest.common.db import Tx
from screentest.common.events import Lane, QueueControlled, WorkerDrainRequested


async def set_lane_paused(tx: Tx, user: User, lane: Lane, *, is_paused: bool) -> None:
    """Begin no run of a lane, or begin them again. Asking again changes nothing."""
    locked = await lanes.lock_lane(tx, lane)
    was_paused = locked.paused_at is not None
    if was_paused == is_paused:
        return
    version = locked.control_version + 1
    await lanes.control(tx, lane, is_paused=is_paused, version=version, by_id=user.id)
    await outbox.add(tx, QueueControlled(version=version, lane=lane, paused=is_paused, by=user.id))
    await audit.record(
        tx,
        user,
        "lane.paused" if is_paused else "lane.resumed",
        lane.value,
        before={"paused": was_paused},
        after={"paused": is_paused},
    )
    await changes.tell_lane(tx, lane.value)


async def set_worker_draining(tx: Tx, user: User, name: str, *, is_draining: bool) -> None:
    """Let a worker finish what it has and take no more, or take work again.

    Asking again says it again, for a worker that was away; it is audited when it changes something.

    Raises:
        WorkerNotFound: no worker of that name ever reported.
    """
    order = await workers.request_drain(tx, name, is_draining=is_draining)
    if order is None:
        raise WorkerNotFound(name)
    said = WorkerDrainRequested(
        worker=name, version=order.version, draining=is_draining, by=user.id
    )
    await outbox.add(tx, said)
    if order.was_draining != is_draining:
        await audit.record(
            tx,
            user,
            "worker.drained" if is_draining else "worker.resumed",
            name,
            before={"draining": order.was_draining},
            after={"draining": is_draining},
        )
    await changes.tell_worker(tx, name)
