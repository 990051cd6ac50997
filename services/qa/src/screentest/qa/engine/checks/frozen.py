"""Frozen: the picture stands still.

value = longest run of still steps, as a share of all steps, 0..1. A step is still when the 1/4-size
luma differs by less than 0.08 levels in the mean and by less than 0.4 levels in every cell of a
16x16 grid: lips that move in an otherwise quiet picture are motion. Re-encoding a still gives less
than that. The first and the last frame of the run must be the same, too (0.5 levels, 2 in a cell):
a very slow push-in has come somewhere by then. Re-encoding changes a still a little everywhere;
what changes one cell by 0.5 levels or more, and by 12 times as much as the picture, is something
that moves, like breath before an empty wall. A key frame renews a still without moving it: a
step of less than 2 levels (4 in a cell) with two still ones on either side does not end a run.
"""

import cv2
import numpy as np

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts, StepFacts

_STILL_BELOW = 0.08
_STILL_PEAK_BELOW = 0.4
_RENEWAL_BELOW = 2.0
_RENEWAL_PEAK_BELOW = 4.0
_SAME_BELOW = 0.5
_SAME_PEAK_BELOW = 2.0
_LOCAL_PEAK = 0.5
_LOCAL_SHARE = 12.0


def _longest_still_run(facts: ClipFacts) -> Reading:
    steps = facts.steps
    if not steps:
        return Reading(None, note="a clip of one frame has no motion to measure")
    still = [_is_still(step) for step in steps]
    longest = start = length = 0
    renewed: list[StepFacts] = []
    for index, step in enumerate(steps):
        is_renewal = _is_renewal(steps, still, index)
        renewed = [*renewed, step] if is_renewal else renewed
        length = length + 1 if still[index] or is_renewal else 0
        if length and not _is_same(facts, index + 1 - length, index + 1, renewed):
            length = 1
        if length <= 1:
            renewed = []
        if length > longest:
            longest, start = length, index + 1 - length
    if not longest:
        return Reading(0.0)
    note = f"the picture stands still from frame {start} to {start + longest}"
    return Reading(longest / len(steps), start, note)


def _is_still(step: StepFacts) -> bool:
    return step.difference < _STILL_BELOW and step.peak_difference < _STILL_PEAK_BELOW


def _is_same(facts: ClipFacts, start: int, end: int, renewed: list[StepFacts]) -> bool:
    """Whether nothing has come about in the whole run; a very slow motion has."""
    gap = cv2.absdiff(facts.frames[start].small, facts.frames[end].small)
    cells = cv2.resize(gap.astype(np.float32), (16, 16), interpolation=cv2.INTER_AREA)
    mean_allowed = _SAME_BELOW + sum(each.difference for each in renewed)
    peak_allowed = _SAME_PEAK_BELOW + sum(each.peak_difference for each in renewed)
    mean, peak = float(gap.mean()), float(cells.max())
    is_local = peak >= max(_LOCAL_PEAK, _LOCAL_SHARE * mean)
    return mean < mean_allowed and peak < peak_allowed and not is_local


def _is_renewal(steps: list[StepFacts], still: list[bool], index: int) -> bool:
    around = still[max(0, index - 2) : index] + still[index + 1 : index + 3]
    if len(around) < 4 or not all(around):  # noqa: PLR2004 - two on either side
        return False
    step = steps[index]
    return step.difference < _RENEWAL_BELOW and step.peak_difference < _RENEWAL_PEAK_BELOW


FROZEN = Check(
    name="frozen",
    weight=2.0,
    measures=(
        Measure(
            name="frozen",
            unit="share of steps",
            limits=Limits(ideal=0, warn=0.23, fail=0.45),
            read=_longest_still_run,
        ),
    ),
)
