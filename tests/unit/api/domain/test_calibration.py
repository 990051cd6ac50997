"""Limits learned from approvals and rejections: every number comes from a shot."""

from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.api.domain.calibration import FEWEST_LABELS, Labelled, calibrate, scales_of
from screentest.common.events import CheckResult, Limits, QAScored, Verdict
from screentest.common.ids import new_id

#: Larger is worse, and smaller is worse.
UP = {"ideal": 0.0, "warn": 4.0, "fail": 10.0}
DOWN = {"ideal": 1.0, "warn": 0.6, "fail": 0.4}


def shot(is_approved, limits=UP, **values):
    checks = tuple(
        CheckResult(name=name, check="x", value=value, verdict=Verdict.PASS, **limits)
        for name, value in values.items()
    )
    ids = {"run_id": new_id(), "segment": 1, "render_id": new_id()}
    scored = QAScored(**ids, score=0.5, verdict=Verdict.PASS, checks=checks)
    return Labelled(is_approved=is_approved, scored=scored)


def labelled(approved, rejected, limits=UP):
    return [shot(True, limits, m=value) for value in approved] + [
        shot(False, limits, m=value) for value in rejected
    ]


def measure(shots, own=None):
    (found,) = calibrate(1, shots, own or {}).measures
    return found


class TestFail:
    def test_it_lies_between_the_worst_approved_and_the_first_rejected_beyond(self):
        found = measure(labelled([1, 1, 2, 2, 3], [1, 5, 6, 7, 8]))

        assert found.proposed.fail == 4.0
        assert (found.proposed.failed.caught, found.proposed.failed.wronged) == (4, 0)
        assert (found.present.failed.caught, found.present.failed.recall) == (0, 0)

    def test_smaller_may_be_worse(self):
        found = measure(labelled([0.9, 0.9, 0.8, 0.8, 0.8], [0.6] * 5, DOWN))

        assert found.proposed.fail == pytest.approx(0.7)
        assert found.proposed.failed.recall == 1.0

    def test_a_limit_that_fails_approved_shots_is_moved_to_the_worst_of_them(self):
        found = measure(labelled([1, 2, 3, 11, 12], [1, 1, 2, 2, 3]))

        assert found.proposed.fail == 12
        assert (found.present.failed.wronged, found.proposed.failed.wronged) == (2, 0)

    def test_better_than_ideal_is_no_limit(self):
        found = measure(labelled([-9, -9, -8, -8, -7], [-5, -5, -5, -5, -5]))

        assert found.proposed is None or found.proposed.fail >= 0


class TestWarn:
    def test_it_tells_more_than_fail_may(self):
        """One odd approved shot keeps fail away; warnings may reach it."""
        found = measure(labelled([1, 1, 1, 1, 9], [2, 2, 3, 3, 12]))

        assert 9 < found.proposed.fail < 12
        assert 1 < found.proposed.warn < 2
        assert (found.proposed.flagged.caught, found.proposed.flagged.wronged) == (5, 1)

    def test_it_never_flags_most_of_the_approved(self):
        found = measure(labelled([5, 5, 5, 5, 5], [4, 5, 5, 6, 7]))

        fit = (found.proposed or found.present).flagged
        assert fit.wronged <= 2


class TestNothing:
    @pytest.mark.parametrize(
        ("approved", "rejected"),
        [([1] * 4, [9] * 20), ([1] * 20, [9] * 4), ([], []), ([None] * 9, [9] * 9)],
    )
    def test_too_few_labels_propose_nothing_and_say_so(self, approved, rejected):
        shots = labelled(approved, rejected)
        for found in calibrate(1, shots, {}).measures:
            assert found.proposed is None
            assert f"{FEWEST_LABELS} approved" in found.reason
            assert f"{found.approved} and {found.rejected}" in found.reason
        assert calibrate(1, shots, {}).limits == {}

    def test_what_does_not_tell_them_apart_stays(self):
        found = measure(labelled([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]))

        assert found.proposed is None
        assert "No other limits" in found.reason

    def test_limits_that_are_good_already_stay(self):
        good = {"m": Limits(warn=3.5, fail=4.0)}

        assert measure(labelled([1, 1, 2, 2, 3], [5, 6, 7, 8, 9]), good).proposed is None

    def test_a_measure_that_always_is_the_same(self):
        gate = {"ideal": 0.0, "warn": 0.0, "fail": 0.0}

        assert measure(labelled([0] * 9, [0] * 9, gate)).proposed is None


class TestLimitsOfToday:
    def test_the_types_own_go_over_those_of_the_newest_shot(self):
        older = shot(True, {"ideal": 0.0, "warn": 1.0, "fail": 2.0}, m=1)
        (scale,) = scales_of([shot(True, m=1), older], {"m": Limits(fail=7)}).values()

        assert (scale.warn, scale.fail) == (4.0, 7)

    @pytest.mark.parametrize(
        ("limits", "accepted", "is_good"),
        [
            (UP, Limits(warn=1, fail=2), True),
            (UP, Limits(warn=2, fail=1), False),
            (UP, Limits(warn=-1, fail=2), False),
            (DOWN, Limits(warn=0.5, fail=0.2), True),
            (DOWN, Limits(warn=0.2, fail=0.5), False),
            ({"warn": 4.0, "fail": 10.0}, Limits(warn=-1, fail=2), True),  # no ideal is known
        ],
    )
    def test_limits_out_of_order_are_found(self, limits, accepted, is_good):
        (scale,) = scales_of([shot(True, limits, m=1)], {}).values()

        assert (scale.problem_of(accepted) is None) is is_good


def test_what_is_proposed_together_is_shown_together():
    good = [shot(True, m=1, n=1) for _ in range(5)]
    bad = [shot(False, m=9, n=1) for _ in range(3)] + [shot(False, m=1, n=9) for _ in range(3)]

    found = calibrate(7, good + bad, {})

    assert set(found.limits) == {"m", "n"}
    assert (found.approved, found.rejected) == (5, 6)
    assert (found.present.caught, found.proposed.caught, found.proposed.wronged) == (0, 6, 0)
    assert found.proposed.f1 == 1.0


VALUES = st.lists(st.floats(-20, 20, allow_subnormal=False), min_size=5, max_size=30)


@given(approved=VALUES, rejected=VALUES, limits=st.sampled_from([UP, DOWN]))
def test_a_proposal_is_in_order_and_fails_no_approved_shot(approved, rejected, limits):
    shots = labelled(approved, rejected, limits)
    found = measure(shots)

    if found.proposed is not None:
        (scale,) = scales_of(shots, {}).values()
        proposed = Limits(warn=found.proposed.warn, fail=found.proposed.fail)
        assert scale.problem_of(proposed) is None
        assert found.proposed.failed.wronged == 0


@given(pairs=st.lists(st.tuples(st.floats(0, 20), st.floats(0, 20)), min_size=5))
def test_the_order_of_shots_says_nothing(pairs):
    approved, rejected = zip(*pairs, strict=True)
    shots = labelled(approved, rejected)
    mixed = [one for pair in zip_longest(shots[::2], shots[1::2]) for one in pair if one]

    assert calibrate(1, shots, {}) == calibrate(1, mixed, {})
