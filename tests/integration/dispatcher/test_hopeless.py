"""Renders that may be stopped for their previews, on a real database."""

from screentest.common.events import QAPolicy, RunFinished, RunStatus
from support.dispatching import failed, scene, shot, worker


async def test_a_render_is_told_whether_it_may_be_stopped(loop):
    asked = shot().model_copy(update={"qa": QAPolicy(stop_hopeless=True)})

    (request,) = await loop.hear(worker(), asked)

    assert request.qa.stop_hopeless


async def test_one_that_was_stopped_is_not_tried_again(loop):
    (request,) = await loop.hear(worker(), scene(segments=3))
    stopped = failed(request).model_copy(
        update={"code": "hopeless", "message": "3 previews are black", "retryable": False}
    )

    (ended,) = await loop.hear(stopped)

    assert isinstance(ended, RunFinished)
    assert (ended.status, ended.failure.code) == (RunStatus.FAILED, "hopeless")
    assert ended.failure.message == "3 previews are black"
    assert await loop.pool.fetchval("select count(*) from renders") == 1
