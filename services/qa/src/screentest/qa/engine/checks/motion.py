"""Motion: there is none, or so much that nothing can be seen.

- motion_amount: change over time (largest - smallest of the sampled frames) of the luma of a cell
  of about 16x16 pixels, levels; the 99.5th percentile of the cells. Grain on a still picture gives
  less than 1.5, a slow push-in 8, lips that move give 5 and more.
- motion_speed: mean over the steps of the 75th percentile of the optical flow, % of the width per
  frame.

A quiet shot and a whip pan are both somebody's intention, so both only warn.
"""

import statistics

import numpy as np

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts

_QUANTILE = 0.995
_NEVER_ABOVE = 100.0
_ENOUGH_SAMPLES = 3


def _amount(facts: ClipFacts) -> Reading:
    lumas = np.stack([each.grid.luma for _, each in facts.samples])
    if len(lumas) < _ENOUGH_SAMPLES:
        return Reading(None, note=f"{len(facts.frames)} frames are too few to tell motion")
    value = float(np.quantile(lumas.max(axis=0) - lumas.min(axis=0), _QUANTILE))
    note = f"the liveliest part of the picture changes by {value:.1f} levels in the whole clip"
    return Reading(value, facts.samples[-1][0], note)


def _speed(facts: ClipFacts) -> Reading:
    speeds = [each.speed for each in facts.steps]
    if not speeds:
        return Reading(None, note="a clip of one frame has no motion to measure")
    value = 100 * statistics.fmean(speeds)
    note = f"most of the picture moves by {value:.2f} % of its width per frame"
    return Reading(value, speeds.index(max(speeds)) + 1, note)


MOTION = Check(
    name="motion",
    measures=(
        Measure(
            name="motion_amount",
            unit="levels",
            limits=Limits(ideal=100, warn=1.7, fail=0),
            read=_amount,
        ),
        Measure(
            name="motion_speed",
            unit="% of width",
            limits=Limits(ideal=0, warn=6, fail=_NEVER_ABOVE),
            read=_speed,
        ),
    ),
)
