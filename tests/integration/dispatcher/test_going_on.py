"""Runs that go on from a segment whose boundary frame is still to be chosen, on a real database."""

import pytest

from screentest.common.events import Boundary, BoundaryChosen, BoundaryMode, KeptSegment
from screentest.common.ids import new_id
from screentest.common.problems import Retryable
from support.dispatching import CLIP, artefacts, promoted, scene, worker

KEPT = KeptSegment(render_id=new_id(), artefacts=artefacts("kept"), clip=CLIP)


def asked():
    changes = {"awaits_frame_of": KEPT, "boundary": Boundary(mode=BoundaryMode.MANUAL)}
    return scene(first_segment=2, segments=3).model_copy(update=changes)


def choice(run):
    return BoundaryChosen(
        run_id=run.run_id,
        segment=1,
        render_id=KEPT.render_id,
        artefacts=artefacts("cut"),
        clip=CLIP,
        by=1,
    )


async def test_nothing_is_released_before_the_frame_is_chosen(loop):
    run = asked()
    assert await loop.hear(worker(), run, promoted()) == []

    (request,) = await loop.hear(choice(run))

    assert (request.segment, request.seed_image) == (2, artefacts("cut").last_frame)
    assert request.recipe.seed == run.recipe.seed + 1
    assert await loop.hear(choice(run), promoted()) == []


async def test_a_choice_that_comes_before_its_run_comes_again(loop):
    run = asked()

    with pytest.raises(Retryable):
        await loop.hear(worker(), choice(run))

    (request,) = await loop.hear(run, choice(run))
    assert request.segment == 2
