"""A score says by what it was decided."""

from screentest.qa.domain import GATE_CAP, Limits, Measurement, Verdict, judge, unreadable


def measurement(name: str, value: float | None, **changes) -> Measurement:
    facts = {
        "name": name,
        "check": name,
        "unit": "share",
        "value": value,
        "limits": Limits(ideal=0, warn=1, fail=2),
    }
    return Measurement(**(facts | changes))


def test_a_flawless_clip_was_decided_by_nothing():
    assert judge([measurement("a", 0), measurement("b", 0.5)]).decided_by == ()


def test_the_gate_that_failed_decides_over_a_check_that_failed():
    gate = measurement("gate", 9, fail_cap=GATE_CAP)
    many = [measurement(name, 0) for name in "abcdefgh"]

    judged = judge([measurement("soft", 3), gate, *many])

    assert judged.decided_by == ("gate",)
    assert judged.score == GATE_CAP


def test_everything_that_caps_the_score_alike_is_named():
    many = [measurement(name, 0) for name in "abcdefgh"]

    assert judge([measurement("x", 1.1), measurement("y", 1.2), *many]).decided_by == ("x", "y")


def test_where_the_mean_is_lower_than_any_cap_the_lowest_measure_decides():
    low = judge([measurement("a", 0.9), measurement("b", 0.99), measurement("c", None)])

    assert low.verdict is Verdict.PASS  # nothing caps it
    assert low.decided_by == ("b",)


def test_the_measure_and_not_its_check_is_named():
    pair = [measurement("x_1", 0.6, check="x"), measurement("x_2", 0.9, check="x")]

    assert judge(pair).decided_by == ("x_2",)


def test_a_clip_that_cannot_be_read_says_so():
    assert judge([unreadable("no frames")]).decided_by == ("unreadable",)
