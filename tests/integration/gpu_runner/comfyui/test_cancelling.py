"""A render is cancelled, wherever it is."""

import asyncio

import pytest

from support.comfyui_recording import Recording
from support.waiting import until


async def cancelled(rendering, server, hold, *, interrupts=1):
    """Cancel a render; the server goes on once it was told so often."""
    rendering.cancel()
    await until(lambda: len(server.interrupted) >= interrupts, what="the prompt to be interrupted")
    hold.release()
    with pytest.raises(asyncio.CancelledError):
        await rendering


async def test_cancelling_interrupts_our_running_prompt(server, backend_for, job_for, reports):
    hold = server.hold_before("progress")
    server.will(Recording.named("previews"))

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    await cancelled(rendering, server, hold)

    assert set(server.interrupted) == {server.submitted[0].id}
    assert server.is_idle


async def test_a_lost_interrupt_is_sent_again(server, backend_for, job_for, reports):
    hold = server.hold_before("progress")
    server.interrupts_to_lose = 1
    server.will(Recording.named("previews"))

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    await cancelled(rendering, server, hold, interrupts=2)

    assert server.is_idle


async def test_a_prompt_that_ends_well_in_spite_of_an_interrupt_is_gone_as_well(
    server, backend_for, job_for, reports, mp4
):
    """The last node of a graph does not look whether it is to stop."""
    hold = server.hold_before("execution_success")
    server.will(Recording.named("success_mp4", mp4))

    rendering = asyncio.create_task(backend_for(server).render(job_for(), reports))
    await hold.reached.wait()
    await cancelled(rendering, server, hold)

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
    await cancelled(rendering, server, hold)

    assert server.is_idle
