"""What runs are expected to render: one rule for what is quoted and what is reserved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.api.domain.estimates import Basis, Estimate, RenderShape, Seconds
from screentest.api.domain.lengths import SegmentLength
from screentest.api.domain.outlays import Identity, Outlay, price, quote_of
from screentest.api.domain.segment_counts import most_segments, segments_for, segments_to_come
from screentest.common.chain_length import ChainLength
from screentest.common.events import Boundary, BoundaryMode

SHAPE = RenderShape(workflow_id=1, workflow_version=1)
TEN = {
    SHAPE: Estimate(basis=Basis.SAME_SHAPE, samples=1, gpu_seconds=Seconds(median=10.0, p90=12.0))
}
HASHES = st.sampled_from(["a", "b", "c"])
OUTLAYS = st.lists(
    st.builds(
        Outlay,
        shape=st.just(SHAPE),
        segments=st.integers(0, 5),
        first=st.none() | st.builds(Identity, recipe_hash=HASHES),
    ),
    max_size=12,
)


def outlay(recipe_hash=None, *, segments=1):
    first = None if recipe_hash is None else Identity(recipe_hash=recipe_hash)
    return Outlay(shape=SHAPE, segments=segments, first=first)


class TestPrice:
    def test_what_is_there_already_costs_nothing(self):
        (one,) = price([outlay("a")], TEN, [Identity(recipe_hash="a")])

        assert (one.renders, one.expected_s) == (0, 0.0)

    def test_of_a_chain_it_is_the_first_segment_that_may_be_there(self):
        (one,) = price([outlay("a", segments=4)], TEN, [Identity(recipe_hash="a")])

        assert (one.renders, one.expected_s) == (3, 30.0)

    def test_of_identical_ones_that_are_asked_for_together_one_is_rendered(self):
        made = price([outlay("a"), outlay("b"), outlay("a"), outlay("a")], TEN, [])

        assert [one.renders for one in made] == [1, 1, 0, 0]

    def test_what_insists_on_a_render_gets_one(self):
        made = price([outlay(), outlay()], TEN, [Identity(recipe_hash="a")])

        assert [one.renders for one in made] == [1, 1]

    def test_nothing_to_render_is_no_render_that_others_could_take(self):
        made = price([outlay("a", segments=0), outlay("a")], TEN, [])

        assert [one.renders for one in made] == [0, 1]

    def test_without_an_estimate_only_what_is_there_has_a_price(self):
        made = price([outlay("a"), outlay("b")], {}, [Identity(recipe_hash="a")])

        assert [one.expected_s for one in made] == [0.0, None]

    @given(OUTLAYS, st.sets(st.builds(Identity, recipe_hash=HASHES)))
    def test_a_quote_is_the_sum_of_what_is_reserved(self, outlays, present):
        made = price(outlays, TEN, present)
        quoted = quote_of(made, scene_segments=100)

        assert quoted.renders == sum(one.renders for one in made)
        assert quoted.gpu_seconds.median == pytest.approx(sum(one.expected_s for one in made))
        assert all(0 <= one.renders <= one.outlay.segments for one in made)


@pytest.mark.parametrize(
    ("boundary", "cut"),
    [
        (Boundary(), ""),
        (Boundary(window=24), ""),
        (Boundary(mode=BoundaryMode.CALMEST, window=24), "calmest/24"),
    ],
)
def test_where_a_clip_is_cut_tells_renders_apart(boundary, cut):
    assert Identity.of("a", boundary).cut == cut


class TestSegmentsToCome:
    @pytest.mark.parametrize("window", [2, 12, 24, 41, 152])
    def test_an_elastic_scene_counts_the_planned_segments_however_wide_the_window(self, window):
        """41 frames at 16 fps, 10 s with 0.5 s of tolerance: 4 planned."""
        length = SegmentLength(duration_s=2.5625, frames=41)
        planned = segments_for(10.0, length.duration_s, 0.5)
        most = most_segments(
            planned,
            length,
            Boundary(mode=BoundaryMode.CALMEST, window=min(window, 240)),
            target_duration_s=10.0,
            tolerance_s=0.5,
        )
        chain = ChainLength(last_segment=most, target_duration_s=10.0, tolerance_s=0.5)

        assert most >= planned == 4
        assert segments_to_come(0, 0.0, chain, planned=planned) == 4

    @given(
        st.integers(0, 30),
        st.floats(0, 100),
        st.integers(1, 40),
        st.integers(1, 40),
        st.floats(0, 5),
    )
    def test_between_none_and_what_is_left_of_the_plan(self, made, made_s, last, planned, slack):
        chain = ChainLength(last_segment=last, target_duration_s=50.0, tolerance_s=slack)
        to_come = segments_to_come(made, made_s, chain, planned=planned)

        is_reached = chain.is_reached(next_segment=made + 1, elapsed_s=made_s)
        assert (to_come == 0) == is_reached
        assert to_come <= max(1, planned - made)
