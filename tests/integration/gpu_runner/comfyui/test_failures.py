"""What fails while it runs."""

import asyncio

import pytest

from support.comfyui_recording import Recording
from support.render_failures import failure_of


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
