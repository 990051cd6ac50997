"""The same backend against a real ComfyUI: set SCREENTEST_TEST_COMFYUI_URL to its address.

Needs core nodes only, no model files. Nobody else may use the server meanwhile: one test looks at
its whole queue.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.comfyui import ComfyUIBackend, ComfyUIOptions
from screentest.media.clips import probe
from screentest.media.metadata import read_metadata
from support.comfyui_workflow import example_graph
from support.waiting import until

URL = os.environ.get("SCREENTEST_TEST_COMFYUI_URL", "")
pytestmark = [
    pytest.mark.comfyui,
    pytest.mark.skipif(not URL, reason="SCREENTEST_TEST_COMFYUI_URL is not set"),
]


@pytest.fixture
async def backend() -> AsyncIterator[ComfyUIBackend]:
    backend = ComfyUIBackend(ComfyUIOptions(url=URL, poll_interval_s=0.2))
    yield backend
    await backend.close()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=URL, trust_env=False) as client:
        yield client


def long_graph() -> dict[str, Any]:
    """The example with eight more nodes in a row, so that it can be caught while it runs."""
    graph = example_graph()
    for number in range(8):
        source = ["7", 0] if number == 0 else [f"{99 + number}", 0]
        graph[f"{100 + number}"] = {
            "class_type": "ImageAddNoise",
            "inputs": {"image": source, "seed": ["3", 0], "strength": 0.01},
        }
    graph["8"]["inputs"]["images"] = ["107", 0]
    return graph


async def is_idle(http: httpx.AsyncClient) -> bool:
    queue = (await http.get("/queue")).json()
    return queue == {"queue_running": [], "queue_pending": []}


async def test_the_documented_example(backend, job_for, reports):
    job = job_for()

    clip = await backend.render(job, reports)

    info = probe(clip.video)
    assert (info.codec, info.width, info.height, info.frames) == ("h264", 512, 320, 40)
    assert reports.fractions == sorted(reports.fractions)
    assert reports.fractions[-1] == 1.0
    assert clip.gpu_seconds > 0
    prompt = json.loads(read_metadata(clip.video)["prompt"])
    assert prompt["1"]["inputs"]["image"] == f"screentest/{job.render_id}/seed.png"


async def test_the_same_render_twice_is_executed_once(backend, job_for, reports, http, tmp_path):
    """As when a worker is lost between the end of its prompt and its last word."""
    job = job_for()
    first = await backend.render(job, reports)
    kept = first.video.rename(tmp_path / "first.mp4")

    second = await backend.render(job, reports)

    assert second.video.read_bytes() == kept.read_bytes()
    history = (await http.get("/history")).json().values()
    tags = [entry["prompt"][3].get("screentest", {}) for entry in history]
    assert sum(tag.get("render_id") == job.render_id for tag in tags) == 1


@pytest.mark.parametrize("class_type", ["SaveVideo", "SaveWEBM", "SaveAnimatedWEBP", "SaveImage"])
async def test_a_clip_of_which_the_server_knows_no_more_is_not_rendered_again(
    backend, job_for, reports, http, saving, class_type
):
    """After a restart queue and history are empty, and the output folder is not: like this."""
    graph = example_graph() if class_type == "SaveVideo" else saving(class_type)
    graph["6"]["inputs"]["amount"] = 5
    graph["8"]["inputs"] |= {
        "SaveAnimatedWEBP": {"lossless": False, "quality": 80, "method": "fastest"},
        "SaveWEBM": {"codec": "vp9", "crf": 32.0},
    }.get(class_type, {})
    job = job_for(graph)
    first = await backend.render(job, reports)
    saved = [file.read_bytes() for file in first.original or (first.video,)]
    await http.post("/history", json={"clear": True})

    second = await backend.render(job, reports)

    assert [file.read_bytes() for file in second.original or (second.video,)] == saved
    assert (await http.get("/history")).json() == {}, "it has executed nothing since"


@pytest.mark.parametrize("class_type", ["SaveImage", "SaveAnimatedWEBP"])
async def test_other_outputs(backend, job_for, reports, saving, class_type):
    graph = saving(class_type)
    graph["6"]["inputs"]["amount"] = 5
    if class_type == "SaveAnimatedWEBP":
        graph["8"]["inputs"] |= {"lossless": False, "quality": 80, "method": "fastest"}

    clip = await backend.render(job_for(graph), reports)

    info = probe(clip.video)
    assert (info.codec, info.frames, float(info.fps)) == ("h264", 5, 16.0)
    suffixes = [".webp"] if class_type == "SaveAnimatedWEBP" else [".png"] * 5
    assert [file.suffix for file in clip.original] == suffixes


async def test_a_refusal(backend, job_for, reports):
    graph = example_graph()
    graph["5"]["inputs"]["upscale_method"] = "magic"

    with pytest.raises(RenderFailed, match="input upscale_method: 'magic' not in") as failed:
        await backend.render(job_for(graph), reports)

    assert (failed.value.code, failed.value.retryable) == ("invalid_workflow", False)


async def test_half_a_workflow(backend, job_for, reports, http):
    graph = example_graph()
    graph["11"] = {
        "class_type": "SaveAnimatedWEBP",
        "inputs": {
            "images": ["7", 0],
            "filename_prefix": "second",
            "fps": 5000.0,
            "lossless": False,
            "quality": 80,
            "method": "fastest",
        },
    }

    with pytest.raises(RenderFailed, match="only a part of the workflow") as failed:
        await backend.render(job_for(graph), reports)

    assert failed.value.code == "invalid_workflow"
    assert await is_idle(http)


async def test_a_failing_node(backend, job_for, reports):
    graph = example_graph()
    graph["5"]["inputs"] |= {"width": 511, "height": 319}

    with pytest.raises(RenderFailed, match=r"\(SaveVideo\)") as failed:
        await backend.render(job_for(graph), reports)

    assert failed.value.code == "node_failed"


async def test_out_of_memory(backend, job_for, reports):
    graph = example_graph()
    too_much = {"width": 16384, "height": 16384, "batch_size": 4096, "color": 0}
    graph["50"] = {"class_type": "EmptyImage", "inputs": too_much}
    graph["6"] = {"class_type": "ImageBatch", "inputs": {"image1": ["5", 0], "image2": ["50", 0]}}

    with pytest.raises(RenderFailed) as failed:
        await backend.render(job_for(graph), reports)

    assert (failed.value.code, failed.value.retryable) == ("out_of_memory", False)


async def test_a_broken_seed_image(backend, job_for, reports):
    job = job_for()
    job.seed_image.write_bytes(b"\x89PNG\r\n\x1a\n but then nothing")

    with pytest.raises(RenderFailed) as failed:
        await backend.render(job, reports)

    assert (failed.value.code, failed.value.retryable) == ("bad_seed_image", False)
    assert "/" not in failed.value.message


async def test_cancelling_while_it_runs(backend, job_for, reports, http):
    rendering = asyncio.create_task(backend.render(job_for(long_graph()), reports))
    await until(lambda: reports.fractions and reports.fractions[-1] > 0.1)

    rendering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rendering

    assert await is_idle(http)


async def test_cancelling_while_it_waits(backend, job_for, reports, http):
    """The render before it is somebody else's and must end well."""
    other = asyncio.create_task(backend.render(job_for(long_graph()), reports))
    await until(lambda: reports.fractions and reports.fractions[-1] > 0.1)
    waiting = asyncio.create_task(backend.render(job_for(), lambda _progress: None))

    async def one_waits() -> bool:
        return len((await http.get("/queue")).json()["queue_pending"]) == 1

    await until(one_waits)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert (await other).video.is_file()


async def test_what_it_can_do(backend):
    capabilities = await backend.describe()

    assert capabilities.version
    assert {"LoadImage", "SaveVideo"} <= set(capabilities.nodes)
