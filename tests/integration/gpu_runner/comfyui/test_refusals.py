"""What is refused before it runs, by the server or before it is asked."""

import asyncio

from support.comfyui_recording import Recording
from support.render_failures import failure_of
from support.waiting import until


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
