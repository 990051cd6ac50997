"""What the dispatcher records and says, on a real database."""

from screentest.common.events import (
    QAPolicy,
    QAScored,
    RenderCancelled,
    RenderRequested,
    RunFinished,
    RunStatus,
    ShotCancelled,
    Verdict,
)
from screentest.common.ids import new_id
from screentest.common.recipes import Position, Renderer, Slot
from screentest.dispatcher.domain.run import Refusal
from screentest.dispatcher.metrics import RESULTS_IGNORED
from screentest.dispatcher.store.workers import live_workers
from support.counting import growth
from support.dispatching import failed, promoted, rendered, run_recipe, scene, shot, worker


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


class TestSlots:
    async def test_one_release_a_free_slot(self, loop):
        said = await loop.hear(*(shot() for _ in range(5)), worker("w1"), worker("w2", slots=2))

        assert len(said) == 3

    async def test_preview_before_production_then_the_oldest(self, loop):
        film, early, late = scene(), shot(), shot()

        await loop.hear(film, early, late)
        said = [(await loop.hear(worker(slots=n)))[0] for n in (1, 2, 3)]

        assert [request.run_id for request in said] == [early.run_id, late.run_id, film.run_id]

    async def test_work_waits_for_its_own_renderer(self, loop):
        asked = shot(recipe=run_recipe(renderer=Renderer.COMFYUI))

        assert await loop.hear(asked, worker()) == []
        (request,) = await loop.hear(worker("gpu", renderer=Renderer.COMFYUI))

        assert request.routing_key == "render.requested.v1.comfyui"

    async def test_a_draining_worker_takes_nothing_and_its_render_blocks_nobody(self, loop):
        (held,) = await loop.hear(worker("old"), shot(), shot())

        assert (
            await loop.hear(worker("old", slots=0, draining=True, busy_with=(held.render_id,)))
            == []
        )
        (request,) = await loop.hear(worker("new"))

        assert request.run_id != held.run_id

    async def test_a_worker_not_heard_of_for_15_s_has_no_slots(self, loop):
        await loop.hear(worker("gone"))
        await loop.pool.execute("update workers set seen_at = now() - interval '15 seconds'")

        assert await loop.hear(shot()) == []
        async with loop.pool.acquire() as connection:
            assert await live_workers(connection) == []
        assert len(await loop.hear(worker("gone"))) == 1, "it came back"

    async def test_what_a_dead_worker_left_keeps_its_claim(self, loop):
        """The next worker finds it in the queue, or takes over its lease."""
        (left,) = await loop.hear(worker("gone"), shot(), shot())
        await loop.pool.execute("update workers set seen_at = now() - interval '1 minute'")

        assert await loop.hear(worker("fresh")) == []
        said = await loop.hear(rendered(left, worker="fresh"))

        assert [type(event) for event in said] == [RunFinished, RenderRequested]


class TestPromotion:
    async def test_the_scene_goes_on_with_the_promoted_recipe(self, loop):
        chain = promoted(scene_id=5)
        asked = scene(scene_id=5, first_segment=2, segments=3)

        (request,) = await loop.hear(worker(), chain, chain, asked)

        assert (request.segment, request.recipe.seed) == (2, chain.recipe.seed + 1)
        assert request.seed_image == chain.artefacts.last_frame

    async def test_heard_of_after_the_request(self, loop):
        chain = promoted(scene_id=5)
        await loop.hear(scene(scene_id=5, first_segment=2, segments=3), chain)

        (request,) = await loop.hear(worker())

        assert request.recipe.seed == chain.recipe.seed + 1
        assert request.seed_image == chain.artefacts.last_frame

    async def test_heard_of_after_the_request_with_another_renderer(self, loop):
        chain = promoted(scene_id=5, recipe=run_recipe(renderer=Renderer.COMFYUI))
        await loop.hear(scene(scene_id=5, first_segment=2), chain)

        assert await loop.hear(worker()) == []
        assert len(await loop.hear(worker("gpu", renderer=Renderer.COMFYUI))) == 1

    async def test_a_request_that_agrees_needs_nothing(self, loop):
        chain = promoted(scene_id=5)
        asked = scene(
            scene_id=5,
            first_segment=2,
            recipe=chain.recipe,
            seed_image=chain.artefacts.last_frame.key,
        )

        (request,) = await loop.hear(worker(), asked)
        assert await loop.hear(chain) == []

        assert request.seed_image == chain.artefacts.last_frame


class TestRescores:
    """A verdict of later limits decides nothing: each gate opens, or halts, once."""

    HALT = QAPolicy(mode="halt")

    @staticmethod
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

    async def test_a_halted_run_is_not_released_by_one(self, loop):
        asked = scene(segments=3).model_copy(update={"qa": self.HALT})
        (request,) = await loop.hear(worker(), asked)
        await loop.hear(rendered(request), self.said_of(request, Verdict.FAIL))

        assert await loop.hear(self.said_of(request, Verdict.PASS, rescored=True)) == []

        assert await loop.pool.fetchval("select status from runs") == "halted_by_qa"

    async def test_a_run_that_went_on_is_not_halted_by_one(self, loop):
        asked = scene(segments=3).model_copy(update={"qa": self.HALT})
        (request,) = await loop.hear(worker(), asked)
        (second,) = await loop.hear(rendered(request), self.said_of(request, Verdict.PASS))

        ignored = growth(RESULTS_IGNORED, "rescored")

        assert await loop.hear(self.said_of(request, Verdict.FAIL, rescored=True)) == []
        assert ignored() == 1
        assert second.segment == 2
        assert await loop.pool.fetchval("select status from runs") == "released"
        assert await loop.pool.fetchval(
            "select verdict from renders where verdict is not null"
        ) == ("pass")

    async def test_a_gate_that_waits_for_the_first_verdict_waits_on(self, loop):
        asked = scene(segments=3).model_copy(update={"qa": self.HALT})
        (request,) = await loop.hear(worker(), asked)
        await loop.hear(rendered(request))

        assert await loop.hear(self.said_of(request, Verdict.PASS, rescored=True)) == []

        (second,) = await loop.hear(self.said_of(request, Verdict.PASS))
        assert second.segment == 2


class TestHopeless:
    async def test_a_render_is_told_whether_it_may_be_stopped(self, loop):
        asked = shot().model_copy(update={"qa": QAPolicy(stop_hopeless=True)})

        (request,) = await loop.hear(worker(), asked)

        assert request.qa.stop_hopeless

    async def test_one_that_was_stopped_is_not_tried_again(self, loop):
        (request,) = await loop.hear(worker(), scene(segments=3))
        stopped = failed(request).model_copy(
            update={"code": "hopeless", "message": "3 previews are black", "retryable": False}
        )

        (ended,) = await loop.hear(stopped)

        assert isinstance(ended, RunFinished)
        assert (ended.status, ended.failure.code) == (RunStatus.FAILED, "hopeless")
        assert ended.failure.message == "3 previews are black"
        assert await loop.pool.fetchval("select count(*) from renders") == 1
