"""How the final segment of a chain with a tolerance ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.common.chain_length import ChainLength
from screentest.common.events import Boundary, BoundaryMode
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import Slot
from screentest.dispatcher.domain.ending import Ending, ending_of
from support.dispatching import run_recipe

FPS = 16


def recipe(frames=81):
    slots = (
        Slot(name="frames", node="1", input="length", kind="int", default=frames),
        Slot(name="fps", node="1", input="fps", kind="float", default=FPS),
    )
    return run_recipe().model_copy(update={"slots": slots})


def ending(elapsed_s, *, target_s=10.0, tolerance_s=0.5, rule=None, segment=3, frames=81):
    length = ChainLength(last_segment=9, target_duration_s=target_s, tolerance_s=tolerance_s)
    return ending_of(recipe(frames), length, Boundary(), rule, segment=segment, elapsed_s=elapsed_s)


def test_a_segment_that_cannot_reach_the_target_is_whole():
    assert ending(3.0) == Ending(boundary=Boundary())


def test_the_rest_is_asked_for_and_ends_calmly_within_the_tolerance():
    """2 s are missing: from 25 frames (1.5 s beside the shared one) to 41 (2.5 s)."""
    assert ending(8.0) == Ending(frames=41, boundary=Boundary(mode=BoundaryMode.CALMEST, window=17))


def test_a_whole_segment_that_ends_within_the_tolerance_stays_whole():
    calm = ending(10.3 - 80 / FPS)

    assert calm.frames is None
    assert calm.boundary == Boundary(mode=BoundaryMode.CALMEST, window=13)


@pytest.mark.parametrize(("rule", "frames"), [((4, 1), 41), ((8, 1), 41), ((10, 0), 40)])
def test_only_legal_numbers_are_asked_for(rule, frames):
    assert ending(8.0, rule=FrameRule(step=rule[0], offset=rule[1])).frames == frames


def test_where_no_legal_number_ends_within_the_tolerance_the_next_one_does():
    """33 and 65 are legal; 1.5 s +- 0.1 s take 23 to 27 frames."""
    assert ending(8.5, tolerance_s=0.1, rule=FrameRule(step=32, offset=1)).frames == 33


@pytest.mark.parametrize("changed", [{"tolerance_s": 0}, {"segment": 1}, {"target_s": None}])
def test_nothing_is_shortened_without_tolerance_nor_in_segment_1(changed):
    assert ending(8.0, **changed) == Ending(boundary=Boundary())


@pytest.mark.parametrize("fps", [16, 24, 23.976, 60])
@pytest.mark.parametrize("short_s", [0, 1e-6, 3e-5, 4e-4])
def test_an_end_on_the_earliest_frame_is_the_end_of_the_chain(fps, short_s):
    """What is asked for is long enough for who decides whether another segment is paid for."""
    length = ChainLength(
        last_segment=9, target_duration_s=8 + 25 / fps + 0.5 + short_s, tolerance_s=0.5
    )
    slots = recipe().slots
    rated = recipe().model_copy(
        update={"slots": (slots[0], slots[1].model_copy(update={"default": fps}))}
    )
    made = ending_of(rated, length, Boundary(), None, segment=3, elapsed_s=8.0)
    earliest = (made.frames or 81) - made.boundary.window + 1

    assert earliest == 26
    assert length.is_reached(next_segment=4, elapsed_s=8.0 + (earliest - 1) / fps)


@given(
    elapsed_frames=st.integers(0, 400),
    target_s=st.floats(1, 30),
    tolerance_s=st.floats(0.1, 3),
    rule=st.none() | st.builds(FrameRule, step=st.integers(1, 16), offset=st.integers(0, 1)),
)
def test_a_calm_end_is_always_within_what_was_asked_for(
    elapsed_frames, target_s, tolerance_s, rule
):
    elapsed_s = elapsed_frames / FPS
    made = ending(elapsed_s, target_s=target_s, tolerance_s=tolerance_s, rule=rule)
    frames = made.frames or 81

    assert 1 < frames <= 81
    assert made.frames is None or rule is None or rule.allows(frames)
    if made.boundary.mode is BoundaryMode.CALMEST:
        earliest = elapsed_s + (frames - made.boundary.window) / FPS
        assert earliest >= target_s - tolerance_s - 0.01
