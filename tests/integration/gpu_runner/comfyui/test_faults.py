"""What a real server does to a client, and what becomes of the render."""

import asyncio

import pytest

from screentest.gpu_runner.engine.backend import RenderFailed
from support.comfyui_recording import Recording
from support.waiting import until


async def failure_of(render) -> RenderFailed:
    with pytest.raises(RenderFailed) as failed:
        await render
    return failed.value


# -- refused before it runs ------------------------------------------------------------------------


async def test_a_refused_value_names_node_and_input(server, backend_for, job_for, reports):
    server.will(Recording.named("invalid_value"))

    failure = await failure_of(backend_for(server).render(job_for(), reports))

    assert failure.code == "invalid_workflow"
    assert not failure.retryable
    assert 'node 5 "fit to frame" (ImageScale), input upscale_method' in failure.message
    assert "input fps: Value 500.0 bigger than max of 120.0" in failure.message


async def test_a_node_this_server_lacks_may_be_on_another(server, backend_for, job_for, reports):
    server.will(Recording.named("unknown_node"))

    failure = await failure_of(backend_for(server).render(job_for(), reports))

    assert (failure.code, failure.retryable) == ("missing_node", True)
    assert "NoSuchSampler_XYZ" in failure.message


async def test_half_a_workflow_is_no_workflow(server, backend_for, job_for, reports):
    """The server answers 200 and would run what is left without the invalid branch."""
    hold = server.hold_before("execution_start")
    server.will(Recording.named("partly_invalid"))

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    await until(lambda: server.interrupted, what="the prompt to be interrupted")
    hold.release()
    failure = await failure_of(rendering)

    assert (failure.code, failure.retryable) == ("invalid_workflow", False)
    assert "only a part of the workflow" in failure.message
    assert "input fps: Value 5000.0 bigger than max of 1000.0" in failure.message
    assert server.is_idle


async def test_a_server_in_trouble_is_not_asked_to_speak_json(
    server, backend_for, job_for, reports
):
    server.will(Recording(status=500, reply=None))

    failure = await failure_of(backend_for(server).render(job_for(), reports))

    assert (failure.code, failure.retryable) == ("backend_unreachable", True)


async def test_a_graph_that_would_kill_the_servers_worker_is_never_sent(
    server, backend_for, job_for, reports, saving
):
    job = job_for()
    del job.recipe.graph["2"]["inputs"]

    failure = await failure_of(backend_for(server).render(job, reports))

    assert (failure.code, failure.retryable) == ("invalid_workflow", False)
    assert 'Node "2" has no inputs' in failure.message
    assert not server.uploads


async def test_what_is_no_picture_is_not_sent(server, backend_for, job_for, reports):
    job = job_for()
    job.seed_image.write_bytes(b"GIF89a")

    failure = await failure_of(backend_for(server).render(job, reports))

    assert (failure.code, failure.retryable) == ("bad_seed_image", False)


# -- fails while it runs ---------------------------------------------------------------------------


async def test_a_failing_node_is_quoted_and_its_traceback_kept_beside(
    server, backend_for, job_for, reports
):
    server.will(Recording.named("node_error"))

    failure = await failure_of(backend_for(server).render(job_for(), reports))

    assert (failure.code, failure.retryable) == ("node_failed", False)
    assert 'node 9 "save mp4" (SaveVideo)' in failure.message
    assert "avcodec_open2" in failure.message
    assert "execution.py" not in failure.message
    assert failure.detail.node == "9"
    assert failure.detail.exception.endswith("Error")
    assert "av.codec.context.CodecContext" in failure.detail.traceback


async def test_what_other_nodes_saved_does_not_make_a_failure_a_success(
    server, backend_for, job_for, reports, mp4
):
    recording = Recording.named("node_error")
    whole = Recording.named("success_mp4", mp4)
    recording.history["outputs"], recording.files = whole.history["outputs"], whole.files
    server.will(recording)

    failure = await failure_of(backend_for(server).render(job_for(), reports))

    assert failure.code == "node_failed"


async def test_an_error_that_is_not_the_end_is_not_taken_for_it(
    server, backend_for, job_for, reports, mp4
):
    """A node that blocks a branch says `execution_error`, and the prompt goes on."""
    recording = Recording.named("success_mp4", mp4)
    errors = Recording.named("node_error").messages
    error = next(message for message in errors if message.get("type") == "execution_error")
    recording.messages.insert(len(recording.messages) // 2, error)
    server.will(recording)
    hold = server.hold_before("execution_success")

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    assert not rendering.done()
    hold.release()

    assert (await rendering).video.read_bytes() == mp4


@pytest.mark.parametrize("recording", ["out_of_memory_gpu", "out_of_memory_cpu"])
async def test_out_of_memory_is_tried_once_more_and_never_again(
    server, backend_for, job_for, reports, recording
):
    """Other workers of its class have as much memory: another attempt would end alike."""
    server.will(Recording.named(recording))

    failure = await failure_of(backend_for(server).render(job_for(), reports))

    assert (failure.code, failure.retryable) == ("out_of_memory", False)
    assert "smaller size or fewer frames, or a worker with more memory" in failure.message
    assert len(server.executed) == 2
    # Once before the second try, once for whoever comes next.
    assert server.freed == 2


async def test_freed_memory_may_be_enough(server, backend_for, job_for, reports, mp4):
    server.will(Recording.named("out_of_memory_gpu"), Recording.named("success_mp4", mp4))

    clip = await backend_for(server).render(job_for(), reports)

    assert clip.video.read_bytes() == mp4
    assert len(set(server.executed)) == 2
    assert server.freed == 1


async def test_an_image_the_server_cannot_read(server, backend_for, job_for, reports):
    server.will(Recording.named("corrupt_input"))

    failure = await failure_of(backend_for(server).render(job_for(), reports))

    assert (failure.code, failure.retryable) == ("bad_seed_image", False)


async def test_somebody_elses_interrupt_is_not_our_failure(server, backend_for, job_for, reports):
    hold = server.hold_before("progress")
    server.will(Recording.named("previews"))

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    server.interrupt_running()
    hold.release()
    failure = await failure_of(rendering)

    assert (failure.code, failure.retryable) == ("interrupted", True)


# -- ends, but without a clip ----------------------------------------------------------------------


async def test_success_without_a_video(server, backend_for, job_for, reports):
    recording = Recording.named("success_mp4")
    recording.history["outputs"] = {"9": {"text": ["done"]}}
    server.will(recording)

    failure = await failure_of(backend_for(server).render(job_for(), reports))

    assert (failure.code, failure.retryable) == ("no_output", False)


async def test_stills_of_a_video_workflow_are_not_its_clip(server, backend_for, job_for, reports):
    recording = Recording.named("success_mp4")
    recording.history["outputs"] = Recording.named("frames").history["outputs"]
    server.will(recording)

    failure = await failure_of(backend_for(server).render(job_for(), reports))

    assert failure.code == "no_output"


@pytest.mark.parametrize("kept", [0, 0.5], ids=["empty", "cut off"])
async def test_half_a_file_is_no_clip(server, backend_for, job_for, reports, mp4, kept):
    server.will(Recording.named("success_mp4", mp4[: int(len(mp4) * kept)]))

    failure = await failure_of(backend_for(server).render(job_for(), reports))

    assert (failure.code, failure.retryable) == ("broken_output", True)


async def test_an_output_beyond_the_limit_is_not_taken(server, backend_for, job_for, reports, mp4):
    server.will(Recording.named("success_mp4", mp4))
    job = job_for()

    backend = backend_for(server, output_max_bytes=len(mp4) - 1)
    failure = await failure_of(backend.render(job, reports))

    assert (failure.code, failure.retryable) == ("output_too_large", False)


async def test_a_cached_result_is_rendered_again(server, backend_for, job_for, reports, mp4):
    """Its file belongs to an earlier render; by now the name may stand for another clip."""
    server.will(
        Recording.named("cached_rerun", b"another clip"), Recording.named("success_mp4", mp4)
    )

    clip = await backend_for(server).render(job_for(), reports)

    assert clip.video.read_bytes() == mp4
    assert server.freed == 1
    assert len(server.executed) == 2


async def test_a_result_whose_file_is_gone_is_rendered_again(
    server, backend_for, job_for, reports, mp4
):
    gone = Recording.named("success_mp4")
    for entry in gone.outputs():
        entry["filename"] = "deleted.mp4"
    server.will(gone, Recording.named("success_mp4", mp4))

    clip = await backend_for(server).render(job_for(), reports)

    assert clip.video.read_bytes() == mp4
    assert server.freed == 1


async def test_a_server_that_only_answers_from_its_cache_is_given_up(
    server, backend_for, job_for, reports
):
    server.will(Recording.named("cached_rerun"))

    failure = await failure_of(backend_for(server).render(job_for(), reports))

    assert (failure.code, failure.retryable) == ("no_output", True)
    assert len(server.executed) == 3


# -- the server goes away --------------------------------------------------------------------------


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


# -- the socket goes away --------------------------------------------------------------------------


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


# -- cancelling ------------------------------------------------------------------------------------


async def test_cancelling_interrupts_our_running_prompt(server, backend_for, job_for, reports):
    hold = server.hold_before("progress")
    server.will(Recording.named("previews"))

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    rendering.cancel()
    await until(lambda: server.interrupted)
    hold.release()
    with pytest.raises(asyncio.CancelledError):
        await rendering

    assert set(server.interrupted) == {server.submitted[0].id}
    assert server.is_idle


async def test_a_lost_interrupt_is_sent_again(server, backend_for, job_for, reports):
    hold = server.hold_before("progress")
    server.interrupts_to_lose = 1
    server.will(Recording.named("previews"))

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    rendering.cancel()
    await until(lambda: len(server.interrupted) >= 2)
    hold.release()
    with pytest.raises(asyncio.CancelledError):
        await rendering

    assert server.is_idle


async def test_a_prompt_that_ends_well_in_spite_of_an_interrupt_is_gone_as_well(
    server, backend_for, job_for, reports, mp4
):
    """The last node of a graph does not look whether it is to stop."""
    hold = server.hold_before("execution_success")
    server.will(Recording.named("success_mp4", mp4))

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    rendering.cancel()
    await until(lambda: server.interrupted)
    hold.release()
    with pytest.raises(asyncio.CancelledError):
        await rendering

    assert server.is_idle
    assert server.history[server.submitted[0].id]["status"]["status_str"] == "success"


async def test_cancelling_a_waiting_prompt_leaves_the_running_one_alone(
    server, backend_for, job_for, reports
):
    server.will(Recording.named("success_mp4"))
    other = server.hold_before("executed")
    await server.submit_for_another_client()
    await other.reached.wait()

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await until(lambda: len(server.submitted) == 2)
    rendering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rendering

    assert server.deleted == [server.submitted[1].id]
    assert server.interrupted == []
    other.release()
    await until(lambda: server.is_idle)
    assert server.executed == [server.submitted[0].id]


async def test_a_server_that_would_stop_anything_is_never_interrupted(
    server, backend_for, job_for, reports
):
    server.version, server.interrupts_by_id = "0.3.56", False
    hold = server.hold_before("progress")
    server.will(Recording.named("previews"))

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    rendering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rendering
    hold.release()

    assert server.interrupted == []


async def test_cancelling_during_the_submission_leaves_nothing_behind(
    server, backend_for, job_for, reports
):
    server.stalls["reply to /prompt"] = asyncio.Event()
    hold = server.hold_before("progress")
    server.will(Recording.named("previews"))

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    rendering.cancel()
    await until(lambda: server.interrupted)
    hold.release()
    with pytest.raises(asyncio.CancelledError):
        await rendering

    assert server.is_idle
