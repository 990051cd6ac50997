"""Cancelling a render in every state it can be in."""

from screentest.common.db import transaction
from screentest.common.events import RenderCancelled, RenderRequested, SegmentFailed
from screentest.common.ids import new_id
from screentest.gpu_runner import domain, handlers
from screentest.gpu_runner.metrics import RESULTS_REFUSED
from support.counting import growth
from support.ghosts import claimed_by_a_ghost
from support.leases import renewed
from support.waiting import until


def cancel(request: RenderRequested, **facts: bool) -> RenderCancelled:
    return RenderCancelled(render_id=request.render_id, run_id=request.run_id, **facts)


def recall(request: RenderRequested) -> RenderCancelled:
    return cancel(request, unless_begun=True)


async def status_of(pool, request: RenderRequested) -> str | None:
    return await pool.fetchval("select status from renders where render_id = $1", request.render_id)


async def test_cancelled_while_it_is_rendered(
    dispatcher, runner_of, backend, request_of, pool, objects_url
):
    """The backend is told at once: the lease is renewed once a minute only."""
    request, following = request_of(), request_of()
    async with runner_of(backend, heartbeat_s=60, lease_ttl_s=180):
        await dispatcher.say(request)
        await until(lambda: backend.jobs)
        await until(lambda: renewed(pool))
        await until(lambda: pool.fetchval("select started_at from renders"))
        await dispatcher.say(cancel(request))
        await until(lambda: backend.stopped)
        backend.finish.set()
        await dispatcher.say(following)
        await dispatcher.end(following)

    [end] = dispatcher.ends(request)
    assert (end.code, end.retryable, end.worker) == ("cancelled", False, "worker-a")
    assert end.gpu_seconds > 0
    assert backend.stopped == [str(request.render_id)]
    assert await status_of(pool, request) == "cancelled"


async def test_cancelled_by_a_replica_whose_notification_is_lost(
    dispatcher, runner_of, backend, request_of, pool
):
    """The next renewal of the lease finds out."""
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(request)
        await until(lambda: backend.jobs)
        await pool.execute("update renders set status = 'cancelled', ended_at = now()")
        await pool.execute("delete from leases")
        await until(lambda: backend.stopped)

    assert dispatcher.ends(request) == []


async def test_cancelled_while_it_is_queued(dispatcher, runner_of, backend, request_of, pool):
    """The cancellation is heard before the request: the request is answered, never rendered."""
    busy, staged, queued, following = (request_of() for _ in range(4))
    async with runner_of(backend):
        await dispatcher.say(busy)
        await until(lambda: backend.jobs)
        await dispatcher.say(staged)
        await until(lambda: str(staged.render_id) in backend.prepared)
        await dispatcher.say(queued)
        await dispatcher.say(cancel(queued))
        await until(lambda: status_of(pool, queued))
        await dispatcher.say(following)
        backend.finish.set()
        await dispatcher.end(following)

    [end] = dispatcher.ends(queued)
    assert (end.code, end.retryable, end.gpu_seconds) == ("cancelled", False, 0)
    assert not backend.renders(queued.render_id)


async def test_recalled_while_it_is_staged(dispatcher, runner_of, backend, request_of):
    """What renders goes on, and what follows takes the place of what was called back."""
    begun, staged, following = (request_of() for _ in range(3))
    async with runner_of(backend, heartbeat_s=60, lease_ttl_s=180):
        await dispatcher.say(begun)
        await until(lambda: backend.jobs)
        await dispatcher.say(staged)
        await until(lambda: str(staged.render_id) in backend.prepared)
        await dispatcher.say(recall(staged))
        end = await dispatcher.end(staged)
        await dispatcher.say(following)
        await until(lambda: str(following.render_id) in backend.prepared)
        backend.finish.set()
        rendered = [await dispatcher.end(request) for request in (begun, following)]

    assert end.was_recalled
    assert (end.retryable, end.gpu_seconds) == (True, 0)
    assert backend.dropped == [str(staged.render_id)]
    assert not any(isinstance(each, SegmentFailed) for each in rendered)
    assert not backend.renders(staged.render_id)
    assert backend.stopped == []


async def test_recalled_after_it_has_begun_goes_on(
    dispatcher, runner_of, backend, request_of, pool
):
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(request)
        await until(lambda: pool.fetchval("select not staged from renders"))
        await dispatcher.say(recall(request))
        await until(
            lambda: pool.fetchval(
                "select exists (select from inbox where consumer like '%on-render-cancelled')"
            )
        )
        backend.finish.set()
        end = await dispatcher.end(request)

    assert not isinstance(end, SegmentFailed)
    assert backend.stopped == []
    assert len(dispatcher.ends(request)) == 1


async def test_recalled_before_its_request_has_come(
    dispatcher, runner_of, backend, request_of, pool
):
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(recall(request))
        await until(lambda: status_of(pool, request))
        await dispatcher.say(request)
        end = await dispatcher.end(request)

    assert end.was_recalled
    assert backend.jobs == []


async def test_cancelled_after_it_was_handed_back(pool, request_of):
    """Nobody has it: it is answered for, and no colleague takes it over."""
    from screentest.common.db import transaction
    from screentest.common.recipes import Renderer
    from screentest.gpu_runner import handlers

    for event_of in (cancel, recall):
        request = request_of()
        async with transaction(pool) as tx:
            claim = await handlers.claim(
                tx,
                request,
                queue="q",
                message_id=new_id(),
                traceparent=None,
                worker="draining",
                ttl_s=60,
            )
            await handlers.hand_back(tx, claim, gpu_seconds=0)
        async with transaction(pool) as tx:
            await handlers.on_render_cancelled(event_of(request), tx)
            assert await handlers.take_over(tx, Renderer.BUILTIN, worker="w", ttl_s=60) is None

    codes = await pool.fetchval("select array_agg(body->>'code' order by position) from outbox")
    assert codes == ["cancelled", "recalled"]


async def test_cancelled_twice_and_requested_twice_ends_once(
    dispatcher, runner_of, backend, request_of, pool
):
    backend.finish.set()
    request, following = request_of(), request_of()
    async with runner_of(backend):
        for _ in range(2):
            await dispatcher.say(cancel(request))
        await until(lambda: status_of(pool, request))
        for _ in range(2):
            await dispatcher.say(request)
        await dispatcher.say(following)
        await dispatcher.end(following)
        await until(lambda: pool.fetchval("select count(*) = 0 from outbox"))

    assert len(dispatcher.ends(request)) == 1


async def test_cancelled_after_its_end_changes_nothing(
    dispatcher, runner_of, backend, request_of, pool
):
    backend.finish.set()
    request, unheard = request_of(), request_of()
    async with runner_of(backend):
        await dispatcher.say(request)
        await dispatcher.end(request)
        await dispatcher.say(cancel(request))
        await dispatcher.say(cancel(unheard))
        await until(lambda: status_of(pool, unheard))
        await until(
            lambda: pool.fetchval("select count(*) >= 2 from inbox where consumer like '%on-%'")
        )

    [end] = dispatcher.ends(request)
    assert not isinstance(end, SegmentFailed)
    assert await status_of(pool, request) == "rendered"


async def test_result_that_comes_after_the_cancellation_is_refused(pool, request_of):
    """A worker that has not noticed: its result and its files count for nothing."""
    request = request_of()
    claim = await claimed_by_a_ghost(pool, request)
    async with transaction(pool) as tx:
        await handlers.on_render_cancelled(cancel(request), tx)
    async with transaction(pool) as tx:
        failure = domain.Failure(code="late", message="", retryable=True)
        refused = growth(RESULTS_REFUSED, "failed")
        assert not await handlers.record_failed(tx, claim, failure)

    assert refused() == 1

    assert await pool.fetchval("select array_agg(body->>'code') from outbox") == ["cancelled"]
