"""Exposure: the clip is much brighter or darker than the image it was made from.

- exposure_shift: largest |mean luma of a frame - of the seed image|, levels.
- exposure_burnt: largest growth of the share of pixels at white (235 and up), 0..1.
- exposure_crushed: the same at black (16 and down), 0..1.

Always relative to the seed image: a night shot is not underexposed.
"""

from collections.abc import Callable

import numpy as np

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts
from screentest.qa.engine.picture import Luma

_BLACK = 16
_WHITE = 235


def _shift(facts: ClipFacts) -> Reading:
    if facts.seed is None:
        return Reading(None, note=facts.seed_problem)
    seed_mean = facts.seed.mean
    shifts = [abs(each.mean - seed_mean) for each in facts.frames]
    frame = shifts.index(max(shifts))
    note = f"mean luma {facts.frames[frame].mean:.0f} at frame {frame}, {seed_mean:.0f} in the seed"
    return Reading(shifts[frame], frame, note)


def _burnt(facts: ClipFacts) -> Reading:
    return _growth(facts, lambda luma: float(np.mean(luma >= _WHITE)), "pure white")


def _crushed(facts: ClipFacts) -> Reading:
    return _growth(facts, lambda luma: float(np.mean(luma <= _BLACK)), "pure black")


def _growth(facts: ClipFacts, share_of: Callable[[Luma], float], what: str) -> Reading:
    if facts.seed is None:
        return Reading(None, note=facts.seed_problem)
    seed_share = share_of(facts.seed.small)
    shares = [share_of(each.small) for each in facts.frames]
    frame = shares.index(max(shares))
    note = f"{shares[frame]:.0%} of frame {frame} are {what}, {seed_share:.0%} of the seed image"
    return Reading(max(0.0, shares[frame] - seed_share), frame, note)


EXPOSURE = Check(
    name="exposure",
    measures=(
        Measure(
            name="exposure_shift",
            unit="levels",
            limits=Limits(ideal=0, warn=30, fail=55),
            read=_shift,
        ),
        Measure(
            name="exposure_burnt",
            unit="share of pixels",
            limits=Limits(ideal=0, warn=0.04, fail=0.15),
            read=_burnt,
        ),
        Measure(
            name="exposure_crushed",
            unit="share of pixels",
            limits=Limits(ideal=0, warn=0.15, fail=0.45),
            read=_crushed,
        ),
    ),
)
