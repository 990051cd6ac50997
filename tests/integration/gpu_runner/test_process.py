"""Whole worker processes with the built-in renderer: killed and stopped."""

import signal

from screentest.common.events import SegmentProgressed, SegmentRendered, WorkerSeen
from support.waiting import until


async def renders(dispatcher, worker: str) -> None:
    """Wait until ``worker`` is in the middle of a render."""
    await until(
        lambda: [e for e in dispatcher.heard_of(SegmentProgressed) if e.worker == worker],
        what=f"progress of {worker}",
    )


async def test_killed_worker_is_replaced_and_the_segment_comes_once(
    dispatcher, process_of, film_of, pool
):
    request = film_of()
    async with process_of("doomed", BUILTIN_MINIMUM_S=600) as doomed:
        await dispatcher.say(request)
        await renders(dispatcher, "doomed")
        doomed.send_signal(signal.SIGKILL)
        await doomed.wait()
        async with process_of("heir"):
            result = await dispatcher.end(request)

    assert isinstance(result, SegmentRendered)
    assert result.worker == "heir"
    assert len(dispatcher.ends(request)) == 1
    row = await pool.fetchrow("select status, token, lost_workers from renders")
    assert tuple(row) == ("rendered", 2, 1)


async def test_killed_worker_is_replaced_for_what_it_had_staged_as_well(
    dispatcher, process_of, film_of, pool
):
    """Only what its backend had begun may have killed it."""
    rendering, staged = film_of(), film_of()
    async with process_of("doomed", BUILTIN_MINIMUM_S=600) as doomed:
        await dispatcher.say(rendering)
        await renders(dispatcher, "doomed")
        await dispatcher.say(staged)
        await until(
            lambda: any(staged.render_id in one.staged for one in dispatcher.heard_of(WorkerSeen))
        )
        doomed.send_signal(signal.SIGKILL)
        await doomed.wait()
        async with process_of("heir"):
            results = [await dispatcher.end(request) for request in (rendering, staged)]

    assert [result.worker for result in results] == ["heir", "heir"]
    lost = "select lost_workers from renders where render_id = $1"
    assert await pool.fetchval(lost, rendering.render_id) == 1
    assert await pool.fetchval(lost, staged.render_id) == 0


async def test_stopped_worker_hands_its_render_on_and_exits_cleanly(
    dispatcher, process_of, film_of, pool
):
    request = film_of()
    slow = process_of("leaving", BUILTIN_MINIMUM_S=600, GRACE_S=0, LEASE_TTL_S=3600)
    async with slow as leaving:
        await dispatcher.say(request)
        await renders(dispatcher, "leaving")
        leaving.send_signal(signal.SIGTERM)
        code = await leaving.wait()
        async with process_of("staying"):
            result = await dispatcher.end(request)

    assert code == 0
    assert isinstance(result, SegmentRendered)
    assert result.worker == "staying"
    assert await pool.fetchval("select lost_workers from renders") == 0


async def test_stopped_worker_finishes_within_its_grace(dispatcher, process_of, film_of):
    request = film_of()
    async with process_of("leaving", BUILTIN_MINIMUM_S=1, GRACE_S=60) as leaving:
        await dispatcher.say(request)
        await renders(dispatcher, "leaving")
        leaving.send_signal(signal.SIGTERM)
        code = await leaving.wait()
        result = await dispatcher.end(request)

    assert code == 0
    assert isinstance(result, SegmentRendered)
