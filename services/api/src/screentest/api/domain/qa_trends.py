"""Where a chain drifts: each measure of its segments as a line. Pure.

A measure drifts when all of this holds, for at least three measured segments:

- the line of least squares through its values leads to the bad side;
- the line is what happens rather than an accident: it explains at least half of their variance;
- along the chain it uses up at least half of what the line's first value has left up to the fail
  limit. A chain twice as long would fail.
"""

import statistics
from collections.abc import Mapping

from pydantic import Field

from screentest.api.domain.qa_reports import MeasureReport, check_of, deciding, read_measure
from screentest.common.events import CheckResult, QAScored, Verdict
from screentest.common.recipes import Frozen

_FEWEST_SEGMENTS = 3
_EXPLAINED = 0.5
_USED_UP = 0.5


class TrendPoint(Frozen):
    """What was measured of one segment."""

    segment: int
    value: float


class MeasureTrend(Frozen):
    """One measure over a chain."""

    measure: str
    check: str
    unit: str
    warn: float | None
    fail: float | None
    first: float
    last: float
    slope: float = Field(description="In the measure's unit a segment, by least squares.")
    drifts: bool = Field(
        description="It goes the bad way steadily, and has used up at least half of what it had "
        "left up to its fail limit."
    )
    message: str = Field(description="One sentence when it drifts, else empty.")
    points: list[TrendPoint]


class SegmentQA(Frozen):
    """What QA says of one segment."""

    index: int
    score: float
    verdict: Verdict
    rescored: bool
    decided_by: list[str]
    flagged: list[MeasureReport] = Field(description="Measures that warned or failed.")


class SceneQA(Frozen):
    """What QA says of a scene's chain."""

    scene_id: int
    segments: list[SegmentQA] = Field(description="Those that are scored, in order.")
    trends: list[MeasureTrend] = Field(
        description="Measures of at least two segments; those that drift first."
    )
    drifting: list[str] = Field(description="Names of the measures that drift.")


def read_scene(scene_id: int, scored: Mapping[int, QAScored]) -> SceneQA:
    """What QA says of the scored segments of a scene, by index."""
    ordered = dict(sorted(scored.items()))
    trends = sorted(_trends(ordered), key=lambda each: not each.drifts)
    return SceneQA(
        scene_id=scene_id,
        segments=[_segment(index, one) for index, one in ordered.items()],
        trends=trends,
        drifting=[each.measure for each in trends if each.drifts],
    )


def _segment(index: int, scored: QAScored) -> SegmentQA:
    decided_by = deciding(scored)
    flagged = (each for each in scored.checks if each.verdict in (Verdict.WARN, Verdict.FAIL))
    return SegmentQA(
        index=index,
        score=scored.score,
        verdict=scored.verdict,
        rescored=scored.rescored,
        decided_by=decided_by,
        flagged=[read_measure(each, decided_by) for each in flagged],
    )


def _trends(scored: Mapping[int, QAScored]) -> list[MeasureTrend]:
    results: dict[str, CheckResult] = {}
    points: dict[str, list[TrendPoint]] = {}
    for index, one in scored.items():
        for each in one.checks:
            if each.value is not None:
                results[each.name] = each  # the limits of today are those of the newest
                point = TrendPoint(segment=index, value=each.value)
                points.setdefault(each.name, []).append(point)
    return [trend_of(results[name], found) for name, found in points.items() if len(found) > 1]


def trend_of(result: CheckResult, points: list[TrendPoint]) -> MeasureTrend:
    """The line through at least two points, in the order of their segments."""
    segments = [float(point.segment) for point in points]
    values = [point.value for point in points]
    slope, start = statistics.linear_regression(segments, values)
    first, last = start + slope * segments[0], start + slope * segments[-1]
    drifts = (
        len(points) >= _FEWEST_SEGMENTS
        and _explained(values, segments) >= _EXPLAINED
        and _uses_up(result, first, last)
    )
    return MeasureTrend(
        measure=result.name,
        check=check_of(result),
        unit=result.unit,
        warn=result.warn,
        fail=result.fail,
        first=values[0],
        last=values[-1],
        slope=slope,
        drifts=drifts,
        message=f"{result.name} goes from {values[0]:.3g} to {values[-1]:.3g} over segments "
        f"{points[0].segment} to {points[-1].segment}, and fails at {result.fail:.3g}."
        if drifts
        else "",
        points=points,
    )


def _explained(values: list[float], segments: list[float]) -> float:
    """Share of the variance that the line explains, 0..1; 0 where nothing varies."""
    if len(set(values)) == 1:
        return 0.0
    return statistics.correlation(values, segments) ** 2


def _uses_up(result: CheckResult, first: float, last: float) -> bool:
    """Whether the way from ``first`` to ``last`` is a large part of the way to the fail limit."""
    if result.fail is None:
        return False
    # The larger of two limits is worse unless warn > fail.
    sign = -1 if result.warn is not None and result.warn > result.fail else 1
    went = sign * (last - first)
    left = sign * (result.fail - first)
    return went > 0 and went >= _USED_UP * left
