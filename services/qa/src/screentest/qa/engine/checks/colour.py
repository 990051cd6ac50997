"""Colour: the clip drifts away from the colours of the image it was made from.

On a grid of cells about 32 pixels wide, CIELAB, sampled frames:

- colour_cast: largest distance of the mean (a, b) of a frame to the seed image's: a tint.
- colour_difference: largest mean Delta E (CIE 1976) of the cells, each to the most similar cell of
  the seed image within 3 cells, in half-cell steps: hues rotated or colours exaggerated, even when
  they cancel out in the mean. The search forgives motion: a 12 % push-in gives 11 without it, under
  3 with it.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts, SeedFacts

Grid = NDArray[np.float64]
Distance = Callable[[Grid, SeedFacts], float]

_REACH = 3


def _cast(facts: ClipFacts) -> Reading:
    def shift(lab: Grid, seed: SeedFacts) -> float:
        return float(np.linalg.norm((lab - seed.lab)[..., 1:].mean(axis=(0, 1))))

    return _largest(facts, shift, "the mean colour is off by {:.1f} (CIELAB a, b) at frame {}")


def _difference(facts: ClipFacts) -> Reading:
    return _largest(facts, _motion_tolerant_delta_e, "colours differ by Delta E {:.1f} at frame {}")


def mean_delta_e(lab: Grid, other: Grid) -> float:
    """Mean over all cells of the Euclidean distance in CIELAB (CIE 1976)."""
    return float(np.sqrt(((lab - other) ** 2).sum(axis=-1)).mean())


def _motion_tolerant_delta_e(lab: Grid, seed: SeedFacts) -> float:
    """Mean over all cells of the smallest Delta E to the seed image nearby, in half-cell steps."""
    rows, columns = lab.shape[:2]
    reach = 2 * _REACH
    fine = np.pad(seed.fine_lab, ((reach, reach + 1), (reach, reach + 1), (0, 0)), mode="edge")
    cells = (fine[:-1, :-1] + fine[1:, :-1] + fine[:-1, 1:] + fine[1:, 1:]) / 4
    nearest = np.full((rows, columns), np.inf)
    for top in range(2 * reach + 1):
        for left in range(2 * reach + 1):
            moved = cells[top : top + 2 * rows : 2, left : left + 2 * columns : 2]
            np.minimum(nearest, ((lab - moved) ** 2).sum(axis=-1), out=nearest)
    return float(np.sqrt(nearest).mean())


def _largest(facts: ClipFacts, distance: Distance, note: str) -> Reading:
    if facts.seed is None:
        return Reading(None, note=facts.seed_problem)
    found = [
        (distance(each.lab, facts.seed), index)
        for index, each in enumerate(facts.frames)
        if each.lab is not None
    ]
    value, frame = max(found)
    return Reading(value, frame, f"against the seed image, {note.format(value, frame)}")


COLOUR = Check(
    name="colour",
    weight=1.5,
    measures=(
        Measure(
            name="colour_cast",
            unit="CIELAB",
            limits=Limits(ideal=0, warn=6, fail=12),
            read=_cast,
        ),
        Measure(
            name="colour_difference",
            unit="Delta E",
            limits=Limits(ideal=0, warn=5, fail=12),
            read=_difference,
        ),
    ),
)
