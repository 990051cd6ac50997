"""How far a value may move from its ideal, and what it is worth on the way."""

import itertools
import math
from dataclasses import dataclass

from screentest.qa.domain.verdict import Verdict

_AT_WARN = 0.8
_AT_FAIL = 0.4


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
