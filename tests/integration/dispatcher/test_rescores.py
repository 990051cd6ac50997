"""A verdict of later limits decides nothing: each gate opens, or halts, once."""

from screentest.common.events import QAPolicy, QAScored, Verdict
from screentest.common.ids import new_id
from screentest.dispatcher.metrics import RESULTS_IGNORED
from support.counting import growth
from support.dispatching import rendered, scene, worker

HALT = QAPolicy(mode="halt")


def said_of(request, verdict, *, rescored=False):
    return QAScored(
        run_id=request.run_id,
        segment=request.segment,
        render_id=request.render_id,
        score=0.5,
        verdict=verdict,
        checks=(),
        rescored=rescored,
        rescore_id=new_id() if rescored else None,
    )


async def test_a_halted_run_is_not_released_by_one(loop):
    asked = scene(segments=3).model_copy(update={"qa": HALT})
    (request,) = await loop.hear(worker(), asked)
    await loop.hear(rendered(request), said_of(request, Verdict.FAIL))

    assert await loop.hear(said_of(request, Verdict.PASS, rescored=True)) == []

    assert await loop.pool.fetchval("select status from runs") == "halted_by_qa"


async def test_a_run_that_went_on_is_not_halted_by_one(loop):
    asked = scene(segments=3).model_copy(update={"qa": HALT})
    (request,) = await loop.hear(worker(), asked)
    (second,) = await loop.hear(rendered(request), said_of(request, Verdict.PASS))

    ignored = growth(RESULTS_IGNORED, "rescored")

    assert await loop.hear(said_of(request, Verdict.FAIL, rescored=True)) == []
    assert ignored() == 1
    assert second.segment == 2
    assert await loop.pool.fetchval("select status from runs") == "released"
    assert await loop.pool.fetchval("select verdict from renders where verdict is not null") == (
        "pass"
    )


async def test_a_gate_that_waits_for_the_first_verdict_waits_on(loop):
    asked = scene(segments=3).model_copy(update={"qa": HALT})
    (request,) = await loop.hear(worker(), asked)
    await loop.hear(rendered(request))

    assert await loop.hear(said_of(request, Verdict.PASS, rescored=True)) == []

    (second,) = await loop.hear(said_of(request, Verdict.PASS))
    assert second.segment == 2
