"""Limits learned from what people approved and rejected. Pure; every number comes from a shot.

For each measure with at least five labelled shots of both kinds:

- fail: the best F1 of all limits that fail no approved shot. That is half-way between the worst
  approved value and the next rejected one beyond it; where none is beyond it, the limit is only
  moved if it fails an approved shot now, and then to the worst approved value.
- warn: the best F1 of all limits up to fail that leave at least half of the approved shots alone,
  and flag a larger share of the rejected than of the approved; else it stays.

A shot may have been rejected for what a measure cannot see, so a low recall is no fault. With fewer
labels, or where nothing gets better, nothing is proposed, and `reason` says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pydantic import Field

from screentest.api.domain.limit_fits import Fit, LimitsFit, Scale, Values, fit_of, limits_fit
from screentest.api.domain.qa_reports import check_of
from screentest.common.events import CheckResult, Limits, QAScored
from screentest.common.recipes import Frozen

FEWEST_LABELS = 5
_MOST_FLAGGED_APPROVED = 0.5


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A scored test shot that somebody approved or rejected."""

    is_approved: bool
    scored: QAScored


class MeasureCalibration(Frozen):
    """What the labels say of one measure."""

    measure: str
    check: str
    unit: str
    approved: int = Field(description="Approved shots it was measured of.")
    rejected: int
    present: LimitsFit
    proposed: LimitsFit | None = Field(description="Null: nothing is proposed, for `reason`.")
    reason: str


class Calibration(Frozen):
    """Limits proposed for a scene type, and the labels they come from."""

    scene_type_id: int
    approved: int = Field(description="Scored test shots of the type that were approved.")
    rejected: int
    present: Fit = Field(description="Shots that any measure fails now.")
    proposed: Fit = Field(description="Shots that any measure would fail.")
    limits: dict[str, Limits] = Field(
        description="The proposals alone, in the form that POST takes; empty: none."
    )
    measures: list[MeasureCalibration] = Field(description="Those with a proposal first.")


def scales_of(labelled: Sequence[Labelled], own: Mapping[str, Limits]) -> dict[str, Scale]:
    """Measures and their limits of today: as the newest shot was judged, under the type's ``own``.

    ``labelled`` has the newest shot first.
    """
    newest: dict[str, CheckResult] = {}
    for one in labelled:
        for each in one.scored.checks:
            newest.setdefault(each.name, each)
    scales = {}
    for name, result in newest.items():
        over = own.get(name, Limits())
        scales[name] = Scale(
            result=result,
            warn=result.warn if over.warn is None else over.warn,
            fail=result.fail if over.fail is None else over.fail,
        )
    return scales


def calibrate(
    scene_type_id: int, labelled: Sequence[Labelled], own: Mapping[str, Limits]
) -> Calibration:
    """Learn limits from labelled shots, the newest first."""
    scales = scales_of(labelled, own)
    measures = [_measure(scale, _values(scale, labelled)) for scale in scales.values()]
    limits = {
        each.measure: Limits(warn=each.proposed.warn, fail=each.proposed.fail)
        for each in measures
        if each.proposed is not None
    }
    changed = {
        name: replace(scale, warn=limits[name].warn, fail=limits[name].fail)
        if name in limits
        else scale
        for name, scale in scales.items()
    }
    return Calibration(
        scene_type_id=scene_type_id,
        approved=sum(one.is_approved for one in labelled),
        rejected=sum(not one.is_approved for one in labelled),
        present=_overall(labelled, scales),
        proposed=_overall(labelled, changed),
        limits=limits,
        measures=sorted(measures, key=lambda each: each.proposed is None),
    )


def _measure(scale: Scale, values: Values) -> MeasureCalibration:
    present = limits_fit(scale, values, scale.warn, scale.fail)
    proposed, reason = _propose(scale, values, present)
    return MeasureCalibration(
        measure=scale.result.name,
        check=check_of(scale.result),
        unit=scale.result.unit,
        approved=len(values.approved),
        rejected=len(values.rejected),
        present=present,
        proposed=proposed,
        reason=reason,
    )


def _propose(scale: Scale, values: Values, present: LimitsFit) -> tuple[LimitsFit | None, str]:
    few = min(len(values.approved), len(values.rejected))
    if few < FEWEST_LABELS:
        return None, (
            f"Too few labels: it takes {FEWEST_LABELS} approved and {FEWEST_LABELS} rejected "
            f"shots, and there are {len(values.approved)} and {len(values.rejected)}."
        )
    fail = _fail_limit(scale, values)
    if fail is None:
        return None, "The measure has no fail limit to begin with."
    warn = _warn_limit(scale, values, fail)
    found = limits_fit(scale, values, scale.sign * warn, scale.sign * fail)
    if not _is_better(found, present):
        return None, "No other limits tell approved from rejected shots better than the present."
    return found, (
        f"Fails {found.failed.caught} of {len(values.rejected)} rejected shots and no approved "
        f"one; now it fails {present.failed.caught} and {present.failed.wronged}."
    )


def _fail_limit(scale: Scale, values: Values) -> float | None:
    worst = max(values.approved)
    beyond = [value for value in values.rejected if value > worst]
    if beyond:
        limit: float | None = _between(worst, min(beyond))
    elif scale.fail is None:
        limit = None
    else:
        limit = max(worst, scale.sign * scale.fail)
    if limit is None or scale.result.ideal is None:
        return limit
    return max(limit, scale.sign * scale.result.ideal)


def _warn_limit(scale: Scale, values: Values, fail: float) -> float:
    """The warn limit, no worse than ``fail`` and no better than the ideal."""
    best, best_f1 = None, 0.0
    for one, two in pairwise(sorted({*values.approved, *values.rejected})):
        limit = _between(one, two)
        fit = values.beyond(limit)
        wronged, recall = fit.wronged / len(values.approved), fit.recall or 0.0
        if limit > fail or wronged > _MOST_FLAGGED_APPROVED or recall <= wronged:
            continue
        if fit.f1 is not None and fit.f1 >= best_f1:  # of equals the one that flags least
            best, best_f1 = limit, fit.f1
    if best is None:
        best = fail if scale.warn is None else scale.sign * scale.warn
    if scale.result.ideal is not None:
        best = max(best, scale.sign * scale.result.ideal)
    return min(best, fail)


def _is_better(found: LimitsFit, present: LimitsFit) -> bool:
    """Fewer approved shots fail, or as few and more rejected ones do, or warnings tell more."""

    def rank(fit: LimitsFit) -> tuple[float, ...]:
        return (-fit.failed.wronged, fit.failed.caught, fit.flagged.f1 or 0.0)

    return rank(found) > rank(present)


def _between(one: float, two: float) -> float:
    """A short number between two, where there is one."""
    middle = (one + two) / 2
    for digits in range(2, 16):
        short = float(f"{middle:.{digits}g}")
        if one < short < two:
            return short
    return middle


def _values(scale: Scale, labelled: Sequence[Labelled]) -> Values:
    approved: list[float] = []
    rejected: list[float] = []
    for one in labelled:
        for each in one.scored.checks:
            if each.name == scale.result.name and each.value is not None:
                (approved if one.is_approved else rejected).append(scale.sign * each.value)
    return Values(approved=approved, rejected=rejected)


def _overall(labelled: Sequence[Labelled], scales: Mapping[str, Scale]) -> Fit:
    """How well "any measure fails" finds the rejected."""

    def fails(one: Labelled) -> bool:
        return any(
            each.value is not None
            and (scale := scales[each.name]).fail is not None
            and scale.sign * each.value > scale.sign * scale.fail
            for each in one.scored.checks
        )

    rejected = [one for one in labelled if not one.is_approved]
    return fit_of(
        sum(fails(one) for one in rejected),
        sum(fails(one) for one in labelled if one.is_approved),
        len(rejected),
    )
