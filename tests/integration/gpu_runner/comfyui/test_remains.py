"""A server that finished a render and then forgot it: what its output folder has is not made again.

What is counted is what the server has executed.
"""

import asyncio
from contextlib import suppress
from itertools import count
from pathlib import Path

import av
import pytest

from screentest.common.ids import new_id
from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.comfyui import ComfyUIOptions
from screentest.gpu_runner.engine.comfyui.client import ComfyUIClient
from screentest.gpu_runner.engine.comfyui.follower import Follower
from screentest.media.clips import probe
from screentest.media.encode import encode
from screentest.media.stills import png
from support.comfyui_recording import Recording
from support.comfyui_workflow import example_graph, pictures
from support.waiting import until

FRAMES = 5
#: The class that saves -> the recording of a prompt that it ended.
SAVERS = {
    "SaveVideo": "success_mp4",
    "SaveWEBM": "webm",
    "SaveAnimatedWEBP": "webp",
    "SaveImage": "frames",
    "VHS_VideoCombine": "vhs",
}


@pytest.fixture
def webm(mp4, tmp_path: Path) -> bytes:
    """A clip of five frames as SaveWEBM makes it."""
    path = tmp_path / "server-side.webm"
    with av.open(path, "w", format="webm") as container:
        stream = container.add_stream("libvpx-vp9", rate=16)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for frame in pictures(FRAMES):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame)))
        container.mux(stream.encode())
    return path.read_bytes()


@pytest.fixture
def contents(mp4, webm, webp) -> dict[str, list[bytes]]:
    """What each class saves."""
    stills = list(map(png, pictures(FRAMES)))
    return {
        "SaveVideo": [mp4],
        "SaveWEBM": [webm],
        "SaveAnimatedWEBP": [webp],
        "SaveImage": stills,
        "VHS_VideoCombine": [mp4],
    }


@pytest.fixture
def film(job_for, saving):
    """Make a job of five frames that a class saves."""

    def make(class_type: str = "SaveVideo"):
        graph = saving(class_type if class_type != "SaveVideo" else "SaveImage")
        if class_type == "SaveVideo":
            graph["8"] = {"class_type": "CreateVideo", "inputs": {"images": ["7", 0], "fps": 16.0}}
            saved = {"video": ["8", 0], "filename_prefix": "film/clip", "format": "auto"}
            graph["9"] = {"class_type": "SaveVideo", "inputs": saved}
        if class_type == "VHS_VideoCombine":
            graph["8"]["inputs"] |= {"format": "video/h264-mp4", "save_output": True}
        graph["6"]["inputs"]["amount"] = FRAMES
        return job_for(graph)

    return make


@pytest.fixture
def saved(server, contents):
    """Have the server save by the prefixes it is given, and stop when a prompt is about to end."""

    def make(class_type: str = "SaveVideo"):
        server.saves_by_prefix = True
        server.will(Recording.named(SAVERS[class_type], *contents[class_type]))
        return server.hold_before("history")

    return make


async def restart(server) -> None:
    await server.stop()
    await server.start()


def cut_last_file(server, kept: float) -> None:
    """As when the server dies while it writes."""
    key = max(server.files)
    server.files[key] = server.files[key][: int(len(server.files[key]) * kept)]


async def left_by_a_lost_worker(server, backend, job, reports, hold) -> None:
    """Render until the clip is saved; then worker and server die."""
    rendering = asyncio.create_task(backend.render(job, reports))
    await hold.reached.wait()
    await server.stop()
    backend.leave(job.render_id)
    rendering.cancel()
    with suppress(asyncio.CancelledError):
        await rendering
    await server.start()


@pytest.mark.parametrize("class_type", SAVERS)
async def test_a_clip_that_was_saved_before_the_restart_is_taken(
    server, backend_for, film, saved, reports, contents, class_type
):
    hold = saved(class_type)
    job = film(class_type)
    rendering = asyncio.create_task(backend_for(server).render(job, reports))
    await hold.reached.wait()
    await restart(server)

    clip = await rendering

    assert (probe(clip.video).codec, probe(clip.video).frames) == ("h264", FRAMES)
    found = [file.read_bytes() for file in clip.original or (clip.video,)]
    assert found == contents[class_type]
    assert len(server.executed) == len(server.submitted) == 1
    assert reports.fractions[-1] == 1.0


async def test_of_two_files_the_one_with_sound_is_taken(
    server, backend_for, film, saved, reports, mp4
):
    """VideoHelperSuite leaves the silent one beside it."""
    hold = saved("VHS_VideoCombine")
    job = film("VHS_VideoCombine")
    job.recipe.graph["20"] = {"class_type": "LoadAudio", "inputs": {"audio": "rain.wav"}}
    job.recipe.graph["8"]["inputs"]["audio"] = ["20", 0]
    rendering = asyncio.create_task(backend_for(server).render(job, reports))
    await hold.reached.wait()
    ((name, *folders),) = server.files
    assert name.endswith("_00001-audio.mp4")
    server.files[name.replace("-audio", ""), *folders] = b"silent"
    await restart(server)

    clip = await rendering

    assert clip.video.read_bytes() == mp4


@pytest.mark.parametrize("kept", [0, 0.6], ids=["empty", "cut off"])
@pytest.mark.parametrize("class_type", SAVERS)
async def test_half_a_file_does_not_count_as_saved(
    server, backend_for, film, saved, reports, class_type, kept
):
    hold = saved(class_type)
    rendering = asyncio.create_task(backend_for(server).render(film(class_type), reports))
    await hold.reached.wait()
    cut_last_file(server, kept)
    await restart(server)

    with pytest.raises(RenderFailed) as failed:
        await rendering

    assert (failed.value.code, failed.value.retryable) == ("lost", True)
    assert len(server.executed) == 1


async def test_whole_file_with_too_few_frames_does_not_count_as_saved(
    server, backend_for, film, saved, reports, tmp_path
):
    """FFmpeg ends its file properly when the server that feeds it is killed."""
    hold = saved("VHS_VideoCombine")
    rendering = asyncio.create_task(backend_for(server).render(film("VHS_VideoCombine"), reports))
    await hold.reached.wait()
    encode(pictures(FRAMES - 1), tmp_path / "short.mp4", fps=16)
    (key,) = server.files
    server.files[key] = (tmp_path / "short.mp4").read_bytes()
    await restart(server)

    with pytest.raises(RenderFailed) as failed:
        await rendering

    assert failed.value.code == "lost"


async def test_frames_that_are_not_all_there_do_not_count_as_saved(
    server, backend_for, film, saved, reports
):
    hold = saved("SaveImage")
    rendering = asyncio.create_task(backend_for(server).render(film("SaveImage"), reports))
    await hold.reached.wait()
    del server.files[max(server.files)]
    await restart(server)

    with pytest.raises(RenderFailed) as failed:
        await rendering

    assert failed.value.code == "lost"


async def test_what_is_not_saved_is_lost_and_rendered_again_once(
    server, backend_for, film, saved, reports, mp4
):
    saved().release()
    before_it_is_saved = server.hold_before("executed")
    job = film()
    rendering = asyncio.create_task(backend_for(server).render(job, reports))
    await before_it_is_saved.reached.wait()
    await restart(server)
    with pytest.raises(RenderFailed) as failed:
        await rendering
    assert failed.value.code == "lost"
    assert not server.files

    clip = await backend_for(server).render(job, reports)

    assert clip.video.read_bytes() == mp4
    assert len(server.executed) == 2


async def test_heir_finds_what_a_forgetful_server_had_finished_for_a_lost_worker(
    server, backend_for, film, saved, reports, mp4
):
    job = film()
    await left_by_a_lost_worker(server, backend_for(server), job, reports, saved())

    clip = await backend_for(server).render(job, reports)

    assert clip.video.read_bytes() == mp4
    assert len(server.executed) == len(server.submitted) == 1


@pytest.mark.parametrize("class_type", SAVERS)
async def test_heir_renders_once_what_is_only_half_there_and_does_not_mix_both(
    server, backend_for, film, saved, reports, contents, class_type
):
    hold = saved(class_type)
    job = film(class_type)
    backend = backend_for(server)
    rendering = asyncio.create_task(backend.render(job, reports))
    await hold.reached.wait()
    cut_last_file(server, 0.5)
    half = set(server.files)
    await restart(server)
    with pytest.raises(RenderFailed):
        await rendering

    again = server.hold_before("history")
    rendering = asyncio.create_task(backend_for(server).render(job, reports))
    await again.reached.wait()
    await restart(server)
    clip = await rendering

    found = [file.read_bytes() for file in clip.original or (clip.video,)]
    assert found == contents[class_type]
    assert len(server.executed) == 2
    assert len(set(server.files) - half) == len(contents[class_type])


async def test_clip_of_another_render_of_the_same_recipe_is_not_taken(
    server, backend_for, film, saved, reports
):
    await left_by_a_lost_worker(server, backend_for(server), film(), reports, saved())

    await backend_for(server).render(film(), reports)

    assert len(server.executed) == 2


async def test_what_is_there_already_is_not_submitted_ahead(
    server, backend_for, film, saved, reports
):
    there = film()
    await left_by_a_lost_worker(server, backend_for(server), there, reports, saved())
    under_way = server.hold_before("executed")
    backend = backend_for(server)
    rendering = asyncio.create_task(backend.render(film(), reports))
    await under_way.reached.wait()

    await backend.prepare(there)

    assert server.pending == []
    under_way.release()
    await rendering
    await backend.render(there, reports)
    assert len(server.submitted) == 2


async def test_server_that_is_away_while_it_is_searched_is_waited_for(
    server, backend_for, film, saved, reports, mp4
):
    hold = saved()
    rendering = asyncio.create_task(
        backend_for(server, request_timeout_s=0.3).render(film(), reports)
    )
    await hold.reached.wait()
    stall = server.stalls["/view"] = asyncio.Event()
    await server.stop()
    stall.clear()
    await server.start()
    await until(lambda: server.stalled >= 2, what="two searches to run into their timeout")
    server.stalls.pop("/view").set()

    assert (await rendering).video.read_bytes() == mp4
    assert len(server.executed) == 1


async def test_only_the_time_it_was_seen_to_run_counts_as_rendered(server, saved):
    """A restart can take minutes, in which nothing is rendered."""
    saved()
    options = ComfyUIOptions(url=server.url, poll_interval_s=0.01)
    client, now, looks = ComfyUIClient(options), [0.0], count(1)

    async def on_look() -> None:
        now[0] += 10
        if next(looks) == 3:
            await restart(server)

    prompt_id = str(new_id())
    body = {"prompt": example_graph(), "client_id": "ours"}
    server.enqueue(prompt_id, 0, body, server.next_recording())
    await until(lambda: server.current is not None)
    follower = Follower(client, options, prompt_id, clock=lambda: now[0], on_look=on_look)
    with pytest.raises(RenderFailed, match="no longer knows"):
        await follower.end()
    await client.close()

    assert follower.seen_running_s == 20
