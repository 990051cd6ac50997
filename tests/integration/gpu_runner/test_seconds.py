"""Where the time of a segment went, and whose GPU seconds it cost."""

import time

import pytest

from screentest.common.db import transaction
from screentest.common.events import RenderCancelled
from screentest.gpu_runner import handlers
from screentest.gpu_runner.store import renders
from support.ghosts import claimed_by_a_ghost
from support.waiting import until


async def test_phases_add_up_to_the_time_from_waiting_to_the_result(
    dispatcher, runner_of, backend, request_of, finishing, pool
):
    """Of one that waits in the dispatcher, behind another at the backend, and to be finished."""
    first, second = request_of(), request_of(waited_s=100)
    spent = "select gpu_seconds from renders where render_id = $1"
    async with runner_of(backend):
        await dispatcher.say(first)
        await until(lambda: backend.renders(first.render_id))
        asked = time.monotonic()
        await dispatcher.say(second)
        queued = time.monotonic()
        await until(lambda: str(second.render_id) in backend.prepared)
        free = time.monotonic()
        backend.end(first.render_id)
        await until(lambda: backend.renders(second.render_id))
        backend.end(second.render_id)
        await until(lambda: pool.fetchval(spent, second.render_id))
        rendered = time.monotonic()
        await until(finishing.began.is_set)
        goes_on = time.monotonic()
        finishing.goes_on.set()
        timings = (await dispatcher.end(second)).timings
        heard = time.monotonic()

    phases = (timings.queue_s, timings.load_s, timings.render_s, timings.store_s)
    assert timings.queue_s + timings.load_s >= 100 + free - queued
    assert timings.store_s >= goes_on - rendered
    assert 100 + goes_on - queued <= sum(phases) <= 100 + heard - asked


async def test_what_a_lost_worker_spent_is_told_beside_what_the_clip_cost(
    dispatcher, runner_of, backend, request_of, pool
):
    """A ghost began a minute before it was last heard of; another had spent ten seconds before."""
    backend.finish.set()
    request = request_of()
    await claimed_by_a_ghost(pool, request)
    await pool.execute("update renders set lost_gpu_seconds = 10")
    await pool.execute("update leases set expires_at = now() - interval '1 hour'")
    await pool.execute("""
        update renders set started_at = leases.expires_at - interval '63 seconds' from leases
    """)
    async with runner_of(backend, lease_ttl_s=3.0):
        result = await dispatcher.end(request)

    assert result.gpu_seconds == 1.5
    assert result.lost_gpu_seconds == pytest.approx(70)


async def test_worker_lost_after_its_backend_had_ended_has_spent_what_that_took(pool, request_of):
    request = request_of()
    claim = await claimed_by_a_ghost(pool, request)
    async with transaction(pool) as tx:
        await renders.spend(tx, claim, 4.5)
    await pool.execute("update renders set started_at = now() - interval '1 hour'")
    async with transaction(pool) as tx:
        taken = await handlers.take_over(tx, request.recipe.renderer, worker="b", ttl_s=60)

    assert taken.lost_gpu_seconds == 4.5


async def test_cancelled_while_it_is_stored_costs_what_the_backend_took(
    dispatcher, runner_of, backend, request_of, pool, finishing
):
    """However long it has been since it began."""
    backend.finish.set()
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(request)
        await until(lambda: pool.fetchval("select gpu_seconds from renders"))
        await pool.execute("update renders set started_at = now() - interval '1 hour'")
        await dispatcher.say(RenderCancelled(render_id=request.render_id, run_id=request.run_id))
        end = await dispatcher.end(request)
        finishing.goes_on.set()

    assert (end.code, end.gpu_seconds) == ("cancelled", 1.5)


async def test_cancelled_after_its_worker_was_lost_costs_no_more_than_that_worker_spent(
    pool, request_of
):
    """And what those before it had lost, which is told beside it."""
    request = request_of()
    await claimed_by_a_ghost(pool, request)
    await pool.execute("""
        update renders set started_at = now() - interval '1 hour', lost_gpu_seconds = 7
    """)
    await pool.execute("update leases set expires_at = now() - interval '59 minutes'")
    async with transaction(pool) as tx:
        await handlers.on_render_cancelled(
            RenderCancelled(render_id=request.render_id, run_id=request.run_id), tx
        )

    said = await pool.fetchval("select body from outbox")
    assert said["gpu_seconds"] == pytest.approx(60, abs=1)
    assert said["lost_gpu_seconds"] == 7
