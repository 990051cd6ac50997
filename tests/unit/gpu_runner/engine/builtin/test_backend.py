"""The backend with its real process: results, and every way a render can end early."""

import asyncio
import os
import signal
import subprocess
import sys
from hashlib import sha256

import pytest

from screentest.common.recipes import Renderer
from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.builtin import BuiltinBackend
from screentest.media.clips import probe

#: Long enough that no machine finishes it within a test.
ENDLESS_S = 3600.0


@pytest.fixture
async def backend():
    backend = BuiltinBackend()
    yield backend
    await backend.close()


@pytest.fixture
async def slow_backend():
    backend = BuiltinBackend(minimum_seconds=ENDLESS_S)
    yield backend
    await backend.close()


def ignore(_progress):
    """A progress callback for tests that do not look at it."""


async def start(backend, job):
    """A render that has reported its first progress, as a task."""
    began = asyncio.Event()
    task = asyncio.create_task(backend.render(job, lambda _: began.set()))
    waiter = asyncio.create_task(began.wait())
    await asyncio.wait({task, waiter}, return_when=asyncio.FIRST_COMPLETED)
    assert began.is_set()
    return task


async def test_it_names_itself_as_what_it_is(backend):
    capabilities = await backend.describe()

    assert capabilities.renderer is Renderer.BUILTIN
    assert "not a video model" in capabilities.device
    assert capabilities.version


async def test_a_render_is_a_clip_with_progress_and_previews_on_the_way(backend, job, recipe):
    seen = []
    clip = await backend.render(job(recipe(fps=24)), seen.append)
    info = probe(clip.video)
    fractions = [progress.fraction for progress in seen]

    assert (info.width, info.height, info.frames, info.fps) == (208, 120, 9, 24)
    assert clip.gpu_seconds > 0
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert any(p.preview and p.preview.startswith(b"\xff\xd8") for p in seen)


async def test_equal_recipes_give_equal_bytes_here_and_in_a_fresh_process(backend, job, recipe):
    wanted = recipe("orbit", loras=[("noir", 0.7)], frames=13)
    clips = [await backend.render(job(wanted), ignore) for _ in range(2)]
    await backend.close()
    clips.append(await backend.render(job(wanted), ignore))
    other = await backend.render(job(recipe("orbit", loras=[("noir", 0.8)], frames=13)), ignore)
    digests = {sha256(clip.video.read_bytes()).hexdigest() for clip in clips}

    assert len(digests) == 1
    assert sha256(other.video.read_bytes()).hexdigest() not in digests


async def test_a_cancelled_render_stops_and_the_process_stays_warm(slow_backend, job, recipe):
    cancelled = job(recipe())
    task = await start(slow_backend, cancelled)
    process = slow_backend._process
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    slow_backend._minimum_seconds = 0
    clip = await slow_backend.render(job(recipe()), ignore)

    assert slow_backend._process is process
    assert probe(clip.video).frames == 9
    assert not list(cancelled.workdir.iterdir()), "no half a clip is left"


async def test_a_process_that_does_not_listen_is_killed_on_cancel(slow_backend, job, recipe):
    task = await start(slow_backend, job(recipe()))
    hung = slow_backend._process
    os.kill(hung.pid, signal.SIGSTOP)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not hung.is_alive
    slow_backend._minimum_seconds = 0
    assert await slow_backend.render(job(recipe()), ignore)


async def test_a_crash_is_a_retryable_failure_and_the_next_render_works(slow_backend, job, recipe):
    task = await start(slow_backend, job(recipe()))
    os.kill(slow_backend._process.pid, signal.SIGKILL)
    with pytest.raises(RenderFailed, match="signal 9") as failed:
        await task
    slow_backend._minimum_seconds = 0

    assert (failed.value.code, failed.value.retryable) == ("renderer_crashed", True)
    assert await slow_backend.render(job(recipe()), ignore)


async def test_what_can_never_work_fails_for_good_and_with_a_sentence(
    backend, job, recipe, tmp_path
):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(RenderFailed, match="not a picture") as bad_seed:
        await backend.render(job(recipe(), seed_image=broken), ignore)
    with pytest.raises(RenderFailed, match="even number") as bad_recipe:
        await backend.render(job(recipe(width=209)), ignore)

    assert (bad_seed.value.code, bad_seed.value.retryable) == ("bad_seed_image", False)
    assert (bad_recipe.value.code, bad_recipe.value.retryable) == ("invalid_recipe", False)


async def test_an_error_in_the_middle_is_told_and_may_be_retried(backend, job, recipe):
    vanished = job(recipe())
    vanished.workdir.rmdir()
    with pytest.raises(RenderFailed, match="No such file") as failed:
        await backend.render(vanished, ignore)

    assert (failed.value.code, failed.value.retryable) == ("renderer_error", True)
    assert await backend.render(job(recipe()), ignore)


async def test_renders_asked_for_together_are_made_one_after_the_other(backend, job, recipe):
    clips = await asyncio.gather(*(backend.render(job(recipe()), ignore) for _ in range(3)))

    assert len({clip.video.read_bytes() for clip in clips}) == 1


async def test_closing_ends_the_process_even_in_the_middle_of_a_render(slow_backend, job, recipe):
    task = await start(slow_backend, job(recipe()))
    await slow_backend.close()
    with pytest.raises(RenderFailed, match="signal 9"):
        await task

    assert not slow_backend._process.is_alive


def test_the_process_ends_by_itself_when_the_runner_is_gone():
    command = [sys.executable, "-m", "screentest.gpu_runner.engine.builtin.child"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == b'{"event": "ready"}\n'
        child.send_signal(signal.SIGTERM)
        child.stdin.close()

        assert child.wait(30) == 0
