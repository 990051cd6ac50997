"""Renders that come to nothing, each with the reason, and the worker that goes on."""

import aio_pika
import pytest

from screentest.common.events import SegmentFailed, SegmentRendered
from screentest.gpu_runner.engine.backend import RenderFailed
from support.events import BROKEN_NODE
from support.waiting import until


async def test_backend_says_why_it_failed(dispatcher, runner_of, backend, request_of, pool):
    backend.finish.set()
    backend.error = RenderFailed(
        "out_of_memory", "Allocation on device 0 failed", retryable=True, detail=BROKEN_NODE
    )
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(request)
        result = await dispatcher.end(request)

    assert isinstance(result, SegmentFailed)
    assert (result.code, result.message, result.retryable) == (
        "out_of_memory",
        "Allocation on device 0 failed",
        True,
    )
    assert result.detail == BROKEN_NODE
    assert await pool.fetchval("select code from renders") == "out_of_memory"
    assert await pool.fetchval("select count(*) from leases") == 0


async def test_bug_in_a_backend_is_a_failure_and_the_worker_goes_on(
    dispatcher, runner_of, backend, request_of
):
    backend.finish.set()
    backend.error = ZeroDivisionError("division by zero")
    broken, fine = request_of(), request_of()
    async with runner_of(backend):
        await dispatcher.say(broken)
        failure = await dispatcher.end(broken)
        backend.error = None
        await dispatcher.say(fine)
        result = await dispatcher.end(fine)

    assert (failure.code, failure.retryable) == ("internal_error", True)
    assert "division by zero" in failure.message
    assert isinstance(result, SegmentRendered)


async def test_backend_that_hands_out_no_clip_failed(
    dispatcher, runner_of, backend, request_of, clip
):
    clip.write_bytes(clip.read_bytes()[:1000])
    backend.finish.set()
    request = request_of()
    async with runner_of(backend):
        await dispatcher.say(request)
        result = await dispatcher.end(request)

    assert (result.code, result.retryable) == ("broken_output", True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "images/gone.png"}, "seed_image_missing"),
        ({"sha256": "0" * 64}, "seed_image_changed"),
    ],
)
async def test_seed_image_that_is_not_the_requested_one(
    dispatcher, runner_of, backend, request_of, seed_image, change, code
):
    request = request_of(seed_image=seed_image.model_copy(update=change))
    async with runner_of(backend):
        await dispatcher.say(request)
        result = await dispatcher.end(request)

    assert (result.code, result.retryable) == (code, False)
    assert backend.jobs == []


async def test_request_that_cannot_be_read_is_buried_and_the_worker_goes_on(
    dispatcher, runner_of, backend, request_of, amqp_url
):
    backend.finish.set()
    request = request_of()
    connection = await aio_pika.connect(amqp_url)
    async with connection, connection.channel() as channel:
        await channel.default_exchange.publish(
            aio_pika.Message(b"{}", headers={"ce-id": 5}), "gpu-runner.render.builtin"
        )
        async with runner_of(backend):
            await dispatcher.say(request)
            await dispatcher.end(request)
        dead = await channel.get_queue("gpu-runner.render.builtin.dead", ensure=False)
        letter = await until(lambda: dead.get(fail=False, no_ack=True))

    assert "AttributeError" in letter.headers["x-dead-reason"]
