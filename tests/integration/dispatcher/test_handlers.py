"""What the dispatcher records and says, on a real database."""

from screentest.common.events import (
    QAScored,
    RenderCancelled,
    RenderRequested,
    RunFinished,
    RunStatus,
    ShotCancelled,
    Verdict,
)
from screentest.common.ids import new_id
from screentest.common.recipes import Position, Slot
from screentest.dispatcher.domain.run import Refusal
from screentest.dispatcher.metrics import RESULTS_IGNORED
from support.counting import growth
from support.dispatching import failed, rendered, run_recipe, scene, shot, worker


def cancelled(asked):
    return ShotCancelled(run_id=asked.run_id, by=1, reason="changed my mind")


class TestOneRun:
    async def test_a_test_shot_from_request_to_end(self, loop):
        asked = shot()
        assert await loop.hear(asked) == []

        (request,) = await loop.hear(worker())
        (finished,) = await loop.hear(rendered(request))

        assert request.run_id == asked.run_id
        assert request.recipe == asked.recipe.for_segment(1, Position.FULL, asked.seed_image.sha256)
        assert finished.status is RunStatus.COMPLETED
        assert finished.gpu_seconds == 1.5
        row = await loop.pool.fetchrow(
            "select * from segments join renders on renders.id = render_id"
        )
        assert (row["run_id"], row["index"], row["status"]) == (asked.run_id, 1, "rendered")

    async def test_a_request_says_how_long_its_segment_has_waited(self, loop):
        await loop.hear(shot())
        await loop.pool.execute("update runs set waiting_since = now() - interval '1 hour'")

        (request,) = await loop.hear(worker())

        assert 3600 <= request.waited_s < 3660

    async def test_seconds_that_were_lost_are_the_run_s_cost_and_no_measure_of_a_render(self, loop):
        (request,) = await loop.hear(worker(), shot())

        lost = {"lost_gpu_seconds": 20.0}
        (again,) = await loop.hear(failed(request).model_copy(update=lost))
        (finished,) = await loop.hear(rendered(again).model_copy(update=lost))

        assert finished.gpu_seconds == 0.5 + 20 + 1.5 + 20
        spent = await loop.pool.fetch("select gpu_seconds from renders order by attempt")
        assert [row["gpu_seconds"] for row in spent] == [0.5, 1.5]
        assert (await loop.pool.fetchval("select max(typical_s) from lane_shares")) < 20

    async def test_a_scene_goes_on_at_once(self, loop):
        await loop.hear(worker())
        said = await loop.hear(scene(segments=3))

        requests = []
        while isinstance(said[0], RenderRequested):
            requests += said
            said = await loop.hear(rendered(said[0]))

        assert [request.segment for request in requests] == [1, 2, 3]
        assert requests[2].reference_image == requests[0].seed_image
        assert requests[2].seed_image == rendered(requests[1]).artefacts.last_frame
        assert said[0].segments == 3

    async def test_a_repeated_request_opens_nothing(self, loop):
        asked = shot()

        said = await loop.hear(worker(), asked, asked)

        assert len(said) == 1

    async def test_a_failed_render_is_tried_again_then_is_the_runs_failure(self, loop):
        (request,) = await loop.hear(worker(), shot())
        attempts = [request.attempt]
        while isinstance(request, RenderRequested):
            (request,) = await loop.hear(failed(request))
            attempts.append(getattr(request, "attempt", None))

        assert attempts == [1, 2, 3, None]
        assert request.status is RunStatus.FAILED
        assert request.failure.message == "CUDA out of memory"

    async def test_late_and_repeated_results_change_nothing_but_costs(self, loop):
        ignored = growth(RESULTS_IGNORED, Refusal.NOT_LIVE)
        (first,) = await loop.hear(worker(), scene(segments=2))
        (second,) = await loop.hear(failed(first))

        assert await loop.hear(rendered(first)) == []
        (third,) = await loop.hear(rendered(second))
        assert await loop.hear(rendered(second), failed(second)) == []

        assert (third.segment, third.attempt) == (2, 1)
        status, spent = await loop.pool.fetchrow(
            "select status, gpu_seconds from renders where id = $1", first.render_id
        )
        assert (status, spent) == ("failed", 1.5)
        assert ignored() == 3

    async def test_results_of_unknown_runs_are_ignored(self, loop):
        (request,) = await loop.hear(worker(), shot())
        stranger = request.model_copy(update={"run_id": new_id()})
        ignored = growth(RESULTS_IGNORED, "unknown_run")

        assert await loop.hear(rendered(stranger), failed(stranger)) == []
        assert ignored() == 2

    async def test_a_score_may_come_before_the_segment(self, loop):
        (request,) = await loop.hear(worker(), shot())
        await loop.hear(
            QAScored(
                run_id=request.run_id,
                segment=1,
                render_id=request.render_id,
                score=0.75,
                verdict=Verdict.WARN,
                checks=(),
            ),
            rendered(request),
        )

        row = await loop.pool.fetchrow("select score, verdict, status from renders")

        assert tuple(row) == (0.75, "warn", "rendered")

    async def test_a_recipe_too_large_to_say_fails_its_run_only(self, loop):
        huge = run_recipe().model_copy(
            update={
                "graph": {"1": {"class_type": "X", "inputs": {}}},
                "slots": tuple(
                    Slot(name=f"s{n}", node="1", input=f"i{n}", default="x" * 3000)
                    for n in range(20)
                ),
            }
        )
        fine = shot()

        finished, request = await loop.hear(worker(slots=2), shot(recipe=huge), fine)

        assert finished.failure.code == "recipe_too_large"
        assert request.run_id == fine.run_id


class TestCancel:
    async def test_waiting(self, loop):
        asked = shot()

        (finished,) = await loop.hear(asked, cancelled(asked))

        assert finished.status is RunStatus.CANCELLED
        assert await loop.hear(worker()) == []

    async def test_released(self, loop):
        asked, after = shot(), shot()
        (request,) = await loop.hear(worker(), asked, after)

        said = await loop.hear(cancelled(asked))

        assert said[0] == RenderCancelled(render_id=request.render_id, run_id=asked.run_id)
        assert said[1].status is RunStatus.CANCELLED
        assert said[2].run_id == after.run_id, "the slot is free for the next"
        assert await loop.hear(rendered(request)) == []

    async def test_before_the_request(self, loop):
        asked = shot()

        (finished,) = await loop.hear(worker(), cancelled(asked), cancelled(asked), asked)

        assert isinstance(finished, RunFinished)
        assert finished.status is RunStatus.CANCELLED

    async def test_after_the_end(self, loop):
        asked = shot()
        (request,) = await loop.hear(worker(), asked)
        await loop.hear(rendered(request))

        assert await loop.hear(cancelled(asked)) == []
