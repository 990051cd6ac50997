"""The server goes away, or only its socket does."""

import asyncio

from support.comfyui_recording import Recording
from support.render_failures import failure_of
from support.waiting import until


async def test_a_server_that_is_not_there(server, backend_for, job_for, reports):
    backend = backend_for(server)
    await server.stop()

    failure = await failure_of(backend.render(job_for(), reports))

    assert (failure.code, failure.retryable) == ("backend_unreachable", True)
    await server.start()


async def test_a_server_that_dies_and_stays_dead(server, backend_for, job_for, reports):
    hold = server.hold_before("executed")
    server.will(Recording.named("success_mp4"))

    backend = backend_for(server, outage_patience_s=0.3)
    rendering = asyncio.create_task(backend.render(job_for(), reports))
    await hold.reached.wait()
    await server.stop()
    failure = await failure_of(rendering)

    assert (failure.code, failure.retryable) == ("backend_unreachable", True)
    await server.start()


async def test_a_restarted_server_has_lost_the_render(server, backend_for, job_for, reports):
    hold = server.hold_before("executed")
    server.will(Recording.named("success_mp4"))

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    await server.stop()
    await server.start()
    failure = await failure_of(rendering)

    assert (failure.code, failure.retryable) == ("lost", True)
    assert "restarted" in failure.message


async def test_a_prompt_that_somebody_deleted_is_lost(server, backend_for, job_for, reports):
    server.will(Recording.named("success_mp4"))
    other = server.hold_before("executed")
    await server.submit_for_another_client()
    await other.reached.wait()

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await until(lambda: len(server.submitted) == 2)
    server.delete(server.submitted[1].id)
    failure = await failure_of(rendering)
    other.release()

    assert (failure.code, failure.retryable) == ("lost", True)


async def test_a_mute_server_is_waited_for(server, backend_for, job_for, reports, mp4):
    hold = server.hold_before("executed")
    server.will(Recording.named("success_mp4", mp4))

    backend = backend_for(server, request_timeout_s=0.1)
    rendering = asyncio.create_task(backend.render(job_for(), reports))
    await hold.reached.wait()
    server.stalls["/queue"] = asyncio.Event()
    await until(lambda: server.stalled >= 2, what="two requests to run into their timeout")
    hold.release()
    server.stalls.pop("/queue").set()

    assert (await rendering).video.read_bytes() == mp4


async def test_a_clip_that_cannot_be_fetched_at_once_is_not_rendered_again(
    server, backend_for, job_for, reports, mp4
):
    server.stalls["/view"] = asyncio.Event()
    server.will(Recording.named("success_mp4", mp4))

    backend = backend_for(server, request_timeout_s=0.3)
    rendering = asyncio.create_task(backend.render(job_for(), reports))
    await until(lambda: server.stalled >= 2, what="two downloads to run into their timeout")
    server.stalls.pop("/view").set()

    assert (await rendering).video.read_bytes() == mp4
    assert len(server.executed) == 1


async def test_a_lost_reply_does_not_submit_twice(server, backend_for, job_for, reports, mp4):
    server.stalls["reply to /prompt"] = asyncio.Event()
    server.will(Recording.named("success_mp4", mp4))

    clip = await backend_for(server, request_timeout_s=0.3).render(job_for(), reports)

    assert clip.video.read_bytes() == mp4
    assert len(server.submitted) == 1


async def test_a_server_whose_worker_died_is_noticed(server, backend_for, job_for, reports):
    hold = server.hold_before("executed")
    server.will(Recording.named("success_mp4"))

    backend = backend_for(server, stall_timeout_s=0.2, cancel_timeout_s=0.3)
    failure = await failure_of(backend.render(job_for(), reports))

    assert (failure.code, failure.retryable) == ("stalled", True)
    assert set(server.interrupted) == {server.submitted[0].id}
    hold.release()


async def test_two_workers_on_one_server_get_a_clip_each(
    server, backend_for, job_for, reports, mp4, webp, saving
):
    hold = server.hold_before("executed")
    server.will(Recording.named("success_mp4", mp4), Recording.named("webp", webp))

    one = asyncio.create_task(backend_for(server, worker="gpu-1").render(job_for(), reports))
    await hold.reached.wait()
    job = job_for(saving("SaveAnimatedWEBP"))
    other = asyncio.create_task(backend_for(server, worker="gpu-2").render(job, reports))
    await until(lambda: len(server.submitted) == 2, what="the second worker's prompt")
    hold.release()

    assert (await one).video.read_bytes() == mp4
    assert [file.read_bytes() for file in (await other).original] == [webp]
    assert (len(server.executed), server.interrupted, server.deleted) == (2, [], [])


async def test_polling_alone_is_enough(server, backend_for, job_for, reports, mp4):
    server.accepts_sockets = False
    server.will(Recording.named("success_mp4", mp4))

    backend = backend_for(server, socket_open_timeout_s=0.05)
    clip = await backend.render(job_for(), reports)

    assert clip.video.read_bytes() == mp4
    assert server.connections == 0
    assert reports.fractions[-1] == 1.0


async def test_a_cut_socket_is_opened_again(server, backend_for, job_for, reports, mp4):
    hold = server.hold_before("execution_success")
    server.will(Recording.named("success_mp4", mp4))

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    await server.drop_sockets()
    await until(lambda: server.connections == 2, what="the second connection")
    hold.release()

    assert (await rendering).video.read_bytes() == mp4
    # The feature flags are per connection.
    assert server.hellos == 2


async def test_a_render_that_ends_while_the_socket_is_away(
    server, backend_for, job_for, reports, mp4
):
    hold = server.hold_before("execution_success")
    server.will(Recording.named("success_mp4", mp4))

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    server.accepts_sockets = False
    await server.drop_sockets()
    hold.release()

    assert (await rendering).video.read_bytes() == mp4
    assert server.connections == 1


async def test_a_socket_the_server_forgot_is_replaced(server, backend_for, job_for, reports, mp4):
    """It stays open and silent for good; only a new one hears anything."""
    hold = server.hold_before("execution_success")
    server.will(Recording.named("success_mp4", mp4))

    backend = backend_for(server, socket_silence_s=0.1)
    rendering = asyncio.create_task(backend.render(job_for(), reports))
    await hold.reached.wait()
    server.silence_sockets()
    before = server.connections
    await until(lambda: server.connections > before, what="a new connection")
    hold.release()

    assert (await rendering).video.read_bytes() == mp4
