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

import numpy as np
from numpy.typing import NDArray

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.checks.lasting import ValueOf, lasting_from_first, lasting_from_seed
from screentest.qa.engine.facts import ClipFacts, Compared


def _shift(facts: ClipFacts) -> Reading:
    note = "{value:.0f} levels brighter or darker"
    return _from_seed(facts, lambda each: abs(each.light), note)


def _burnt(facts: ClipFacts) -> Reading:
    return _from_seed(facts, lambda each: each.burnt, "{value:.0%} more of the picture pure white")


def _crushed(facts: ClipFacts) -> Reading:
    note = "{value:.0%} more of the picture pure black"
    return _from_seed(facts, lambda each: each.crushed, note)


def _contrast(facts: ClipFacts) -> Reading:
    note = "{value:.1f} times as hard or as soft"
    return _from_seed(facts, lambda each: math.exp(abs(each.change.contrast)), note)


def _from_seed(facts: ClipFacts, value_of: ValueOf, what: str) -> Reading:
    note = f"frame {{frame}} is {what} than the seed image"
    return lasting_from_seed(facts, value_of, note, cells_of=_light)


def _drift(facts: ClipFacts) -> Reading:
    note = "frame {frame} is {value:.0f} levels brighter or darker than the start"
    return lasting_from_first(facts, lambda each: abs(each.light), note, cells_of=_light)


def _light(compared: Compared) -> NDArray[np.float32]:
    """How much lighter or darker every cell is."""
    return np.abs(compared.away[..., 0])


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
