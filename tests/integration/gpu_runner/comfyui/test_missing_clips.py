"""Renders that end well for the server, and without a clip."""

import pytest

from support.comfyui_recording import Recording
from support.render_failures import failure_of


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
