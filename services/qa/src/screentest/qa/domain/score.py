"""What a clip is worth, and why.

The score of a clip (design notes, "Automatic QA"):

1. Every measure gets a sub-score from its limits: 1 up to half-way from the ideal to the warn
   limit, 0.8 at warn, 0.4 at fail, 0 at twice the distance of fail; linear in between.
2. A check counts as its worst measure.
3. The clip is the weighted geometric mean of its checks, none of which counts for less than 0.01
   (or one zero would hide all else), rounded to 4 digits,
4. capped by its worst verdict, so that a failure cannot be averaged away: 0.84 for any warning,
   0.49 for a failed check, 0.25 for a failed gate, 0 for a clip that cannot be read.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from screentest.qa.domain.measurement import Measurement
from screentest.qa.domain.verdict import SEVERITY, Verdict

WARN_CAP = 0.84
_FLOOR = 0.01


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """A check as a person sees it: its worst measure speaks for it."""

    name: str
    verdict: Verdict
    sub_score: float | None
    worst: Measurement
    measurements: tuple[Measurement, ...]

    @property
    def weight(self) -> float:
        """Weight of the check in the mean."""
        return self.worst.weight


@dataclass(frozen=True, kw_only=True)
class ClipScore:
    """What a clip is worth, and why."""

    #: 0..1, 4 digits.
    score: float
    verdict: Verdict
    checks: tuple[CheckResult, ...]
    #: Names of the measures that decided the score: those whose verdict capped it, else the one
    #: that pulled the mean down most; empty where nothing did.
    decided_by: tuple[str, ...] = ()

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """Every measurement, in the order of the checks."""
        return tuple(each for check in self.checks for each in check.measurements)


def judge(measurements: Iterable[Measurement]) -> ClipScore:
    """Score a clip from its measurements. Pure: equal measurements give the equal score.

    Raises:
        ValueError: there is nothing to judge, so any score would be made up.
    """
    checks = _by_check(measurements)
    judged = [check for check in checks if check.sub_score is not None]
    if not judged:
        raise ValueError("a clip without a single measured value cannot be scored")
    verdict = max((check.verdict for check in judged), key=SEVERITY.__getitem__)
    mean, cap = _weighted_geometric_mean(judged), _cap(judged)
    return ClipScore(
        score=round(min(mean, cap), 4),
        verdict=verdict,
        checks=checks,
        decided_by=_capping(judged, cap) if cap <= mean else _lowest(judged),
    )


def _by_check(measurements: Iterable[Measurement]) -> tuple[CheckResult, ...]:
    groups: dict[str, list[Measurement]] = {}
    for each in measurements:
        groups.setdefault(each.check, []).append(each)
    return tuple(_check_result(name, tuple(group)) for name, group in groups.items())


def _check_result(name: str, group: tuple[Measurement, ...]) -> CheckResult:
    worst = max(group, key=lambda each: (SEVERITY[each.verdict], -(each.sub_score or 0.0)))
    subs = [each.sub_score for each in group if each.sub_score is not None]
    return CheckResult(
        name=name,
        verdict=worst.verdict,
        sub_score=min(subs, default=None),
        worst=worst,
        measurements=group,
    )


def _weighted_geometric_mean(checks: list[CheckResult]) -> float:
    total = math.fsum(check.weight for check in checks)
    return math.prod(
        math.pow(max(check.sub_score or 0.0, _FLOOR), check.weight / total) for check in checks
    )


def _cap(checks: list[CheckResult]) -> float:
    return min((_cap_of(each) for check in checks for each in check.measurements), default=1.0)


def _cap_of(measurement: Measurement) -> float:
    """The highest score a clip can have with this measurement."""
    if measurement.verdict is Verdict.FAIL:
        return measurement.fail_cap
    return WARN_CAP if measurement.verdict is Verdict.WARN else 1.0


def _capping(checks: list[CheckResult], cap: float) -> tuple[str, ...]:
    """The measures that allow no score above ``cap``."""
    found = (each for check in checks for each in check.measurements)
    return tuple(each.name for each in found if _cap_of(each) <= cap < 1)


def _lowest(checks: list[CheckResult]) -> tuple[str, ...]:
    """The measure of the check that pulls the weighted mean down most."""
    most = min(checks, key=lambda each: each.weight * math.log(max(each.sub_score or 0, _FLOOR)))
    measured = [each for each in most.measurements if each.sub_score is not None]
    return (min(measured, key=lambda each: each.sub_score or 0).name,)
