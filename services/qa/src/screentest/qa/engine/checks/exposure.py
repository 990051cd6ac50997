"""Exposure: the clip is much brighter or darker than the image it was made from.

- exposure_shift: largest median change of the luma from the seed image, levels.
- exposure_burnt: largest growth of the share of pixels at white (235 and up), 0..1.
- exposure_crushed: the same at black (16 and down), 0..1.
- exposure_contrast: largest ratio of the contrast to that of the seed image, or the inverse; the
  contrast is the standard deviation of L*.
- exposure_drift: as exposure_shift, against the first frame: for clips without a seed image.

Along the motion (`along_motion`), and for two sampled frames at least: lightning is no fault, and
neither is a camera that turns to a window. Always relative: a night shot is not underexposed.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.checks.lasting import largest_lasting
from screentest.qa.engine.facts import ClipFacts, Compared
from screentest.qa.engine.region import strongest_region


def _shift(facts: ClipFacts) -> Reading:
    return _against_seed(facts, lambda each: abs(each.light), "{:.0f} levels brighter or darker")


def _burnt(facts: ClipFacts) -> Reading:
    return _against_seed(facts, lambda each: each.burnt, "{:.0%} more of the picture pure white")


def _crushed(facts: ClipFacts) -> Reading:
    return _against_seed(facts, lambda each: each.crushed, "{:.0%} more of the picture pure black")


def _contrast(facts: ClipFacts) -> Reading:
    note = "{:.1f} times as hard or as soft"
    return _against_seed(facts, lambda each: math.exp(abs(each.change.contrast)), note)


def _drift(facts: ClipFacts) -> Reading:
    value = "{:.0f} levels brighter or darker"
    return _largest(facts.against_first, lambda each: abs(each.light), f"{value} than the start")


def _against_seed(facts: ClipFacts, value_of: Callable[[Compared], float], note: str) -> Reading:
    if facts.seed is None:
        return Reading(None, note=facts.seed_problem)
    return _largest(facts.against_seed, value_of, f"{note} than the seed image")


def _largest(
    compared: Sequence[Compared], value_of: Callable[[Compared], float], note: str
) -> Reading:
    if not compared:
        return Reading(None, note="too little of the picture can be followed")
    value, frame = largest_lasting(compared, value_of)
    away = next(each.away for each in compared if each.frame == frame)
    region = strongest_region(np.abs(away[..., 0]))
    return Reading(value, frame, f"frame {frame} is {note.format(value)}", region)


EXPOSURE = Check(
    name="exposure",
    measures=(
        Measure(
            name="exposure_shift",
            unit="levels",
            limits=Limits(ideal=0, warn=20, fail=45),
            read=_shift,
        ),
        Measure(
            name="exposure_burnt",
            unit="share of pixels",
            limits=Limits(ideal=0, warn=0.06, fail=0.20),
            read=_burnt,
        ),
        Measure(
            name="exposure_crushed",
            unit="share of pixels",
            limits=Limits(ideal=0, warn=0.15, fail=0.45),
            read=_crushed,
        ),
        Measure(
            name="exposure_contrast",
            unit="ratio",
            limits=Limits(ideal=1, warn=1.5, fail=3),
            read=_contrast,
        ),
        Measure(
            name="exposure_drift",
            unit="levels",
            limits=Limits(ideal=0, warn=20, fail=45),
            read=_drift,
        ),
    ),
)
