"""How many frames a segment has: given, worked out, or the workflow's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.api.domain.lengths import FramesRounded, SegmentLength, segment_length
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import Slot

WAN = FrameRule(step=4, offset=1)
FPS = Slot(name="fps", node="1", input="fps", kind="float", default=16)


def frames_slot(**facts) -> Slot:
    return Slot(**{"name": "frames", "node": "1", "input": "length", "kind": "int"} | facts)


def length(slots, values=None, *, rule=WAN, duration_s=5.0) -> SegmentLength:
    return segment_length(slots, rule, values or {}, duration_s)


class TestWorkedOut:
    def test_frames_are_rounded_up_and_that_is_said(self):
        made = length([frames_slot(), FPS])

        assert (made.frames, made.duration_s) == (81, 81 / 16)
        assert made.rounded == FramesRounded(wanted=80, frames=81, rule="4n+1")
        assert made.problems == ()

    def test_what_is_legal_is_left_alone(self):
        made = length([frames_slot(), FPS], duration_s=81 / 16)

        assert (made.frames, made.rounded) == (81, None)

    def test_down_where_the_slot_does_not_allow_so_many(self):
        made = length([frames_slot(maximum=80), FPS])

        assert made.frames == 77
        assert made.rounded == FramesRounded(wanted=80, frames=77, rule="4n+1")
        assert made.problems == ()

    def test_a_slot_that_takes_no_legal_number_is_a_problem(self):
        (problem,) = length([frames_slot(minimum=78, maximum=80), FPS]).problems

        assert "segments of 5 s at 16 fps need 77 frames" in problem
        assert "at least 78" in problem

    def test_without_a_rule_any_number_will_do(self):
        assert length([frames_slot(), FPS], rule=None).frames == 80

    @given(
        duration_s=st.floats(0.1, 60),
        fps=st.sampled_from([8, 12.5, 16, 24, 23.976]),
        step=st.integers(1, 16),
        offset=st.integers(0, 16),
    )
    def test_nothing_is_shorter_than_asked_for_nor_illegal(self, duration_s, fps, step, offset):
        rule = FrameRule(step=step, offset=offset)
        made = length([frames_slot(), FPS], {"fps": fps}, rule=rule, duration_s=duration_s)

        assert rule.allows(made.frames)
        assert made.duration_s >= duration_s - 1e-6
        assert made.rounded is None or made.rounded.wanted < made.frames


class TestGiven:
    def test_legal_frames_decide_the_duration(self):
        assert length([frames_slot(), FPS], {"frames": 33}) == SegmentLength(
            duration_s=33 / 16, frames=33
        )

    @pytest.mark.parametrize("slots", [[frames_slot(), FPS], [frames_slot()]])
    def test_illegal_frames_are_refused_with_those_near_them(self, slots):
        (problem,) = length(slots, {"frames": 80}).problems

        assert problem == "the workflow makes 4n+1 frames, not 80: take 77 or 81"

    def test_only_those_are_named_that_the_slot_takes(self):
        small = length([frames_slot(maximum=80), FPS], {"frames": 80})
        narrow = length([frames_slot(minimum=78, maximum=80), FPS], {"frames": 80})

        assert small.problems[0].endswith("take 77")
        assert narrow.problems[0].endswith("the slot takes none of those near it")

    def test_a_fraction_of_a_frame_is_none(self):
        (problem,) = length([frames_slot(kind="float"), FPS], {"frames": 81.5}).problems

        assert problem.endswith("not 81.5: take 81 or 85")


class TestTheWorkflowsOwn:
    """Where nobody says how many, and no rate is known to work it out with."""

    def test_is_held_to_the_rule(self):
        (problem,) = length([frames_slot(default=80)]).problems

        assert problem == "the workflow makes 4n+1 frames, not 80: take 77 or 81"
        assert length([frames_slot(default=81)]).problems == ()

    def test_means_nothing_where_it_is_not_taken(self):
        assert length([frames_slot(default=80)], {"frames": 81}).problems == ()
        assert length([frames_slot(default=80), FPS]).problems == ()

    @pytest.mark.parametrize("fps", [None, 0, "16"])
    def test_is_taken_without_a_rate_that_is_one(self, fps):
        rate = FPS.model_copy(update={"default": fps})

        assert length([frames_slot(default=80), rate]).problems

    def test_no_slot_no_check(self):
        assert length([FPS]) == SegmentLength(duration_s=5.0)
