"""Take a finished render, share one in flight, or have one's own."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.common.events import Boundary, BoundaryMode, ExpectedClip
from screentest.common.ids import new_id
from screentest.common.recipes import Slot
from screentest.dispatcher.domain.reuse import (
    Reuse,
    Stand,
    Standing,
    key_of,
    reuse_key,
    reused,
    stand,
)
from screentest.dispatcher.domain.run import open_run
from support.dispatching import artefact, rendered, run_recipe, scene, shot

LIVE = new_id()
STANDINGS = st.builds(
    Standing,
    run_id=st.uuids(),
    reuse=st.sampled_from(Reuse),
    fresh=st.booleans(),
    live_render_id=st.none() | st.uuids(),
    is_finished=st.booleans(),
    overdue=st.booleans(),
)


def standing(**facts):
    usual = {
        "run_id": new_id(),
        "reuse": Reuse.NEW,
        "fresh": False,
        "live_render_id": None,
        "is_finished": False,
        "overdue": False,
    }
    return Standing(**usual | facts)


def request_of(asked):
    return open_run(asked).run.release(new_id()).request


class TestStand:
    def test_nothing_like_it(self):
        assert stand(standing()) == Stand(reuse=Reuse.OPEN)

    def test_what_is_finished_is_looked_for(self):
        assert stand(standing(is_finished=True)) == Stand(reuse=Reuse.CHECK)

    def test_what_is_being_rendered_is_shared(self):
        assert stand(standing(live_render_id=LIVE)) == Stand(
            reuse=Reuse.SHARES, shares_render_id=LIVE
        )

    def test_what_is_finished_is_there_sooner_than_what_is_being_rendered(self):
        assert stand(standing(is_finished=True, live_render_id=LIVE)).reuse is Reuse.CHECK

    def test_a_shared_render_that_failed_leaves_it_to_itself(self):
        assert stand(standing(reuse=Reuse.SHARES)) == Stand(reuse=Reuse.OPEN)

    def test_files_that_are_lost_leave_it_to_itself(self):
        assert stand(standing(reuse=Reuse.CHECK)) == Stand(reuse=Reuse.OPEN)

    def test_storage_that_does_not_answer_is_not_waited_for_twice(self):
        given_up = stand(standing(reuse=Reuse.CHECK, is_finished=True, overdue=True))

        assert given_up == Stand(reuse=Reuse.DECLINED)
        assert stand(standing(reuse=given_up.reuse, is_finished=True)) == given_up

    @given(STANDINGS)
    def test_fresh_neither_takes_nor_waits(self, run):
        if run.fresh:
            assert stand(run) == Stand(reuse=Reuse.OPEN)

    @given(STANDINGS)
    def test_it_waits_for_others_only_where_there_is_something_to_wait_for(self, run):
        answer = stand(run)

        assert answer.reuse is not Reuse.NEW
        assert answer.reuse is not Reuse.CHECK or run.is_finished
        assert (answer.shares_render_id is not None) == (answer.reuse is Reuse.SHARES)
        if answer.reuse is Reuse.SHARES:
            assert answer.shares_render_id == run.live_render_id


class TestKey:
    def test_equal_recipes_have_one_key_whoever_asks(self):
        recipe = run_recipe(seed=5)

        one, other = request_of(shot(recipe=recipe)), request_of(shot(recipe=recipe))

        assert one.run_id != other.run_id
        assert reuse_key(one) == reuse_key(other) == one.recipe_hash

    @pytest.mark.parametrize(
        "boundary",
        [
            Boundary(mode=BoundaryMode.CALMEST),
            Boundary(mode=BoundaryMode.CALMEST, window=20),
            Boundary(mode=BoundaryMode.MANUAL),
        ],
    )
    def test_where_the_clip_is_cut_belongs_to_it(self, boundary):
        request = request_of(shot())

        assert reuse_key(request.model_copy(update={"boundary": boundary})) != reuse_key(request)

    def test_the_window_means_nothing_to_the_last_frame(self):
        request = request_of(shot())
        wider = request.model_copy(update={"boundary": Boundary(window=20)})

        assert reuse_key(wider) == reuse_key(request)

    def test_a_waiting_run_has_the_key_of_the_render_it_will_have(self):
        run = open_run(scene(segments=3)).run

        assert key_of(run) == reuse_key(run.release(new_id()).request)

    def test_what_cannot_be_filled_in_has_none(self):
        astray = run_recipe().model_copy(
            update={"slots": (Slot(name="seed", node="9", input="x"),)}
        )
        run = open_run(shot()).run

        assert key_of(run) is not None
        assert key_of(_with_recipe(run, astray)) is None


def _with_recipe(run, recipe):
    return replace(run, plan=replace(run.plan, recipe=recipe))


def test_the_reused_result_is_the_runs_own_and_costs_nothing():
    recipe = run_recipe(seed=5)
    original = rendered(request_of(shot(recipe=recipe)))
    request = request_of(shot(recipe=recipe)).model_copy(
        update={"seed_image": artefact("the same picture under another key.jpg")}
    )

    result = reused(request, original, pays=False)

    assert (result.run_id, result.segment, result.render_id, result.attempt) == (
        request.run_id,
        request.segment,
        request.render_id,
        request.attempt,
    )
    assert result.seed_image == request.seed_image
    assert (result.artefacts, result.clip) == (original.artefacts, original.clip)
    assert (result.reused, result.taken_from) == (True, original.render_id)
    assert (result.gpu_seconds, result.gpu_seconds_saved) == (0, original.gpu_seconds)


def test_the_reused_result_is_measured_by_what_its_own_request_asked_for():
    """Two recipes may fill one graph through slots of other names."""
    recipe = run_recipe(seed=5)
    slot = Slot(name="frames", node="1", input="length", kind="int", default=20)
    original = rendered(request_of(shot(recipe=recipe)))
    request = request_of(shot(recipe=recipe.model_copy(update={"slots": (*recipe.slots, slot)})))

    assert original.expected.frames is None
    assert reused(request, original, pays=False).expected == ExpectedClip(frames=20)
