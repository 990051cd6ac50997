"""A worker that is told to take no more, and to take some again."""

from screentest.common.db import transaction
from screentest.common.events import SegmentRendered, WorkerDrainRequested, WorkerSeen
from screentest.gpu_runner import handlers
from screentest.gpu_runner.store import drains
from support.staged_backend import StagedBackend
from support.waiting import until


def drain(
    worker: str = "worker-a", *, draining: bool = True, version: int = 0
) -> WorkerDrainRequested:
    return WorkerDrainRequested(worker=worker, version=version, draining=draining, by=1)


async def says(dispatcher, *, draining: bool, worker: str = "worker-a") -> None:
    """Wait until the newest word of ``worker`` is that it drains, or does not."""

    def said() -> bool:
        seen = [one for one in dispatcher.heard_of(WorkerSeen) if one.worker == worker]
        return bool(seen) and seen[-1].slots == 1 and seen[-1].draining is draining

    await until(said, what=f"{worker} saying draining={draining}")


async def test_drained_worker_finishes_what_has_begun_and_takes_no_more(
    dispatcher, runner_of, backend, colleague, request_of
):
    """At once: it looks by itself once an hour only."""
    rendering, staged = request_of(), request_of()
    async with runner_of(backend, seen_s=3600):
        await dispatcher.say(rendering)
        await until(lambda: backend.jobs)
        await dispatcher.say(staged)
        await until(lambda: str(staged.render_id) in backend.prepared)
        await dispatcher.say(drain())
        await says(dispatcher, draining=True)
        async with runner_of(colleague, worker="worker-b"):
            elsewhere = await dispatcher.end(staged)
        backend.finish.set()
        result = await dispatcher.end(rendering)

    assert isinstance(result, SegmentRendered)
    assert (result.worker, elsewhere.worker) == ("worker-a", "worker-b")
    assert backend.stopped == []
    assert len(backend.jobs) == 1


async def test_drain_outlives_the_worker_and_ends_on_request(
    dispatcher, runner_of, backend, request_of, pool
):
    backend.finish.set()
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(drain())
        await says(dispatcher, draining=True)
    dispatcher.heard.clear()
    await dispatcher.say(request)
    async with runner_of(backend, seen_s=3600):
        await says(dispatcher, draining=True)
        assert backend.jobs == []
        assert await pool.fetchval("select count(*) from renders") == 0
        await dispatcher.say(drain(draining=False))
        await says(dispatcher, draining=False)
        result = await dispatcher.end(request)

    assert isinstance(result, SegmentRendered)


async def test_drain_of_another_worker_is_not_ours(dispatcher, runner_of, backend, request_of):
    backend.finish.set()
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(drain("worker-z"))
        await dispatcher.say(request)
        result = await dispatcher.end(request)

    assert result.worker == "worker-a"


async def test_older_order_that_comes_late_is_ignored(pool):
    """A retry that was put off, or another runner of the shared queue, may change their order."""

    async def hear(*orders: WorkerDrainRequested) -> bool:
        for order in orders:
            async with transaction(pool) as tx:
                await handlers.on_worker_drain_requested(order, tx)
        async with pool.acquire() as connection:
            return await drains.is_draining(connection, "worker-a")

    assert not await hear(drain(version=2, draining=False), drain(version=1))
    assert await hear(drain(version=3))
    assert await hear(drain(version=2, draining=False))
    # From an api that does not count them yet.
    assert await hear(drain(draining=False))


async def test_orders_without_a_version_are_followed_as_they_come(pool):
    async with transaction(pool) as tx:
        await handlers.on_worker_drain_requested(drain(), tx)
        await handlers.on_worker_drain_requested(drain(draining=False), tx)

        assert not await drains.is_draining(tx, "worker-a")


async def test_worker_is_drained_before_it_is_there(dispatcher, runner_of, backend, pool):
    """Any replica is told; here it is the only one."""
    async with runner_of(backend):
        await dispatcher.say(drain("worker-b"))
        await until(lambda: pool.fetchval("select draining from drains where worker = 'worker-b'"))
        async with runner_of(StagedBackend(backend._clip), worker="worker-b"):
            await says(dispatcher, draining=True, worker="worker-b")
