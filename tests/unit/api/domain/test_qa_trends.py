"""Drift along a chain: found where it is, and nowhere else."""

import pytest

from screentest.api.domain.qa_trends import TrendPoint, read_scene, trend_of
from screentest.common.events import CheckResult, QAScored, Verdict
from screentest.common.ids import new_id

#: Larger is worse, and smaller is worse.
UP = {"warn": 4.0, "fail": 10.0}
DOWN = {"warn": 0.6, "fail": 0.4}


def trend(values, limits, first_segment=1):
    result = CheckResult(name="m", value=values[-1], verdict=Verdict.PASS, **limits)
    return trend_of(
        result,
        [TrendPoint(segment=first_segment + at, value=value) for at, value in enumerate(values)],
    )


def test_a_line_is_described():
    line = trend([1.0, 2.0, 3.0, 4.0], UP, first_segment=2)

    assert (line.first, line.last) == (1.0, 4.0)
    assert line.slope == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([0.0, 2.0, 4.0, 6.0], UP),
        ([1.0, 1.0, 5.0, 6.0, 7.0], UP),
        ([0.9, 0.8, 0.7, 0.6], DOWN),
        ([11.0, 12.0, 13.0], UP),  # beyond the limit, and still going
    ],
)
def test_what_goes_the_bad_way_drifts(values, limits):
    line = trend(values, limits)

    assert line.drifts
    assert f"from {values[0]:.3g} to {values[-1]:.3g}" in line.message


@pytest.mark.parametrize(
    ("values", "limits", "why"),
    [
        ([6.0, 4.0, 2.0, 0.0], UP, "it gets better"),
        ([0.6, 0.7, 0.8, 0.9], DOWN, "it gets better"),
        ([0.0, 6.0], UP, "two points always lie on a line"),
        ([0.0, 0.5, 1.0, 1.5], UP, "a tenth of the way in four segments"),
        ([0.0, 9.0, 0.5, 8.0, 1.0, 9.5], UP, "up and down"),
        ([3.0, 3.0, 3.0], UP, "nothing moves"),
        ([1.0, 5.0, 9.0], {}, "no limit says what is bad"),
    ],
)
def test_what_does_not_drift(values, limits, why):
    line = trend(values, limits)

    assert (line.drifts, line.message) == (False, ""), why


def scored(segment, score=0.9, verdict=Verdict.PASS, **values):
    checks = tuple(
        CheckResult(name=name, check="x", value=value, verdict=verdict, **UP)
        for name, value in values.items()
    )
    ids = {"run_id": new_id(), "segment": segment, "render_id": new_id()}
    return QAScored(**ids, score=score, verdict=verdict, checks=checks)


def test_a_scene_is_read_in_order_with_what_drifts_first():
    chain = {
        3: scored(3, verdict=Verdict.WARN, still=1.0, colour=8.0),
        1: scored(1, still=1.0, colour=0.0),
        2: scored(2, still=1.0, colour=4.0),
    }

    scene = read_scene(7, chain)

    assert [one.index for one in scene.segments] == [1, 2, 3]
    assert [each.name for each in scene.segments[2].flagged] == ["still", "colour"]
    assert [each.measure for each in scene.trends] == ["colour", "still"]
    assert scene.drifting == ["colour"]


def test_what_was_not_measured_is_no_point():
    missing = scored(2, colour=None)

    scene = read_scene(7, {1: scored(1, colour=0.0), 2: missing, 3: scored(3, colour=8.0)})

    (line,) = scene.trends
    assert [point.segment for point in line.points] == [1, 3]
    assert not line.drifts  # two points


def test_a_scene_without_scores_is_empty():
    assert read_scene(7, {}).segments == []
