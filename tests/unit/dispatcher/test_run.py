from dataclasses import replace
from itertools import pairwise

import pytest

from screentest.common.events import RenderCancelled, RunFinished, RunStatus
from screentest.common.ids import new_id
from screentest.common.recipes import Slot
from screentest.dispatcher.domain.plan import PromotedChain
from screentest.dispatcher.domain.run import Refusal, Release, Status, Step, open_run
from support.dispatching import (
    CLIP,
    artefact,
    failed,
    promoted,
    rendered,
    run_recipe,
    scene,
    shot,
)
from support.events import BROKEN_NODE


def released(run):
    """Release a run that waits; returns it and the request."""
    match run.release(new_id()):
        case Release(run=run, request=request):
            return run, request
    raise AssertionError("the run failed")


def finished(step):
    return next((event for event in step.says if isinstance(event, RunFinished)), None)


def render_all(run):
    """Render whatever the run asks for; returns the requests and the last step."""
    requests = []
    step = Step(run=run)
    while step.run.status is Status.WAITING:
        run, request = released(step.run)
        requests.append(request)
        step = run.take_clip(rendered(request))
    return requests, step


class TestChain:
    def test_a_test_shot_is_a_run_of_one_segment(self):
        asked = shot()

        requests, last = render_all(open_run(asked).run)

        assert [request.segment for request in requests] == [1]
        assert requests[0].seed_image == asked.seed_image
        assert requests[0].recipe_hash == requests[0].recipe.hash
        assert finished(last) == RunFinished(
            run_id=asked.run_id,
            kind=asked.kind,
            test_shot_id=1,
            status=RunStatus.COMPLETED,
            segments=1,
            gpu_seconds=1.5,
        )

    def test_each_segment_is_seeded_by_the_last_frame_before_it(self):
        requests, last = render_all(open_run(scene(segments=3)).run)

        assert [request.segment for request in requests] == [1, 2, 3]
        for before, after in pairwise(requests):
            assert after.seed_image == rendered(before).artefacts.last_frame
            assert after.recipe.seed_image_sha256 == after.seed_image.sha256
        assert finished(last).segments == 3
        assert finished(last).gpu_seconds == 4.5

    def test_every_segment_says_which_source_image_the_chain_began_with(self):
        asked = scene(segments=3)

        requests, _ = render_all(open_run(asked).run)

        assert {request.reference_image for request in requests} == {asked.seed_image}

    def test_segment_1_of_a_scene_has_the_recipe_of_its_test_shot(self):
        """So that promoting the shot, or rendering segment 1 anew, gives the same pixels."""
        asked = shot().model_copy(update={"planned_segments": 3})

        (of_shot,), _ = render_all(open_run(asked).run)
        of_scene, *_ = render_all(open_run(scene(segments=3, recipe=asked.recipe)).run)[0]

        assert of_shot.recipe_hash == of_scene.recipe_hash

    @pytest.mark.parametrize(
        ("segments", "prompts"),
        [(1, ["the whole story"]), (3, ["she enters", "she goes on", "she goes on"])],
    )
    def test_prompts_follow_the_position(self, segments, prompts):
        requests, _ = render_all(open_run(scene(segments=segments)).run)

        assert [request.recipe.prompt for request in requests] == prompts

    def test_ends_early_when_it_lasts_long_enough(self):
        """20 frames, then 19 new ones a segment: 3.9 s after two, 5.8 s after three."""
        requests, last = render_all(open_run(scene(segments=9, target_duration_s=5.8)).run)

        assert len(requests) == 3
        assert last.run.elapsed_s == pytest.approx(5.8)

    def test_nothing_left_to_render_is_completed(self):
        step = open_run(scene(first_segment=3, segments=2))

        assert finished(step).status is RunStatus.COMPLETED
        assert finished(step).segments == 0

    def test_a_slot_without_its_node_fails_at_once(self):
        recipe = run_recipe().model_copy(
            update={"slots": (Slot(name="seed", node="9", input="seed", kind="int"),)}
        )

        step = open_run(shot(recipe=recipe))

        assert finished(step).status is RunStatus.FAILED
        assert finished(step).failure.code == "invalid_workflow"
        assert 'node "9"' in finished(step).failure.message


class TestFailure:
    def test_retryable_is_tried_three_times(self):
        run = open_run(shot()).run
        attempts = []
        while run.status is Status.WAITING:
            run, request = released(run)
            attempts.append(request.attempt)
            step = run.take_failure(failed(request))
            run = step.run

        assert attempts == [1, 2, 3]
        assert finished(step).status is RunStatus.FAILED
        assert finished(step).failure.message == "CUDA out of memory"
        assert finished(step).gpu_seconds == 1.5

    def test_fatal_is_not_tried_again(self):
        run, request = released(open_run(shot()).run)
        final = failed(request, retryable=False).model_copy(update={"detail": BROKEN_NODE})

        step = run.take_failure(final)

        assert finished(step).status is RunStatus.FAILED
        assert finished(step).failure.detail == BROKEN_NODE

    def test_each_segment_has_attempts_of_its_own(self):
        run, request = released(open_run(scene(segments=2)).run)
        run, request = released(run.take_failure(failed(request)).run)

        run, request = released(run.take_clip(rendered(request)).run)

        assert (request.segment, request.attempt) == (2, 1)

    def test_a_retry_renders_the_same_recipe(self):
        run, first = released(open_run(shot()).run)

        _, second = released(run.take_failure(failed(first)).run)

        assert second.render_id != first.render_id
        assert second.recipe_hash == first.recipe_hash


class TestLateResults:
    def test_the_result_of_a_given_up_render_is_refused(self):
        run, first = released(open_run(shot()).run)
        run, second = released(run.take_failure(failed(first)).run)

        assert run.take_clip(rendered(first)) is Refusal.NOT_LIVE
        assert run.take_failure(failed(first)) is Refusal.NOT_LIVE
        assert finished(run.take_clip(rendered(second)))

    def test_a_second_result_is_refused(self):
        run, request = released(open_run(scene(segments=2)).run)
        run = run.take_clip(rendered(request)).run

        assert run.take_clip(rendered(request)) is Refusal.NOT_LIVE
        assert run.take_failure(failed(request)) is Refusal.NOT_LIVE

    def test_an_ended_run_takes_nothing(self):
        run, request = released(open_run(shot()).run)
        run = run.take_clip(rendered(request)).run

        assert run.take_clip(rendered(request)) is Refusal.RUN_ENDED
        assert run.take_failure(failed(request)) is Refusal.RUN_ENDED


class TestCancel:
    def test_waiting(self):
        step = open_run(shot()).run.cancel()

        assert [type(event) for event in step.says] == [RunFinished]
        assert finished(step).status is RunStatus.CANCELLED

    def test_released_calls_the_render_back(self):
        run, request = released(open_run(shot()).run)

        step = run.cancel()

        assert step.says[0] == RenderCancelled(render_id=request.render_id, run_id=request.run_id)
        assert finished(step).status is RunStatus.CANCELLED
        assert step.run.take_clip(rendered(request)) is Refusal.RUN_ENDED

    def test_ended_changes_nothing(self):
        _, last = render_all(open_run(shot()).run)

        assert last.run.cancel() is Refusal.RUN_ENDED

    def test_before_it_was_heard_of(self):
        step = open_run(shot(), cancelled=True)

        assert finished(step).status is RunStatus.CANCELLED


class TestPromotion:
    chain = PromotedChain.of(promoted(scene_id=1))

    def test_the_scene_goes_on_with_the_promoted_recipe_and_frame(self):
        step = open_run(scene(first_segment=2, segments=3), promoted=self.chain)

        _, request = released(step.run)

        assert request.segment == 2
        assert request.seed_image == self.chain.artefacts.last_frame
        assert request.reference_image == scene().seed_image
        assert request.recipe.seed == self.chain.recipe.seed + 1
        assert step.run.elapsed_s == CLIP.duration_s

    def test_heard_of_later_gives_the_same(self):
        run = open_run(scene(first_segment=2, segments=3)).run

        adopted = run.adopt(self.chain)

        assert adopted.run == replace(
            open_run(scene(first_segment=2, segments=3), promoted=self.chain).run,
            plan=adopted.run.plan,
        )
        assert adopted.run.plan.recipe == self.chain.recipe

    def test_a_run_that_has_begun_keeps_what_it_began_with(self):
        run, _ = released(open_run(scene(first_segment=2)).run)

        assert run.adopt(self.chain) is None

    @pytest.mark.parametrize(
        "other", [scene(first_segment=2, scene_id=9), scene(first_segment=3), shot()]
    )
    def test_other_runs_do_not_follow(self, other):
        step = open_run(other, promoted=self.chain)

        assert step.run.plan.recipe == other.recipe
        assert step.run.seed_image == artefact("source.jpg")
