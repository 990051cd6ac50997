"""Renders on a worker's backend that it does not follow itself."""

import pytest

from screentest.common.events import RenderCancelled
from screentest.gpu_runner.engine.backend import Held
from screentest.gpu_runner.metrics import SHARED_BACKEND
from support.ghosts import claimed_by_a_ghost
from support.waiting import until


def strangers() -> float:
    (metric,) = SHARED_BACKEND.collect()
    return metric.samples[0].value


@pytest.fixture
async def held(backend, request_of, pool):
    """A render that a colleague has, and that is on our backend: ``await held(worker)``."""

    async def hold(worker: str):
        request = request_of()
        await claimed_by_a_ghost(pool, request, ttl_s=3600)
        backend.holds = [Held(render_id=str(request.render_id), worker=worker)]
        return request

    return hold


async def test_colleague_on_the_same_backend_is_noticed_and_left_alone(runner_of, backend, held):
    await held("ghost")
    async with runner_of(backend, seen_s=0.05):
        await until(lambda: strangers() == 1, what="the colleague to be noticed")
        assert len(backend.holds) == 1
        backend.holds = []
        await until(lambda: strangers() == 0)


async def test_render_that_a_colleague_does_elsewhere_is_dropped(runner_of, backend, held):
    await held("worker-a")
    async with runner_of(backend):
        await until(lambda: not backend.holds, what="the render to be dropped")


async def test_render_that_is_cancelled_is_dropped_at_once(runner_of, backend, held, dispatcher):
    request = await held("ghost")
    async with runner_of(backend, seen_s=600):
        await until(lambda: strangers() == 1)
        await dispatcher.say(RenderCancelled(render_id=request.render_id, run_id=request.run_id))
        await until(lambda: not backend.holds, what="the render to be dropped")
