"""The algebra of limits and scores."""

import json
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from screentest.qa.domain import (
    LimitOverride,
    Limits,
    Measurement,
    Verdict,
    judge,
    unreadable,
    with_limits,
)

LARGE_IS_BAD = Limits(ideal=0, warn=1, fail=3)
SMALL_IS_BAD = Limits(ideal=1, warn=0.9, fail=0.5)


def measured(value: float | None, name: str = "a", **facts: object) -> Measurement:
    defaults = {
        "name": name,
        "check": name,
        "unit": "x",
        "value": value,
        "limits": LARGE_IS_BAD,
    }
    return Measurement(**(defaults | facts))


class TestLimits:
    @pytest.mark.parametrize(
        ("value", "verdict", "sub_score"),
        [
            (-5, Verdict.PASS, 1.0),
            (0.5, Verdict.PASS, 1.0),
            (0.75, Verdict.PASS, 0.9),
            (1, Verdict.PASS, 0.8),
            (2, Verdict.WARN, 0.6),
            (3, Verdict.WARN, 0.4),
            (4.5, Verdict.FAIL, 0.2),
            (6, Verdict.FAIL, 0.0),
            (100, Verdict.FAIL, 0.0),
        ],
    )
    def test_large_values_are_bad(self, value, verdict, sub_score):
        assert LARGE_IS_BAD.verdict(value) is verdict
        assert LARGE_IS_BAD.sub_score(value) == pytest.approx(sub_score)

    @pytest.mark.parametrize(
        ("value", "verdict", "sub_score"),
        [
            (2, Verdict.PASS, 1.0),
            (0.95, Verdict.PASS, 1.0),
            (0.9, Verdict.PASS, 0.8),
            (0.7, Verdict.WARN, 0.6),
            (0.25, Verdict.FAIL, 0.2),
            (-1, Verdict.FAIL, 0.0),
        ],
    )
    def test_small_values_are_bad(self, value, verdict, sub_score):
        assert SMALL_IS_BAD.verdict(value) is verdict
        assert SMALL_IS_BAD.sub_score(value) == pytest.approx(sub_score)

    def test_nothing_is_tolerated_when_all_limits_are_the_ideal(self):
        strict = Limits(ideal=0, warn=0, fail=0)

        assert (strict.verdict(0), strict.sub_score(0)) == (Verdict.PASS, 1.0)
        assert (strict.verdict(1e-9), strict.sub_score(1e-9)) == (Verdict.FAIL, 0.0)

    @pytest.mark.parametrize(
        "limits", [(0, 3, 1), (0, -1, 3), (1, 1.5, 0.5), (0, 1, float("nan")), (0, 1, float("inf"))]
    )
    def test_limits_out_of_order_are_refused(self, limits):
        with pytest.raises(ValueError, match="not in order"):
            Limits(*limits)

    @given(
        st.floats(-100, 100),
        st.floats(-100, 100),
        st.sampled_from([LARGE_IS_BAD, SMALL_IS_BAD, Limits(ideal=0, warn=0, fail=2)]),
    )
    @example(6.0, 7.0, LARGE_IS_BAD)
    def test_worse_values_never_score_higher(self, one, two, limits):
        sign = 1 if limits.fail >= limits.ideal else -1
        better, worse = sorted((one, two), key=lambda value: sign * value)

        assert limits.sub_score(better) >= limits.sub_score(worse)


class TestJudge:
    def test_flawless_is_one(self):
        score = judge([unreadable(None), measured(0)])

        assert (score.score, score.verdict) == (1.0, Verdict.PASS)

    def test_a_check_counts_as_its_worst_measure(self):
        group = [measured(0, "a1", check="a"), measured(2, "a2", check="a")]

        [check] = judge(group).checks

        assert check.worst.name == "a2"
        assert check.sub_score == pytest.approx(0.6)
        assert judge(group).verdict is Verdict.WARN

    def test_weights_pull_the_mean(self):
        light = judge([measured(1, "a", weight=1), measured(0, "b", weight=9)])
        heavy = judge([measured(1, "a", weight=9), measured(0, "b", weight=1)])

        assert light.score == round(0.8**0.1, 4)
        assert heavy.score == round(0.8**0.9, 4)

    @pytest.mark.parametrize(
        ("worst", "cap"),
        [
            (measured(1.01), 0.84),
            (measured(3.01), 0.49),
            (measured(3.01, fail_cap=0.25), 0.25),
            (unreadable("it is a PNG"), 0.0),
        ],
    )
    def test_a_failure_cannot_be_averaged_away(self, worst, cap):
        fine = [measured(0, f"fine{index}") for index in range(200)]

        assert judge([*fine, worst]).score == cap

    def test_what_was_not_measured_does_not_count(self):
        with_gap = judge([measured(0.75, "a"), measured(None, "b")])

        assert with_gap.score == judge([measured(0.75, "a")]).score
        assert with_gap.verdict is Verdict.PASS
        assert with_gap.checks[1].verdict is Verdict.NOT_MEASURED

    def test_a_score_is_never_made_up(self):
        with pytest.raises(ValueError, match="without a single measured value"):
            judge([measured(None)])

    @given(st.lists(st.floats(0, 10), min_size=1, max_size=8), st.randoms())
    def test_within_bounds_and_independent_of_order(self, values, random):
        group = [measured(value, f"m{index}") for index, value in enumerate(values)]
        shuffled = random.sample(group, len(group))

        assert 0 <= judge(group).score <= 1
        assert judge(group).score == pytest.approx(judge(shuffled).score, abs=1e-4)
        assert judge(group).verdict is judge(shuffled).verdict


class TestOverrides:
    def test_a_scene_type_moves_one_limit(self):
        strict = with_limits([measured(0.9)], {"a": LimitOverride(warn=0.5)})

        assert strict[0].limits == Limits(ideal=0, warn=0.5, fail=3)
        assert judge(strict).verdict is Verdict.WARN

    def test_nonsense_keeps_the_default_and_says_so(self):
        [kept] = with_limits([measured(0.9)], {"a": LimitOverride(warn=10)})

        assert kept.limits == LARGE_IS_BAD
        assert "the default limits hold" in kept.note

    def test_stored_measurements_can_be_judged_again(self):
        """Re-scoring needs the stored row only, not the clip."""
        seen = [unreadable(None), measured(1.234567, frame=3, note="x")]
        stored = json.dumps([each.to_json() for each in seen])

        restored = [Measurement.from_json(each) for each in json.loads(stored)]

        assert restored == seen
        assert judge(restored) == judge(seen)

    def test_a_newer_writers_field_is_left_out(self):
        stored = measured(1).to_json() | {"colour_of_the_defect": "red"}

        assert Measurement.from_json(stored) == replace(measured(1))
