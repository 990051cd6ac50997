"""The one interface of all checks."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from screentest.qa.domain import FAIL_CAP, Limits, Measurement, Region
from screentest.qa.engine.facts import ClipFacts

_SIGNIFICANT_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """What a measure saw in a clip."""

    #: None: not measurable, and `note` says why.
    value: float | None
    #: The frame (from 0) that decided the value, where one did.
    frame: int | None = None
    #: One sentence with the numbers a person needs to find the spot.
    note: str = ""
    #: Where in that frame: left, top, width, height as shares of the picture.
    region: Region | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number a check looks at."""

    #: Unique among all checks; scene types override limits by it.
    name: str
    unit: str
    #: Default limits.
    limits: Limits
    read: Callable[[ClipFacts], Reading]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One kind of defect, found by one or more measures; the worst of them speaks for it."""

    name: str
    measures: tuple[Measure, ...]
    #: Weight in the clip's mean.
    weight: float = 1.0
    #: The highest score a clip can have that fails this check.
    fail_cap: float = FAIL_CAP

    def run(self, facts: ClipFacts) -> Iterator[Measurement]:
        """Measure ``facts`` with every measure of the check."""
        for measure in self.measures:
            reading = measure.read(facts)
            yield self._measurement(measure, reading)

    def broken(self, reason: str) -> Iterator[Measurement]:
        """The measurements of a check that could not run on a clip."""
        for measure in self.measures:
            yield self._measurement(measure, Reading(None, note=f"the check broke: {reason}"))

    def _measurement(self, measure: Measure, reading: Reading) -> Measurement:
        return Measurement(
            name=measure.name,
            check=self.name,
            unit=measure.unit,
            value=_rounded(reading.value),
            limits=measure.limits,
            weight=self.weight,
            fail_cap=self.fail_cap,
            frame=reading.frame,
            note=reading.note,
            region=reading.region,
        )


def _rounded(value: float | None) -> float | None:
    """6 significant digits: more would be noise, and could differ from CPU to CPU."""
    if value is None:
        return None
    if not math.isfinite(value):
        raise ValueError(f"a measure came to {value}, which is no number to judge by")
    return float(f"{value:.{_SIGNIFICANT_DIGITS}g}")
