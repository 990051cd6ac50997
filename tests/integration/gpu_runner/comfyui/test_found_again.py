"""A worker that takes a render over finds what its predecessor left on the server.

What is counted is what the server has executed.
"""

import asyncio
from contextlib import suppress

import pytest

from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.comfyui import execution
from support.comfyui_recording import Recording
from support.waiting import until


@pytest.fixture
def killed(monkeypatch):
    """End a render as a kill does: nobody takes its prompt off the server."""

    async def kill(rendering: asyncio.Task[object]) -> None:
        async def nothing(*_arguments: object, **_options: object) -> bool:
            return False

        with monkeypatch.context() as patch:
            patch.setattr(execution, "withdraw", nothing)
            rendering.cancel()
            with suppress(asyncio.CancelledError):
                await rendering

    return kill


async def test_a_prompt_that_runs_is_followed_by_the_heir(
    server, backend_for, job_for, reports, mp4, killed
):
    hold = server.hold_before("progress")
    server.will(Recording.named("previews", mp4))
    job = job_for()
    rendering = asyncio.create_task(backend_for(server).render(job, reports))
    await hold.reached.wait()
    await killed(rendering)
    reports.all.clear()
    sockets = server.connections

    heir = asyncio.create_task(backend_for(server).render(job, reports))
    await until(lambda: server.connections > sockets, what="the heir to listen")
    hold.release()

    assert (await heir).video.read_bytes() == mp4
    assert len(server.executed) == len(server.submitted) == 1
    # It hears what the prompt's own socket is sent.
    assert any(0 < fraction < 0.9 for fraction in reports.fractions)


async def test_a_prompt_that_waits_is_not_put_behind_itself(
    server, backend_for, job_for, reports, mp4, killed
):
    other = server.hold_before("executed")
    server.will(Recording.named("success_mp4", mp4))
    await server.submit_for_another_client()
    await other.reached.wait()
    job = job_for()
    rendering = asyncio.create_task(backend_for(server).render(job, reports))
    await until(lambda: len(server.pending) == 1)
    await killed(rendering)

    heir = asyncio.create_task(backend_for(server).render(job, reports))
    other.release()

    assert (await heir).video.read_bytes() == mp4
    assert len(server.submitted) == 2


@pytest.mark.parametrize("version", ["0.3.64", "0.3.30"])
async def test_a_prompt_that_ended_meanwhile_is_not_run_again(
    server, backend_for, job_for, reports, mp4, killed, version
):
    server.version, server.honours_prompt_id = version, version == "0.3.64"
    hold = server.hold_before("executed")
    server.will(Recording.named("success_mp4", mp4))
    job = job_for()
    rendering = asyncio.create_task(backend_for(server).render(job, reports))
    await hold.reached.wait()
    await killed(rendering)
    hold.release()
    await until(lambda: server.is_idle)

    clip = await backend_for(server).render(job, reports)

    assert clip.video.read_bytes() == mp4
    assert clip.gpu_seconds == pytest.approx(3.163), "what the server took, not what was waited"
    assert 0 < clip.salvaged_seconds < clip.gpu_seconds
    assert len(server.executed) == 1


async def test_a_prompt_that_was_stopped_is_no_result(server, backend_for, job_for, reports, mp4):
    """It was handed back: its history entry is an interruption, and its id is used up."""
    hold = server.hold_before("progress")
    server.will(Recording.named("previews"), Recording.named("success_mp4", mp4))
    job, backend = job_for(), backend_for(server)
    rendering = asyncio.create_task(backend.render(job, reports))
    await hold.reached.wait()
    rendering.cancel()
    await until(lambda: server.interrupted)
    hold.release()
    with suppress(asyncio.CancelledError):
        await rendering

    clip = await backend.render(job, reports)

    assert clip.video.read_bytes() == mp4
    assert len(set(server.executed)) == 2


async def test_a_prompt_that_its_old_worker_stops_late_is_rendered_anew(
    server, backend_for, job_for, reports, mp4
):
    hold = server.hold_before("progress")
    server.will(Recording.named("previews"), Recording.named("success_mp4", mp4))
    job = job_for()
    late = asyncio.create_task(backend_for(server).render(job, reports))
    await hold.reached.wait()
    sockets = server.connections
    heir = asyncio.create_task(backend_for(server).render(job, reports))
    await until(lambda: server.connections > sockets)
    late.cancel()
    await until(lambda: server.interrupted)
    hold.release()

    assert (await heir).video.read_bytes() == mp4
    assert len(server.executed) == 2
    with suppress(asyncio.CancelledError):
        await late


async def test_other_peoples_prompts_are_never_taken_for_ours(
    server, backend_for, job_for, reports, mp4, killed
):
    """Neither another render of the same recipe, nor the same render of another recipe."""
    hold = server.hold_before("executed")
    server.will(Recording.named("success_mp4", mp4))
    first, second = job_for(), job_for()
    rendering = asyncio.create_task(backend_for(server).render(first, reports))
    await hold.reached.wait()
    await killed(rendering)

    other = asyncio.create_task(backend_for(server).render(second, reports))
    await until(lambda: len(server.submitted) == 2)
    hold.release()
    await other

    assert server.submitted[0].id != server.submitted[1].id


async def test_cancelling_the_heir_stops_what_it_found(
    server, backend_for, job_for, reports, killed
):
    hold = server.hold_before("progress")
    server.will(Recording.named("previews"))
    job = job_for()
    rendering = asyncio.create_task(backend_for(server).render(job, reports))
    await hold.reached.wait()
    await killed(rendering)
    sockets = server.connections
    heir = asyncio.create_task(backend_for(server).render(job, reports))
    await until(lambda: server.connections > sockets)
    heir.cancel()
    await until(lambda: server.interrupted)
    hold.release()
    with pytest.raises(asyncio.CancelledError):
        await heir

    assert set(server.interrupted) == {server.submitted[0].id}
    assert server.is_idle


# -- submitted ahead -------------------------------------------------------------------------------


@pytest.fixture
async def busy(server, backend_for, job_for, reports, mp4):
    """A backend in the middle of a render: the backend, the render, and what holds it up."""
    hold = server.hold_before("executed")
    server.will(Recording.named("success_mp4", mp4))
    backend = backend_for(server)
    rendering = asyncio.create_task(backend.render(job_for(), reports))
    await hold.reached.wait()
    yield backend, rendering, hold
    hold.release()
    await rendering


async def test_next_prompt_waits_behind_the_one_that_runs(busy, server, job_for, reports, mp4):
    backend, rendering, hold = busy
    following = job_for()

    await backend.prepare(following)

    assert [prompt.id for prompt in server.pending] == [server.submitted[1].id]
    hold.release()
    await rendering
    clip = await backend.render(following, reports)
    assert clip.video.read_bytes() == mp4
    assert len(server.executed) == len(server.submitted) == 2


async def test_prompt_that_was_submitted_ahead_in_vain_is_taken_back(busy, server, job_for):
    backend, _, _ = busy
    following = job_for()
    await backend.prepare(following)

    await backend.drop(following.render_id)

    assert server.pending == []
    assert server.interrupted == []


async def test_nothing_is_submitted_ahead_of_nothing(server, backend_for, job_for):
    """An idle backend begins with the next render at once."""
    await backend_for(server).prepare(job_for())

    assert server.submitted == []


async def test_next_prompt_is_never_before_the_one_that_is_under_way(
    server, backend_for, job_for, reports, mp4
):
    server.will(Recording.named("success_mp4", mp4))
    server.stalls["/queue"] = asyncio.Event()
    backend, first, second = backend_for(server), job_for(), job_for()
    rendering = asyncio.create_task(backend.render(first, reports))
    await until(lambda: server.stalled)
    preparing = asyncio.create_task(backend.prepare(second))
    await until(lambda: len(server.uploads) == 2, what="the second seed image")
    assert server.submitted == []
    server.stalls.pop("/queue").set()
    await rendering
    await preparing
    await backend.render(second, reports)

    tags = [prompt.extra_data["screentest"]["render_id"] for prompt in server.submitted]
    assert tags == [first.render_id, second.render_id]


async def test_prompt_that_is_refused_ahead_is_refused_when_it_is_its_turn(
    busy, server, job_for, reports
):
    backend, rendering, hold = busy
    server.will(Recording.named("partly_invalid"))
    following = job_for()

    await backend.prepare(following)

    assert server.pending == []
    hold.release()
    await rendering
    server.will(Recording.named("invalid_value"))
    with pytest.raises(RenderFailed) as refused:
        await backend.render(following, reports)
    assert refused.value.code == "invalid_workflow"
