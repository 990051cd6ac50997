"""Whole worker processes on one ComfyUI server: killed, stopped, wrongly sharing it.

What is counted is what the server has executed.
"""

import signal

import pytest

from screentest.common.events import RenderCancelled, SegmentProgressed, SegmentRendered, WorkerSeen
from screentest.common.recipes import Position, Prompts, Renderer, RunRecipe
from screentest.common.workflows import discover_slots
from screentest.gpu_runner.domain import MOST_LOST_WORKERS
from support.comfyui_recording import Recording
from support.comfyui_workflow import example_graph
from support.waiting import until


@pytest.fixture
def worker_on(process_of, server):
    """Start a worker process on the server."""

    def start(worker: str, **settings: object):
        own = {"BACKEND": "comfyui", "COMFYUI_URL": server.url, "CAPABILITY_CLASS": ""}
        return process_of(worker, **own, SEEN_S=0.2, **settings)

    return start


@pytest.fixture
def film_of(request_of):
    """Make a request for a graph, the documented example if none is given."""

    def request(graph=None):
        plain = request_of()
        graph = graph or example_graph()
        recipe = RunRecipe(
            renderer=Renderer.COMFYUI,
            graph=graph,
            slots=discover_slots(graph),
            seed=7,
            prompts=Prompts(full="a boat in fog"),
        ).for_segment(1, Position.START, plain.seed_image.sha256)
        return plain.model_copy(update={"recipe": recipe, "recipe_hash": recipe.hash})

    return request


async def is_there(dispatcher, worker: str) -> None:
    await until(
        lambda: any(e.worker == worker and e.slots for e in dispatcher.heard_of(WorkerSeen)),
        what=f"{worker} to be seen",
    )


async def test_killed_workers_prompt_is_followed_to_its_end_by_the_heir(
    dispatcher, worker_on, film_of, server, mp4
):
    hold = server.hold_before("progress")
    server.will(Recording.named("previews", mp4))
    request = film_of()
    async with worker_on("doomed") as doomed:
        await is_there(dispatcher, "doomed")
        await dispatcher.say(request)
        await hold.reached.wait()
        doomed.send_signal(signal.SIGKILL)
        await doomed.wait()
    async with worker_on("heir"):
        await until(
            lambda: any(e.worker == "heir" for e in dispatcher.heard_of(SegmentProgressed)),
            what="the heir to follow the prompt",
        )
        hold.release()
        result = await dispatcher.end(request)

    assert isinstance(result, SegmentRendered)
    assert result.worker == "heir"
    assert len(server.executed) == len(server.submitted) == 1


async def test_worker_that_is_restarted_goes_on_where_it_was(
    dispatcher, worker_on, film_of, server, mp4
):
    """Its grace is over before the render is: the server goes on without it."""
    hold = server.hold_before("progress")
    server.will(Recording.named("previews", mp4))
    request = film_of()
    async with worker_on("gpu-1", GRACE_S=0) as first:
        await is_there(dispatcher, "gpu-1")
        await dispatcher.say(request)
        await hold.reached.wait()
        first.send_signal(signal.SIGTERM)
        assert await first.wait() == 0
    assert server.interrupted == []
    async with worker_on("gpu-1"):
        hold.release()
        result = await dispatcher.end(request)

    assert isinstance(result, SegmentRendered)
    assert len(server.executed) == 1


async def test_heir_of_a_killed_worker_finds_what_its_server_finished_and_forgot(
    dispatcher, worker_on, film_of, server, mp4
):
    """Both were restarted, as when their machine was: nobody but the disk knows of the clip."""
    server.saves_by_prefix = True
    hold = server.hold_before("history")
    server.will(Recording.named("success_mp4", mp4))
    graph = example_graph()
    graph["6"]["inputs"]["amount"] = 5
    request = film_of(graph)
    async with worker_on("doomed") as doomed:
        await is_there(dispatcher, "doomed")
        await dispatcher.say(request)
        await hold.reached.wait()
        doomed.send_signal(signal.SIGKILL)
        await doomed.wait()
    await server.stop()
    await server.start()
    async with worker_on("heir"):
        result = await dispatcher.end(request)

    assert isinstance(result, SegmentRendered)
    assert result.worker == "heir"
    assert len(server.executed) == len(server.submitted) == 1


@pytest.mark.timeout(180)
async def test_worker_that_is_restarted_again_and_again_is_never_lost(
    dispatcher, worker_on, film_of, server, mp4, pool
):
    """A render longer than every grace outlives more stops than it may outlive losses."""
    hold = server.hold_before("progress")
    server.will(Recording.named("previews", mp4))
    request = film_of()
    for stops in range(MOST_LOST_WORKERS + 1):
        told = len(dispatcher.heard_of(SegmentProgressed))
        # Its lease would outlast the test: whoever comes next has it because it was handed back.
        async with worker_on("gpu-1", GRACE_S=0, LEASE_TTL_S=3600) as worker:
            if stops == 0:
                await is_there(dispatcher, "gpu-1")
                await dispatcher.say(request)
            await until(
                lambda told=told: len(dispatcher.heard_of(SegmentProgressed)) > told,
                what="the worker to render",
            )
            await hold.reached.wait()
            worker.send_signal(signal.SIGTERM)
            assert await worker.wait() == 0
    async with worker_on("gpu-1"):
        hold.release()
        result = await dispatcher.end(request)

    assert isinstance(result, SegmentRendered)
    assert tuple(await pool.fetchrow("select token, lost_workers from renders")) == (
        MOST_LOST_WORKERS + 2,
        0,
    )
    assert len(server.executed) == len(server.submitted) == 1
    assert server.interrupted == []


async def test_clip_in_another_form_is_stored_with_its_original(
    dispatcher, worker_on, film_of, server, webp, saving, objects
):
    server.will(Recording.named("webp", webp))
    request = film_of(saving("SaveAnimatedWEBP"))
    async with worker_on("gpu-1"):
        await is_there(dispatcher, "gpu-1")
        await dispatcher.say(request)
        result = await dispatcher.end(request)

    assert isinstance(result, SegmentRendered)
    kept = result.artefacts.original
    assert kept.key == f"renders/{request.run_id}/001/{request.render_id}.original.webp"
    assert (await objects.get(kept.key), kept.media_type) == (webp, "image/webp")


async def test_cancel_of_a_render_whose_worker_was_killed_frees_the_server(
    dispatcher, worker_on, film_of, server
):
    hold = server.hold_before("progress")
    server.will(Recording.named("previews"))
    request = film_of()
    async with worker_on("doomed", LEASE_TTL_S=3600) as doomed:
        await is_there(dispatcher, "doomed")
        await dispatcher.say(request)
        await hold.reached.wait()
        doomed.send_signal(signal.SIGKILL)
        await doomed.wait()
    async with worker_on("next"):
        await dispatcher.say(RenderCancelled(render_id=request.render_id, run_id=request.run_id))
        await until(lambda: server.interrupted, what="the prompt to be interrupted")
        hold.release()
        await until(lambda: server.is_idle)

    assert set(server.interrupted) == {server.submitted[0].id}
