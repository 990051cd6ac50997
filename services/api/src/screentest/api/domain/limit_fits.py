"""Limits of a measure, and how well they find the shots that people rejected. Pure."""

from dataclasses import dataclass
from itertools import pairwise

from pydantic import Field

from screentest.common.events import CheckResult, Limits
from screentest.common.recipes import Frozen


class Fit(Frozen):
    """How well a limit finds the rejected shots among the labelled ones."""

    precision: float | None = Field(description="Null: it finds none at all.")
    recall: float | None = Field(description="Null: no shot is rejected.")
    f1: float | None
    caught: int = Field(description="Rejected shots beyond the limit.")
    wronged: int = Field(description="Approved shots beyond the limit.")


class LimitsFit(Frozen):
    """A pair of limits and how well each does."""

    warn: float | None
    fail: float | None
    failed: Fit = Field(description="Beyond the fail limit.")
    flagged: Fit = Field(description="Beyond the warn limit.")


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A measure's limits of today, and which way is bad."""

    result: CheckResult
    warn: float | None
    fail: float | None

    @property
    def sign(self) -> int:
        """1 where larger is worse, else -1."""
        if self.result.ideal is not None and self.fail is not None:
            return 1 if self.fail >= self.result.ideal else -1
        return (
            -1 if self.warn is not None and self.fail is not None and self.warn > self.fail else 1
        )

    def problem_of(self, limits: Limits) -> str | None:
        """Why a pair of limits makes no sense for the measure; None where it does."""
        warn = self.warn if limits.warn is None else limits.warn
        fail = self.fail if limits.fail is None else limits.fail
        order = [each for each in (self.result.ideal, warn, fail) if each is not None]
        if all(self.sign * (two - one) >= 0 for one, two in pairwise(order)):
            return None
        ideal = "" if self.result.ideal is None else f"its ideal ({self.result.ideal:g}), then "
        return (
            f"warn={warn} and fail={fail} are not in order: {ideal}warn, then fail, "
            f"each {'larger' if self.sign > 0 else 'smaller'} than the one before"
        )


@dataclass(frozen=True, kw_only=True)
class Values:
    """How bad labelled shots are: values with the sign that makes larger worse."""

    approved: list[float]
    rejected: list[float]

    def beyond(self, limit: float | None) -> Fit:
        """How well ``limit``, with the same sign, finds the rejected; None finds nothing."""
        if limit is None:
            return fit_of(0, 0, len(self.rejected))
        return fit_of(
            sum(value > limit for value in self.rejected),
            sum(value > limit for value in self.approved),
            len(self.rejected),
        )


def limits_fit(scale: Scale, values: Values, warn: float | None, fail: float | None) -> LimitsFit:
    """How well two limits do."""
    return LimitsFit(
        warn=warn,
        fail=fail,
        failed=values.beyond(None if fail is None else scale.sign * fail),
        flagged=values.beyond(None if warn is None else scale.sign * warn),
    )


def fit_of(caught: int, wronged: int, rejected: int) -> Fit:
    """Of so many rejected shots, and any number of approved ones."""
    precision = caught / (caught + wronged) if caught + wronged else None
    recall = caught / rejected if rejected else None
    f1 = 2 * caught / (caught + wronged + rejected) if caught + wronged + rejected else None
    return Fit(precision=precision, recall=recall, f1=f1, caught=caught, wronged=wronged)
