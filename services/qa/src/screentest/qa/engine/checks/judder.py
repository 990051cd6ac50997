"""Judder: single frames are repeated, so the motion stutters.

value = share of steps that differ by less than 0.15 of what is usual both before and after (the
smaller of the maxima of the four steps on either side), in the mean and in the cell that changes
most, while at least 0.5 levels are usual; 0..1. A slow moment of smooth motion is not that still,
and what only got brighter (lightning) is not usual. A run of more than four still steps is a matter
of `frozen`.

Every second frame repeated is a style of drawn animation, so that much only warns.
"""

import numpy as np
from numpy.typing import NDArray

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts

_AROUND = 4
_SHARE = 0.15
_USUAL_FROM = 0.5
_LONGEST_RUN = 4
_ENOUGH_STEPS = 8


def _repeated(facts: ClipFacts) -> Reading:
    if len(facts.steps) < _ENOUGH_STEPS:
        return Reading(None, note=f"{len(facts.frames)} frames are too few to tell a rhythm")
    peaks = np.array([each.peak_difference for each in facts.steps])
    # Of lightning over a quiet picture the steps between would seem to stand still.
    lit = np.array([abs(each.brightness) for each in facts.steps]) > facts.differences / 2
    repeated = _far_below_usual(facts.differences, lit, _USUAL_FROM)
    repeated &= _far_below_usual(peaks, lit, 0.0)
    found = [index for index, length in _runs(repeated) if length <= _LONGEST_RUN]
    if not found:
        return Reading(0.0)
    frame = found[0] + 1
    note = f"{len(found)} of {len(facts.frames)} frames repeat the one before, the first is {frame}"
    return Reading(len(found) / len(facts.steps), frame, note)


def _far_below_usual(
    values: NDArray[np.float64], lit: NDArray[np.bool_], usual_from: float
) -> NDArray[np.bool_]:
    by_motion = np.where(lit, 0.0, values)

    def highest(some: NDArray[np.float64]) -> float:
        return float(some.max()) if some.size else 0.0

    usual = np.array(
        [
            min(
                highest(by_motion[max(0, i - _AROUND) : i]),
                highest(by_motion[i + 1 : i + 1 + _AROUND]),
            )
            for i in range(values.size)
        ]
    )
    return np.asarray((values < _SHARE * usual) & (usual > usual_from))


def _runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Every marked index with the length of the run it belongs to."""
    found: list[tuple[int, int]] = []
    start = 0
    for index in range(marks.size + 1):
        if index < marks.size and marks[index]:
            continue
        found += [(each, index - start) for each in range(start, index)]
        start = index + 1
    return found


JUDDER = Check(
    name="judder",
    measures=(
        Measure(
            name="judder",
            unit="share of steps",
            limits=Limits(ideal=0, warn=0.14, fail=0.55),
            read=_repeated,
        ),
    ),
)
