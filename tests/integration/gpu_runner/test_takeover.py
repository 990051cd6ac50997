"""Leases at work: lost workers, late results, workers told to stop, neighbours that go away."""

import asyncio

import aio_pika
import pytest

from screentest.common.db import transaction
from screentest.common.events import SegmentFailed, SegmentRendered
from screentest.gpu_runner import handlers
from screentest.gpu_runner.domain import MOST_LOST_WORKERS
from screentest.gpu_runner.metrics import LOST_LEASES, RESULTS_REFUSED
from support.counting import growth
from support.ghosts import claimed_by_a_ghost
from support.leases import renewed
from support.staged_backend import StagedBackend
from support.tcp_proxy import proxied
from support.waiting import until

SEIZE = """
update leases set owner = 'colleague', token = token + 1, expires_at = now() + interval '1 hour'
"""


@pytest.fixture
def colleague(clip) -> StagedBackend:
    """The backend of a second worker, which renders when it is told to."""
    return StagedBackend(clip)


async def test_render_of_a_lost_worker_is_taken_over_before_new_work(
    dispatcher, runner_of, backend, request_of, pool
):
    backend.finish.set()
    orphan, fresh = request_of(), request_of()
    await claimed_by_a_ghost(pool, orphan)
    await dispatcher.say(fresh)
    async with runner_of(backend):
        result = await dispatcher.end(orphan)
        await dispatcher.end(fresh)

    assert [job.render_id for job in backend.jobs] == [str(orphan.render_id), str(fresh.render_id)]
    assert isinstance(result, SegmentRendered)
    assert result.worker == "worker-a"
    # The second claim's files have names of their own.
    assert result.artefacts.video.key.endswith(f"{orphan.render_id}-2.mp4")
    assert await pool.fetchval("select max(lost_workers) from renders") == 1


async def test_idle_worker_finds_a_render_that_is_lost_later(
    dispatcher, runner_of, backend, request_of, pool
):
    backend.finish.set()
    first, orphan = request_of(), request_of()
    async with runner_of(backend, lease_ttl_s=0.3):
        await dispatcher.say(first)
        await dispatcher.end(first)
        await claimed_by_a_ghost(pool, orphan)
        result = await dispatcher.end(orphan)

    assert isinstance(result, SegmentRendered)


async def test_only_one_of_many_idle_workers_takes_it_over(
    dispatcher, runner_of, backend, colleague, request_of, pool
):
    orphans = [request_of() for _ in range(4)]
    for orphan in orphans:
        await claimed_by_a_ghost(pool, orphan)
    backend.finish.set()
    colleague.finish.set()
    async with runner_of(backend), runner_of(colleague, worker="worker-b"):
        for orphan in orphans:
            await dispatcher.end(orphan)

    assert len(backend.jobs) + len(colleague.jobs) == 4
    assert all(len(dispatcher.ends(orphan)) == 1 for orphan in orphans)


async def test_render_that_kills_workers_is_given_up(
    dispatcher, runner_of, backend, request_of, pool
):
    request = request_of()
    await claimed_by_a_ghost(pool, request)
    await pool.execute("update renders set lost_workers = $1", MOST_LOST_WORKERS)
    async with runner_of(backend):
        end = await dispatcher.end(request)

    assert isinstance(end, SegmentFailed)
    assert (end.code, end.retryable) == ("worker_lost", False)
    assert backend.jobs == []
    assert await pool.fetchval("select count(*) from leases") == 0


async def test_worker_that_lost_its_lease_stops(dispatcher, runner_of, backend, request_of, pool):
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(request)
        await until(lambda: backend.jobs)
        await pool.execute(SEIZE)
        await until(lambda: backend.stopped)

    assert dispatcher.ends(request) == []
    assert await pool.fetchval("select status from renders") == "rendering"


async def test_late_result_is_refused_and_counted_and_its_files_removed(
    dispatcher, runner_of, backend, request_of, pool, objects
):
    """The worker does not notice in time that it was outdated: the database does."""
    refused, outdated = growth(RESULTS_REFUSED, "rendered"), growth(LOST_LEASES, "outdated")
    late, following = request_of(), request_of()
    backend.original = {"00000.webm": b"a clip"}
    async with runner_of(backend, heartbeat_s=60, lease_ttl_s=180):
        await dispatcher.say(late)
        await until(lambda: backend.jobs)
        await until(lambda: renewed(pool))
        await pool.execute(SEIZE)
        backend.finish.set()
        await dispatcher.say(following)
        await dispatcher.end(following)
        await until(outdated, what="the lost lease to be counted")

    assert (refused(), outdated()) == (1, 1)
    assert backend.stopped == []
    assert dispatcher.ends(late) == []
    for suffix in ("mp4", "original.webm"):
        with pytest.raises(FileNotFoundError):
            await objects.info(f"renders/{late.run_id}/001/{late.render_id}.{suffix}")
        assert await objects.info(f"renders/{following.run_id}/001/{following.render_id}.{suffix}")


async def test_commit_whose_answer_was_lost_counts_once(pool, request_of):
    """The worker tries again, and is told that it was done."""
    from screentest.gpu_runner.domain import Failure

    request = request_of()
    claim = await claimed_by_a_ghost(pool, request)
    refused = growth(RESULTS_REFUSED, "failed")
    failure = Failure(code="x", message="", retryable=True)
    for _ in range(2):
        async with transaction(pool) as tx:
            assert await handlers.record_failed(tx, claim, failure)

    assert await pool.fetchval("select count(*) from outbox") == 1
    assert refused() == 0


async def test_worker_told_to_stop_hands_its_render_to_a_colleague(
    dispatcher, runner_of, backend, colleague, request_of, pool
):
    """At once: the lease would last an hour."""
    request = request_of()
    async with runner_of(backend, grace_s=0, lease_ttl_s=3600) as runner:
        await dispatcher.say(request)
        await until(lambda: backend.jobs)
        await runner.stop()
        colleague.finish.set()
        async with runner_of(colleague, worker="worker-b"):
            result = await dispatcher.end(request)

    assert backend.stopped == [str(request.render_id)]
    assert result.worker == "worker-b"
    assert (result.gpu_seconds, result.lost_gpu_seconds > 0) == (1.5, True)
    assert await pool.fetchval("select lost_workers from renders") == 0


async def test_worker_told_to_stop_finishes_what_it_has(dispatcher, runner_of, backend, request_of):
    running, queued = request_of(), request_of()
    async with runner_of(backend, grace_s=30) as runner:
        await dispatcher.say(running)
        await until(lambda: backend.jobs)
        await dispatcher.say(queued)
        stopping = asyncio.create_task(runner.stop())
        backend.finish.set()
        await stopping
        result = await dispatcher.end(running)

    assert isinstance(result, SegmentRendered)
    assert len(backend.jobs) == 1


async def test_idle_worker_told_to_stop_leaves_the_queue_untouched(
    dispatcher, runner_of, backend, colleague, request_of
):
    request = request_of()
    async with runner_of(backend, grace_s=30) as runner:
        await runner.stop()
        await dispatcher.say(request)
        colleague.finish.set()
        async with runner_of(colleague, worker="worker-b"):
            result = await dispatcher.end(request)

    assert result.worker == "worker-b"
    assert backend.jobs == []


async def test_broker_that_goes_away_does_not_disturb_a_render(
    dispatcher, runner_of, backend, request_of, amqp_url
):
    request, following = request_of(), request_of()
    async with (
        proxied(amqp_url) as (proxy, through),
        runner_of(backend, amqp_url=through) as runner,
    ):
        await dispatcher.say(request)
        await until(lambda: backend.jobs)
        proxy.cut()
        await until(lambda: runner.bus.problem)
        backend.finish.set()
        result = await dispatcher.end(request)
        await dispatcher.say(following)
        await dispatcher.end(following)

    assert isinstance(result, SegmentRendered)
    assert backend.stopped == []
    assert len(dispatcher.ends(request)) == 1


@pytest.mark.parametrize("moment", ["starting", "idle"])
async def test_worker_without_work_survives_the_broker(
    dispatcher, runner_of, backend, request_of, amqp_url, moment
):
    backend.finish.set()
    request = request_of()
    async with (
        proxied(amqp_url) as (proxy, through),
        runner_of(backend, amqp_url=through) as runner,
        await aio_pika.connect(amqp_url) as connection,
    ):
        channel = await connection.channel()

        async def waits_for_work() -> bool:
            queue = await channel.declare_queue("gpu-runner.render.builtin", passive=True)
            return bool(queue.declaration_result.consumer_count)

        if moment == "idle":
            await until(waits_for_work)
        proxy.cut()
        await until(lambda: runner.bus.problem)
        await dispatcher.say(request)
        result = await dispatcher.end(request)

    assert isinstance(result, SegmentRendered)


async def test_database_that_goes_away_does_not_disturb_a_render(
    dispatcher, runner_of, backend, request_of, database
):
    request = request_of()
    async with (
        proxied(database.dsn("gpu_runner")) as (proxy, through),
        runner_of(backend, pg_dsn=through),
    ):
        await dispatcher.say(request)
        await until(lambda: backend.jobs)
        proxy.cut()
        backend.finish.set()
        proxy.cut()
        result = await dispatcher.end(request)

    assert isinstance(result, SegmentRendered)
    assert backend.stopped == []
    assert len(dispatcher.ends(request)) == 1
