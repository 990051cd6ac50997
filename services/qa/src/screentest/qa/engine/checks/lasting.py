"""The largest difference that lasts, for the checks that compare along the motion."""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from screentest.qa.engine.check import Reading
from screentest.qa.engine.facts import ClipFacts, Compared
from screentest.qa.engine.region import strongest_region

ValueOf = Callable[[Compared], float]
CellsOf = Callable[[Compared], NDArray[np.floating]]
"""How wrong every cell is, 0 and up."""


def lasting_from_seed(
    facts: ClipFacts, value_of: ValueOf, note: str, *, cells_of: CellsOf
) -> Reading:
    """Of the differences from the seed image; ``note`` has the places `value` and `frame`."""
    if facts.seed is None:
        return Reading(None, note=facts.seed_problem)
    return _reading(facts.against_seed, value_of, note, cells_of)


def lasting_from_first(
    facts: ClipFacts, value_of: ValueOf, note: str, *, cells_of: CellsOf
) -> Reading:
    """Of the differences from the first frame: for clips without a seed image."""
    return _reading(facts.against_first, value_of, note, cells_of)


def _reading(
    compared: Sequence[Compared], value_of: ValueOf, note: str, cells_of: CellsOf
) -> Reading:
    if not compared:
        return Reading(None, note="too little of the picture can be followed")
    value, frame = _largest(compared, value_of)
    shown = next(each for each in compared if each.frame == frame)
    region = strongest_region(cells_of(shown))
    return Reading(value, frame, note.format(value=value, frame=frame), region)


def _largest(compared: Sequence[Compared], value_of: ValueOf) -> tuple[float, int]:
    """The value, and the index of the frame that shows it.

    A value lasts when two neighbouring sampled frames have it, so a lightning between two does not
    count; of a single sampled frame its own is taken.
    """
    found = [(value_of(each), each.frame) for each in compared]
    if len(found) == 1:
        return found[0]
    pairs = itertools.pairwise(found)
    return max((min(one[0], two[0]), max(one, two)[1]) for one, two in pairs)
