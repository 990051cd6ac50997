"""Flicker: brightness pumps from frame to frame.

b[i] is the change of brightness at step i that motion does not explain, levels.

- flicker_global: RMS of (b[i] - b[i+1]) / 2 of the whole picture, levels.
- flicker_local: the same in each cell of an 8x8 grid, 90th percentile of the cells.
- flicker_jump: largest |b[i]| of a single step that lasts: a pop, or two halves that do not match.
  At most the way of the mean luma from the brighter of the twelve frames before to the darker of
  the twelve after (quartiles; the other way round where it gets darker), so lightning is none. What
  a camera that tilts changes in each of these steps (their median) does not count. A lamp that is
  switched on is a jump, so it only warns.

The two fifths of the steps that change most do not count for the first two: a cut is no flicker,
and two lightnings are none. A light that fades gives b of one sign, and next to nothing.

Source: the second difference is that of Vlachos, "Flicker correction for archived film sequences"
(2004), here along the motion.
"""

import numpy as np
from numpy.typing import NDArray

from screentest.qa.domain import Limits, Region
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts
from screentest.qa.engine.motion import CELLS
from screentest.qa.engine.picture import quantile
from screentest.qa.engine.region import strongest_region

_LEFT_OUT = 0.4
_AROUND = 12
_ENOUGH_STEPS = 5
_NEVER = 1000.0


def _global(facts: ClipFacts) -> Reading:
    if len(facts.steps) < _ENOUGH_STEPS:
        return _too_short(facts)
    pumping = _pumping(np.array([each.brightness for each in facts.steps]))
    value, frame = float(_trimmed_rms(pumping)), int(np.abs(pumping).argmax()) + 1
    return Reading(value, frame, f"the brightness flickers by {value:.1f} levels")


def _local(facts: ClipFacts) -> Reading:
    if len(facts.steps) < _ENOUGH_STEPS:
        return _too_short(facts)
    pumping = _pumping(np.stack([each.cells for each in facts.steps]).astype(np.float64))
    cells = _trimmed_rms(pumping)
    value = float(np.quantile(cells, 0.9))
    row, column = (int(each) for each in np.unravel_index(int(cells.argmax()), cells.shape))
    frame = int(np.abs(pumping[:, row, column]).argmax()) + 1
    region: Region = (column / CELLS, row / CELLS, 1 / CELLS, 1 / CELLS)
    note = f"parts of the picture flicker by {value:.1f} levels"
    return Reading(value, frame, note, region)


def _jump(facts: ClipFacts) -> Reading:
    if not facts.steps:
        return _too_short(facts)
    changes = [each.brightness for each in facts.steps]
    means = np.array([each.mean for each in facts.frames])
    value, frame = 0.0, 1
    for index in sorted(range(len(changes)), key=lambda each: -abs(changes[each])):
        change = changes[index]
        if abs(change) <= value:
            break
        jump = min(abs(change), _lasting(means * np.sign(change), index))
        if jump > value:
            value, frame = jump, index + 1
    region = strongest_region(np.abs(facts.steps[frame - 1].cells))
    note = f"the brightness jumps by {value:.1f} levels at frame {frame}"
    return Reading(value, frame, note, region)


def _lasting(levels: NDArray[np.float64], index: int) -> float:
    """By how much the frames after step ``index`` stay above those before it, 0 if they do not."""
    start = max(0, index + 1 - _AROUND)
    around = levels[start : index + 1 + _AROUND]
    around = around - np.median(np.diff(around)) * np.arange(around.size)
    before, after = np.split(around, [index + 1 - start])
    return max(0.0, quantile(after, 0.25) - quantile(before, 0.75))


def _too_short(facts: ClipFacts) -> Reading:
    return Reading(None, note=f"{len(facts.frames)} frames are too few to tell flicker")


def _pumping(changes: NDArray[np.float64]) -> NDArray[np.float64]:
    return (changes[:-1] - changes[1:]) / 2


def _trimmed_rms(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over time, the first axis, without the two fifths that are largest."""
    squares = np.sort(values**2, axis=0)
    kept = max(1, int(squares.shape[0] * (1 - _LEFT_OUT)))
    return np.asarray(np.sqrt(squares[:kept].mean(axis=0)))


FLICKER = Check(
    name="flicker",
    weight=2.0,
    measures=(
        Measure(
            name="flicker_global",
            unit="levels",
            limits=Limits(ideal=0, warn=0.8, fail=2.5),
            read=_global,
        ),
        Measure(
            name="flicker_local",
            unit="levels",
            limits=Limits(ideal=0, warn=2.0, fail=4.0),
            read=_local,
        ),
        Measure(
            name="flicker_jump",
            unit="levels",
            limits=Limits(ideal=0, warn=6.0, fail=_NEVER),
            read=_jump,
        ),
    ),
)
