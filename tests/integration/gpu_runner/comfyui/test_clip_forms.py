"""A clip, in every form a server hands clips out."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from screentest.common.output_names import unmarked
from screentest.media.clips import probe, read_frames
from screentest.media.encode import encode
from screentest.media.metadata import read_metadata
from screentest.media.stills import png
from support.comfyui_recording import Recording
from support.comfyui_workflow import SIZE, pictures


async def test_the_servers_mp4_is_kept_byte_for_byte(server, backend_for, job_for, reports, mp4):
    server.will(Recording.named("success_mp4", mp4))
    job = job_for()

    clip = await backend_for(server).render(job, reports)

    assert clip.video.read_bytes() == mp4
    assert clip.video.is_relative_to(job.workdir)
    assert clip.original == ()
    # execution_start and execution_success of the recording, in the server's own clock.
    assert clip.gpu_seconds == pytest.approx(3.163)


async def test_videohelpersuite_is_understood(server, backend_for, job_for, reports, mp4, saving):
    """Its clip hides under the key `gifs`, and its previews have a header of their own."""
    graph = saving("VHS_VideoCombine")
    graph["9"] = graph.pop("8")
    picture = png(pictures(1)[0])
    replay = Recording.named("vhs", mp4)
    at = next(i for i, m in enumerate(replay.messages) if m.get("type") == "progress")
    preview = {"event": 1, "header": b"\0" * 28, "picture": picture}
    replay.messages.insert(at, {"binary": preview})
    server.will(replay)

    clip = await backend_for(server).render(job_for(graph), reports)

    assert clip.video.read_bytes() == mp4
    assert reports.previews == [picture]


async def test_frames_become_a_clip(server, backend_for, job_for, reports, saving):
    frames = pictures(5)
    server.will(Recording.named("frames", *map(png, frames)))
    job = job_for(saving("SaveImage"))

    clip = await backend_for(server).render(job, reports)

    info = probe(clip.video)
    assert (info.width, info.height, info.frames, info.codec) == (*SIZE, 5, "h264")
    for made, frame in zip(read_frames(clip.video), frames, strict=True):
        assert np.abs(made.astype(int) - frame).mean() < 6
    assert [file.read_bytes() for file in clip.original] == list(map(png, frames))
    prompt = json.loads(read_metadata(clip.video)["prompt"])
    assert prompt == unmarked(server.submitted[0].graph)
    assert prompt["8"]["inputs"]["filename_prefix"] == "clip"


async def test_frames_of_an_odd_size_lose_their_last_row_and_column(
    server, backend_for, job_for, reports, saving
):
    server.will(Recording.named("frames", *map(png, pictures(5, (97, 65)))))

    clip = await backend_for(server).render(job_for(saving("SaveImage")), reports)

    info = probe(clip.video)
    assert (info.width, info.height) == SIZE


async def test_an_animated_webp_becomes_a_clip_at_the_recipes_rate(
    server, backend_for, job_for, reports, webp, saving
):
    server.will(Recording.named("webp", webp))
    job = job_for(saving("SaveAnimatedWEBP"))

    clip = await backend_for(server).render(job, reports)

    info = probe(clip.video)
    assert (info.codec, info.frames, info.fps) == ("h264", 5, Fraction(16))
    assert [(file.suffix, file.read_bytes()) for file in clip.original] == [(".webp", webp)]


async def test_a_clip_in_another_codec_is_encoded_and_the_original_kept(
    server, backend_for, job_for, reports, saving, tmp_path: Path
):
    encode(pictures(5), tmp_path / "a.mp4", fps=24)
    webm = _as_vp9(tmp_path / "a.mp4", tmp_path / "a.webm")
    server.will(Recording.named("webm", webm))
    job = job_for(saving("SaveWEBM"))

    clip = await backend_for(server).render(job, reports)

    info = probe(clip.video)
    assert (info.codec, info.frames, info.fps) == ("h264", 5, Fraction(24))
    assert [(file.suffix, file.read_bytes()) for file in clip.original] == [(".webm", webm)]


def _as_vp9(source: Path, target: Path) -> bytes:
    import av

    with av.open(target, "w", format="webm") as container:
        stream = container.add_stream("libvpx-vp9", rate=24)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for frame in read_frames(source):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    return target.read_bytes()
