"""Measurements, limits, and how they become one score and one verdict. Standard library only.

Owns the algebra: a measurement carries everything needed to judge it (weight, limits, cap), so a
stored one can be judged again under other limits without touching the clip. Must never decode
video, read a file or know where limits come from.

The score of a clip (design notes, "Automatic QA"):

1. Every measure gets a sub-score from its limits: 1 up to half-way from the ideal to the warn
   limit, 0.8 at warn, 0.4 at fail, 0 at twice the distance of fail; linear in between.
2. A check counts as its worst measure.
3. The clip is the weighted geometric mean of its checks, none of which counts for less than 0.01
   (or one zero would hide all else), rounded to 4 digits,
4. capped by its worst verdict, so that a failure cannot be averaged away: 0.84 for any warning,
   0.49 for a failed check, 0.25 for a failed gate, 0 for a clip that cannot be read.
"""

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

WARN_CAP = 0.84
FAIL_CAP = 0.49
GATE_CAP = 0.25
UNREADABLE_CAP = 0.0

_AT_WARN = 0.8
_AT_FAIL = 0.4
_FLOOR = 0.01


Region = tuple[float, float, float, float]
"""A part of a picture: left, top, width, height as shares of the whole, 0..1."""


class Verdict(StrEnum):
    """What a measure, a check or a clip comes to."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    NOT_MEASURED = "not_measured"


_SEVERITY = {Verdict.NOT_MEASURED: 0, Verdict.PASS: 1, Verdict.WARN: 2, Verdict.FAIL: 3}


@dataclass(frozen=True)
class Limits:
    """How far a value may move from its ideal, in the measure's own unit.

    ``warn`` and ``fail`` lie on the same side of ``ideal``; which side says whether large or small
    values are bad. A value *at* a limit is still inside it.

    Raises:
        ValueError: the limits are not numbers in the order ideal, warn, fail.
    """

    ideal: float
    warn: float
    fail: float

    def __post_init__(self) -> None:
        finite = all(math.isfinite(limit) for limit in (self.ideal, self.warn, self.fail))
        if not finite or not (0 <= self._distance(self.warn) <= self._distance(self.fail)):
            raise ValueError(
                f"limits ideal={self.ideal}, warn={self.warn}, fail={self.fail} are not in order; "
                "warn must lie between ideal and fail"
            )

    def _distance(self, value: float) -> float:
        """How far ``value`` lies from the ideal in the bad direction; negative on the good side."""
        return value - self.ideal if self.fail >= self.ideal else self.ideal - value

    def verdict(self, value: float) -> Verdict:
        """Pass, warn or fail."""
        distance = self._distance(value)
        if distance > self._distance(self.fail):
            return Verdict.FAIL
        if distance > self._distance(self.warn):
            return Verdict.WARN
        return Verdict.PASS

    def sub_score(self, value: float) -> float:
        """1 (ideal) to 0 (twice the distance of fail), linear between the knots."""
        distance = self._distance(value)
        warn, fail = self._distance(self.warn), self._distance(self.fail)
        knots = ((warn / 2, 1.0), (warn, _AT_WARN), (fail, _AT_FAIL), (2 * fail, 0.0))
        if distance <= knots[0][0]:
            return 1.0
        for (near, high), (far, low) in itertools.pairwise(knots):
            if distance <= far:
                # A step of zero width (warn = ideal, or warn = fail) is never divided by: a
                # distance beyond `near` and within `far` proves far > near.
                share = (distance - near) / (far - near)
                # Rounded, so that the last bit never makes a worse value the better one.
                return round(high * (1 - share) + low * share, 12)
        return 0.0


@dataclass(frozen=True, kw_only=True)
class LimitOverride:
    """A scene type's own limits for one measure; None keeps the default."""

    warn: float | None = None
    fail: float | None = None


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One number about a clip, with everything needed to judge it now or again later."""

    #: Unique; the name people see and override limits by, e.g. ``sharpness_vs_seed``.
    name: str
    #: The check it belongs to, e.g. ``sharpness``.
    check: str
    unit: str
    #: None: it could not be measured, and `note` says why.
    value: float | None
    limits: Limits
    #: Weight of the check in the mean.
    weight: float = 1.0
    #: The highest score a clip can have when this measure fails.
    fail_cap: float = FAIL_CAP
    #: The frame (from 0) that decided the value, where one did.
    frame: int | None = None
    #: One sentence: what was seen, or why nothing could be measured.
    note: str = ""
    #: Where in that frame, when it is not all of it.
    region: Region | None = None

    @property
    def verdict(self) -> Verdict:
        """What the limits say of the value."""
        return Verdict.NOT_MEASURED if self.value is None else self.limits.verdict(self.value)

    @property
    def sub_score(self) -> float | None:
        """The value as 0..1; None when it was not measured."""
        return None if self.value is None else self.limits.sub_score(self.value)

    def to_json(self) -> dict[str, Any]:
        """Plain values; floats survive JSON exactly."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`. Keys it does not know (a newer writer's) are left out."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        if known.get("region") is not None:
            known["region"] = tuple(known["region"])
        return cls(**(known | {"limits": Limits(**stored["limits"])}))


def unreadable(reason: str | None) -> Measurement:
    """The one measurement every clip has: whether it can be read at all (None: yes)."""
    return Measurement(
        name="unreadable",
        check="unreadable",
        unit="count",
        value=0.0 if reason is None else 1.0,
        limits=Limits(ideal=0, warn=0, fail=0),
        weight=3.0,
        fail_cap=UNREADABLE_CAP,
        note=reason or "",
    )


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
    verdict = max((check.verdict for check in judged), key=_SEVERITY.__getitem__)
    score = min(_weighted_geometric_mean(judged), _cap(judged))
    return ClipScore(score=round(score, 4), verdict=verdict, checks=checks)


def with_limits(
    measurements: Iterable[Measurement], overrides: Mapping[str, LimitOverride]
) -> tuple[Measurement, ...]:
    """The same measurements under a scene type's own limits, by measurement name.

    Limits that make no sense for a measure are not applied, and its note says so: a typing error
    in a scene type must not stop its clips from being scored.
    """
    return tuple(
        _with_limits(each, overrides[each.name]) if each.name in overrides else each
        for each in measurements
    )


def _with_limits(measurement: Measurement, override: LimitOverride) -> Measurement:
    default = measurement.limits
    try:
        limits = Limits(
            ideal=default.ideal,
            warn=default.warn if override.warn is None else override.warn,
            fail=default.fail if override.fail is None else override.fail,
        )
    except ValueError as error:
        note = f"{measurement.note} The scene type's {error}; the default limits hold.".strip()
        return replace(measurement, note=note)
    return replace(measurement, limits=limits)


def _by_check(measurements: Iterable[Measurement]) -> tuple[CheckResult, ...]:
    groups: dict[str, list[Measurement]] = {}
    for each in measurements:
        groups.setdefault(each.check, []).append(each)
    return tuple(_check_result(name, tuple(group)) for name, group in groups.items())


def _check_result(name: str, group: tuple[Measurement, ...]) -> CheckResult:
    worst = max(group, key=lambda each: (_SEVERITY[each.verdict], -(each.sub_score or 0.0)))
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
    caps = [1.0]
    for check in checks:
        caps += [WARN_CAP for each in check.measurements if each.verdict is Verdict.WARN]
        caps += [each.fail_cap for each in check.measurements if each.verdict is Verdict.FAIL]
    return min(caps)
