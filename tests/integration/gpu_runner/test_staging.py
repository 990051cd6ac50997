"""The line of a worker: one render is staged and one finished while one renders."""

import asyncio

import aio_pika
import pytest

from screentest.common.db import transaction
from screentest.common.events import (
    Needs,
    RenderCancelled,
    SegmentFailed,
    SegmentRendered,
    WorkerSeen,
)
from screentest.gpu_runner import handlers
from screentest.gpu_runner.metrics import LOST_LEASES
from support.counting import growth
from support.ghosts import claimed_by_a_ghost
from support.waiting import until

QUEUE = "gpu-runner.render.builtin"


async def fill(dispatcher, backend, requests) -> None:
    """Bring two renders, or three when one is finished, onto the line of an idle worker."""
    *finished, rendering, staged = requests
    for request in finished:
        await dispatcher.say(request)
        await until(lambda: backend.renders(request.render_id))  # noqa: B023
        backend.end(request.render_id)
    await dispatcher.say(rendering)
    await until(lambda: backend.renders(rendering.render_id))
    await dispatcher.say(staged)
    await until(lambda: str(staged.render_id) in backend.prepared)


def latest(dispatcher, worker: str = "worker-a") -> WorkerSeen:
    return [one for one in dispatcher.heard_of(WorkerSeen) if one.worker == worker][-1]


def has_said(dispatcher, worker: str) -> bool:
    return any(one.worker == worker for one in dispatcher.heard_of(WorkerSeen))


async def queued(amqp_url: str) -> int:
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(QUEUE, passive=True)
        return queue.declaration_result.message_count


async def test_one_is_staged_behind_the_one_that_renders_and_no_more(
    dispatcher, runner_of, backend, request_of, amqp_url
):
    rendering, staged, waiting = (request_of() for _ in range(3))
    async with runner_of(backend):
        await fill(dispatcher, backend, [rendering, staged])
        await dispatcher.say(waiting)
        await until(lambda: queued(amqp_url))
        await until(lambda: latest(dispatcher).staged == (staged.render_id,))
        assert latest(dispatcher).busy_with == (rendering.render_id,)
        assert len(backend.jobs) == 1
        backend.finish.set()
        results = [await dispatcher.end(one) for one in (rendering, staged, waiting)]

    assert [job.render_id for job in backend.jobs] == [
        str(one.render_id) for one in (rendering, staged, waiting)
    ]
    assert results[0].timings.idle_gap_s is None
    assert all(result.timings.idle_gap_s is not None for result in results[1:])
    for timings in (result.timings for result in results):
        assert None not in (timings.queue_s, timings.load_s, timings.render_s, timings.store_s)


async def test_next_one_renders_while_the_one_before_is_finished(
    dispatcher, runner_of, backend, request_of, finishing
):
    finished, rendering = request_of(), request_of()
    async with runner_of(backend):
        await fill(dispatcher, backend, [finished, rendering])
        backend.end(finished.render_id)
        await until(finishing.began.is_set)
        await until(lambda: backend.renders(rendering.render_id))
        assert dispatcher.ends(finished) == []
        await until(
            lambda: set(latest(dispatcher).busy_with) == {finished.render_id, rendering.render_id}
        )
        backend.finish.set()
        finishing.goes_on.set()
        results = [await dispatcher.end(one) for one in (finished, rendering)]

    assert all(isinstance(result, SegmentRendered) for result in results)


async def test_cancelled_while_it_is_staged_costs_nothing_and_makes_room(
    dispatcher, runner_of, backend, request_of
):
    rendering, staged, following = (request_of() for _ in range(3))
    async with runner_of(backend, heartbeat_s=60, lease_ttl_s=180):
        await fill(dispatcher, backend, [rendering, staged])
        await dispatcher.say(RenderCancelled(render_id=staged.render_id, run_id=staged.run_id))
        end = await dispatcher.end(staged)
        await dispatcher.say(following)
        await until(lambda: str(following.render_id) in backend.prepared)
        backend.finish.set()
        await dispatcher.end(following)

    assert isinstance(end, SegmentFailed)
    assert (end.code, end.gpu_seconds) == ("cancelled", 0)
    assert not backend.renders(staged.render_id)
    assert backend.stopped == []
    assert len(dispatcher.ends(staged)) == 1


async def test_cancelled_while_it_is_finished(
    dispatcher, runner_of, backend, request_of, finishing, objects
):
    request, following = request_of(), request_of()
    backend.finish.set()
    async with runner_of(backend, heartbeat_s=60, lease_ttl_s=180):
        await dispatcher.say(request)
        await until(finishing.began.is_set)
        await dispatcher.say(RenderCancelled(render_id=request.render_id, run_id=request.run_id))
        end = await dispatcher.end(request)
        finishing.goes_on.set()
        await dispatcher.say(following)
        await dispatcher.end(following)

    assert end.code == "cancelled"
    assert len(dispatcher.ends(request)) == 1
    with pytest.raises(FileNotFoundError):
        await objects.info(f"renders/{request.run_id}/001/{request.render_id}.mp4")


async def test_idle_worker_relieves_a_busy_one_of_what_it_has_only_staged(
    dispatcher, runner_of, backend, colleague, request_of, pool
):
    """The busy one is told at once: the lease is renewed once a minute only. Nothing was lost."""
    relieved, outdated = growth(LOST_LEASES, "relieved"), growth(LOST_LEASES, "outdated")
    rendering, staged = request_of(), request_of(waited_s=60)
    async with runner_of(backend, heartbeat_s=60, lease_ttl_s=180):
        await fill(dispatcher, backend, [rendering, staged])
        async with runner_of(colleague, worker="worker-b"):
            result = await dispatcher.end(staged)
        await until(lambda: latest(dispatcher).staged == ())
        await until(relieved, what="the relief to be counted")
        backend.finish.set()
        await dispatcher.end(rendering)
        await until(lambda: pool.fetchval("select count(*) = 0 from leases"))

    assert (relieved(), outdated()) == (1, 0)
    assert result.timings.queue_s > 60
    assert result.worker == "worker-b"
    assert not backend.renders(staged.render_id)
    assert len(dispatcher.ends(staged)) == 1
    assert await pool.fetchval("select max(lost_workers) from renders") == 0


async def test_render_that_was_taken_without_a_word_is_stopped_as_soon_as_it_begins(
    dispatcher, runner_of, backend, request_of, pool
):
    """The notification was lost, and the lease is renewed once a minute only."""
    rendering, staged = request_of(), request_of()
    async with runner_of(backend, heartbeat_s=60, lease_ttl_s=180):
        await fill(dispatcher, backend, [rendering, staged])
        await pool.execute(
            "update leases set owner = 'colleague', token = token + 1 where name = $1",
            str(staged.render_id),
        )
        await pool.execute(
            "update renders set token = token + 1 where render_id = $1", staged.render_id
        )
        backend.end(rendering.render_id)
        await until(lambda: backend.stopped)

    assert backend.stopped == [str(staged.render_id)]
    assert dispatcher.ends(staged) == []


async def test_staged_render_of_a_killed_worker_is_taken_over_and_nobody_died_of_it(
    dispatcher, runner_of, backend, request_of, pool
):
    backend.finish.set()
    request = request_of()
    await claimed_by_a_ghost(pool, request, staged=True, waited_s=60)
    async with runner_of(backend):
        result = await dispatcher.end(request)

    assert isinstance(result, SegmentRendered)
    assert result.worker == "worker-a"
    # It has waited all the while, whoever had it.
    assert result.timings.queue_s > 60
    assert result.lost_gpu_seconds == 0
    assert await pool.fetchval("select lost_workers from renders") == 0


async def test_worker_does_not_take_over_what_it_has_itself(pool, request_of):
    """Its lease ran out while the database was away; it renders on."""
    request = request_of()
    await claimed_by_a_ghost(pool, request, staged=True)
    async with transaction(pool) as tx:
        taken = await handlers.take_over(
            tx, request.recipe.renderer, worker="ghost", ttl_s=60, besides=[request.render_id]
        )

    assert taken is None


async def test_worker_told_to_stop_finishes_what_has_begun_and_leaves_the_rest(
    dispatcher, runner_of, backend, colleague, request_of, finishing, pool
):
    finished, rendering, staged = requests = [request_of() for _ in range(3)]
    async with runner_of(backend, grace_s=30, lease_ttl_s=3600) as runner:
        await fill(dispatcher, backend, requests)
        stopping = asyncio.create_task(runner.stop())
        await until(lambda: pool.fetchval("select count(*) = 1 from renders where handed_back"))
        backend.finish.set()
        finishing.goes_on.set()
        await stopping
        results = [await dispatcher.end(one) for one in (finished, rendering)]
        async with runner_of(colleague, worker="worker-b"):
            results.append(await dispatcher.end(staged))

    assert [result.worker for result in results] == ["worker-a", "worker-a", "worker-b"]
    assert backend.stopped == []
    assert await pool.fetchval("select max(lost_workers) from renders") == 0


async def test_worker_without_grace_hands_back_every_place_of_its_line(
    dispatcher, runner_of, backend, colleague, request_of, finishing, pool
):
    requests = [request_of() for _ in range(3)]
    async with runner_of(backend, grace_s=0, lease_ttl_s=3600) as runner:
        await fill(dispatcher, backend, requests)
        await runner.stop()
        finishing.goes_on.set()
        async with runner_of(colleague, worker="worker-b"):
            results = [await dispatcher.end(request) for request in requests]

    assert {result.worker for result in results} == {"worker-b"}
    assert all(len(dispatcher.ends(request)) == 1 for request in requests)
    assert await pool.fetchval("select max(lost_workers) from renders") == 0


async def test_worker_takes_only_what_its_class_can_render(
    dispatcher, runner_of, backend, colleague, request_of, pool
):
    """From the queue, and from the dead."""
    needs = Needs(models={"checkpoints": ("large.safetensors",)})
    plain, lost = request_of(), request_of(capability_class="large", needs=needs)
    await claimed_by_a_ghost(pool, lost, staged=True)
    backend.finish.set()
    async with runner_of(backend):
        await dispatcher.say(plain)
        await dispatcher.end(plain)
        async with runner_of(colleague, worker="worker-b", capability_class="large"):
            special = request_of(capability_class="large", needs=needs)
            await until(lambda: has_said(dispatcher, "worker-b"))
            assert latest(dispatcher, "worker-b").capability_class == "large"
            await dispatcher.say(special)
            results = [await dispatcher.end(one) for one in (lost, special)]

    assert {result.worker for result in results} == {"worker-b"}
    assert latest(dispatcher, "worker-b").warm_models == ("large.safetensors",)
