"""A worker that stages, a batch, and the single shot of a colleague: on a real database."""

import pytest

from screentest.common.events import (
    RenderCancelled,
    RenderRequested,
    RunFinished,
    SegmentFailed,
    ShotCancelled,
)
from support.dispatching import rendered, run_recipe, shot, worker

BATCH, SINGLE, OTHER = 1, 2, 3
RECIPE = run_recipe(seed=7)


def asked(by, **facts):
    return shot(**facts).model_copy(update={"requested_by": by})


def recalled(request):
    return SegmentFailed(
        run_id=request.run_id,
        segment=request.segment,
        render_id=request.render_id,
        attempt=request.attempt,
        worker="w1",
        code="recalled",
        message="The render was called back before it had begun: it waits again.",
        retryable=True,
    )


def seen(begun=(), staged=()):
    one = worker(busy_with=tuple(each.render_id for each in begun))
    return one.model_copy(update={"stages": 1, "staged": tuple(each.render_id for each in staged)})


async def requests(loop, *events):
    return [each for each in await loop.hear(*events) if isinstance(each, RenderRequested)]


@pytest.fixture
async def batch(loop):
    """Of a batch of four one renders and one is staged."""
    shots = asked(BATCH), asked(BATCH, recipe=RECIPE), asked(BATCH), asked(BATCH)
    begun, staged = await loop.hear(seen(), *shots)
    await loop.hear(seen([begun], [staged]))
    return begun, staged


async def test_a_single_shot_waits_for_the_running_render_only(loop, batch):
    begun, staged = batch
    single = asked(SINGLE)

    (wish,) = await loop.hear(single)
    assert (wish.render_id, wish.unless_begun) == (staged.render_id, True)

    (request,) = await loop.hear(recalled(staged))
    assert request.run_id == single.run_id

    # What gave way waits as if it had not been released, and is the next of its user.
    (again,) = await requests(loop, seen([begun], [request]), rendered(begun))
    assert (again.run_id, again.attempt) == (staged.run_id, 1)
    assert again.render_id != staged.render_id


async def test_nothing_is_charged_for_what_gave_way(loop, batch):
    _, staged = batch
    charged_s = "select virtual_s from user_shares where user_id = 1"
    before_s = await loop.pool.fetchval(charged_s)

    await loop.hear(asked(SINGLE), recalled(staged))

    assert await loop.pool.fetchval(charged_s) == before_s / 2
    assert await loop.pool.fetchval("select sum(gpu_seconds) from runs") == 0


async def test_asked_once_for_a_shot_whatever_happens_meanwhile(loop, batch):
    begun, staged = batch
    await loop.hear(asked(SINGLE))

    assert await loop.hear(asked(SINGLE), asked(BATCH), seen([begun], [staged])) == []


async def test_what_had_begun_after_all_is_accepted_once(loop, batch):
    begun, staged = batch
    single = asked(SINGLE)
    await loop.hear(single)

    (request,) = await requests(loop, rendered(begun), seen([staged]))
    assert request.run_id == single.run_id, "its slot was free as soon as the first one ended"

    said = await loop.hear(rendered(staged), recalled(staged))
    (finished,) = [each for each in said if isinstance(each, RunFinished)]
    assert (finished.run_id, finished.status) == (staged.run_id, "completed")


async def test_cancelled_while_it_is_asked_to_give_way(loop, batch):
    """The run ends, begun or not; what the gpu-runner says of the wish is of no interest."""
    _, staged = batch
    await loop.hear(asked(SINGLE))

    said = await loop.hear(ShotCancelled(run_id=staged.run_id, by=BATCH), recalled(staged))

    assert [type(each) for each in said] == [RenderCancelled, RunFinished, RenderRequested]
    assert not said[0].unless_begun


async def test_the_shot_is_cancelled_meanwhile(loop, batch):
    _, staged = batch
    single = asked(SINGLE)
    await loop.hear(single, ShotCancelled(run_id=single.run_id, by=SINGLE))

    (again,) = await requests(loop, recalled(staged))

    assert (again.run_id, again.attempt) == (staged.run_id, 1)


async def test_a_render_whose_clip_others_take_stays(loop, batch):
    await loop.hear(asked(OTHER, recipe=RECIPE))

    assert await loop.hear(asked(SINGLE)) == []
