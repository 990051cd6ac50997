"""One number about a clip. It carries everything needed to judge it: weight, limits, cap.

So a stored one can be judged again under other limits without touching the clip.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from screentest.qa.domain.limits import LimitOverride, Limits
from screentest.qa.domain.verdict import Verdict

FAIL_CAP = 0.49
GATE_CAP = 0.25
UNREADABLE_CAP = 0.0


Region = tuple[float, float, float, float]
"""A part of a picture: left, top, width, height as shares of the whole, 0..1."""


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
