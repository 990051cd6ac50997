"""From the workflow library to a scene, rendered on a ComfyUI server."""

import asyncio
import hashlib
import io
from http import HTTPStatus

from PIL import Image

from screentest.common.library import named
from screentest.media.clips import probe
from support.audit import stored_clips
from support.live import Listener
from support.waiting import until

from .conftest import LONG, WORKER

PATIENCE_S = 120


async def queue_of(server):
    """The ids of the prompts that a server has to do."""
    queue = (await server.get("/queue")).json()
    return [entry[1] for entry in (*queue["queue_running"], *queue["queue_pending"])]


async def executions_of(server, shot):
    """Number and id of every prompt that a server has run, or has to, for a shot.

    By the server's own account: a prompt that runs again under its id has another number.
    """
    queue = (await server.get("/queue")).json()
    history = (await server.get("/history", params={"max_items": 1000})).json()
    entries = (*queue["queue_running"], *queue["queue_pending"])
    entries = (*entries, *(ended["prompt"] for ended in history.values()))
    return {
        (number, prompt_id)
        for number, prompt_id, _, extra_data, *_ in entries
        if extra_data.get("screentest", {}).get("run_id") == shot["run_id"]
    }


async def under_way(heard, shot):
    """Wait until the server is in the middle of a shot's render."""
    progress = await heard.hears(
        lambda event: event.type == "progress" and event.data.get("test_shot_id") == shot["id"]
    )
    assert progress.data["fraction"] < 1


async def test_the_worker_says_that_its_server_can_render_the_workflow(worker):
    needed = {node["class_type"] for node in named("model-free-i2v").graph.values()}
    assert worker["is_alive"]
    assert worker["renderer"] == "comfyui"
    assert needed <= set(worker["nodes"])


async def test_a_test_shot_becomes_segment_001_and_the_scene_goes_on_from_it(
    stack, rest, audit, catalogue_of, tmp_path
):
    catalogue = await catalogue_of()
    scene_id = await catalogue.add_scene()
    path = f"/api/workflows/{catalogue.workflow_id}/validate"
    asked = {"scene_type_id": catalogue.scene_type_id}
    (report,) = (await rest.post(path, asked))["workers"]
    assert (report["worker"], report["can_render"], report["faults"]) == (WORKER, True, [])

    shot = await catalogue.shoot(seed=100)

    shot = await rest.until_status(shot["id"], "scored", timeout_s=PATIENCE_S)

    assert shot["worker"] == WORKER
    assert (shot["clip"]["width"], shot["clip"]["height"], shot["clip"]["frames"]) == (320, 192, 17)
    clip = tmp_path / "shot.mp4"
    clip.write_bytes((await rest.media(shot["output_video_path"])).content)
    assert (probe(clip).codec, float(probe(clip).fps)) == ("h264", 16)
    assert shot["gpu_seconds"] > 0

    promotion = await rest.promote(shot["id"], scene_id)
    assert (promotion["status"], promotion["gpu_seconds"]) == ("done", 0)

    chain = (await rest.generate(scene_id, up_to_segment=2))["chain"]
    first, second = chain["segments"][:2]
    assert (first["source"], first["gpu_seconds"]) == ("promotion", 0)
    assert second["artefacts"]["video"]["key"]
    assert second["seed_image_sha256"] == first["artefacts"]["last_frame"]["sha256"]
    await audit.nothing_left_over()


async def test_an_animated_webp_becomes_a_clip_and_stays_to_be_had(
    stack, rest, audit, catalogue_of, tmp_path
):
    graph = named("model-free-i2v").graph
    saving = {"images": ["7", 0], "filename_prefix": "screentest/clip", "fps": ["4", 0]}
    saving |= {"lossless": False, "quality": 80, "method": "fastest"}
    rest_of_it = {node: body for node, body in graph.items() if node not in {"8", "9"}}
    workflow = {
        "name": "Animated WebP",
        "renderer": "comfyui",
        "graph": {**rest_of_it, "8": {"class_type": "SaveAnimatedWEBP", "inputs": saving}},
    }
    workflow_id = (await rest.post("/api/workflows", workflow))["id"]
    catalogue = await catalogue_of(workflow_id=workflow_id)

    shot = await catalogue.shoot(seed=500)
    shot = await rest.until_status(shot["id"], "scored", timeout_s=PATIENCE_S)

    kept = shot["artefacts"]["original"]
    answer = await rest.media(kept["key"])
    assert answer.headers["content-type"] == kept["media_type"] == "image/webp"
    assert hashlib.sha256(answer.content).hexdigest() == kept["sha256"]
    assert Image.open(io.BytesIO(answer.content)).n_frames == shot["clip"]["frames"] == 17
    clip = tmp_path / "shot.mp4"
    clip.write_bytes((await rest.media(shot["output_video_path"])).content)
    assert (probe(clip).codec, float(probe(clip).fps)) == ("h264", 16)
    await audit.nothing_left_over()


async def test_a_shot_is_cancelled_while_the_server_renders_it(
    stack, rest, audit, server, catalogue_of
):
    catalogue = await catalogue_of(**LONG)
    async with Listener(rest) as heard:
        shot = await catalogue.shoot(seed=200)
        await under_way(heard, shot)

        answer = await rest.ask("POST", f"/api/test-shots/{shot['id']}/cancel")

        assert answer.status_code == HTTPStatus.ACCEPTED
        shot = await rest.until_status(shot["id"], "cancelled", timeout_s=PATIENCE_S)

    async def idle():
        return await queue_of(server) == []

    await until(idle, what="the server to have nothing to do", timeout_s=PATIENCE_S)
    assert stored_clips(stack, shot["run_id"]) == []
    await audit.nothing_left_over()


async def test_a_worker_is_killed_while_its_server_renders(
    broken_stack, rest, audit, server, catalogue_of
):
    catalogue = await catalogue_of(**LONG)
    async with Listener(rest) as heard:
        shot = await catalogue.shoot(seed=300)
        await under_way(heard, shot)
        begun = await executions_of(server, shot)
        assert len(begun) == 1

        broken_stack.services[WORKER].kill()

        shot = await rest.until_status(shot["id"], "scored", timeout_s=PATIENCE_S)
        audit.one_end_each([shot], heard)
    assert shot["clip"]["frames"] == 241
    assert await audit.workers_lost(shot["run_id"]) == 1
    assert await executions_of(server, shot) == begun, "no GPU work is done twice"
    await audit.segments([shot])
    await audit.nothing_left_over()
    assert await queue_of(server) == []


async def test_a_worker_is_stopped_and_started_while_its_server_renders(
    broken_stack, rest, audit, server, catalogue_of
):
    """A stop hands the render back, which counts as no loss."""
    catalogue = await catalogue_of(**LONG)
    worker = broken_stack.services[WORKER]
    async with Listener(rest) as heard:
        shot = await catalogue.shoot(seed=400)
        await under_way(heard, shot)
        begun = await executions_of(server, shot)
        assert len(begun) == 1

        # A server lets go of a prompt only where a node ends.
        await asyncio.to_thread(worker.stop, grace_s=60)
        worker.start()

        shot = await rest.until_status(shot["id"], "scored", timeout_s=PATIENCE_S)
        audit.one_end_each([shot], heard)
    assert await audit.workers_lost(shot["run_id"]) == 0
    assert await executions_of(server, shot) == begun, "no GPU work is done twice"
    await audit.segments([shot])
    await audit.nothing_left_over()
    assert await queue_of(server) == []
