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

Grids = NDArray[np.float64]
"""CIELAB grids of the sampled frames, shape (frames, rows, columns, 3)."""

Values = NDArray[np.float64]
"""One number a frame."""

Distances = Callable[[Grids, SeedFacts], Values]

_REACH = 3


def _cast(facts: ClipFacts) -> Reading:
    return _largest(facts, _shift, "the mean colour is off by {:.1f} (CIELAB a, b) at frame {}")


def _difference(facts: ClipFacts) -> Reading:
    return _largest(facts, _motion_tolerant_delta_e, "colours differ by Delta E {:.1f} at frame {}")


def mean_delta_e(lab: Grids, other: Grids) -> float:
    """Mean over all cells of the Euclidean distance in CIELAB (CIE 1976)."""
    return float(np.sqrt(((lab - other) ** 2).sum(axis=-1)).mean())


def _shift(labs: Grids, seed: SeedFacts) -> Values:
    """Distance of the mean (a, b) of every frame to the seed image's."""
    return np.asarray(np.linalg.norm((labs - seed.lab)[..., 1:].mean(axis=(1, 2)), axis=-1))


def _motion_tolerant_delta_e(labs: Grids, seed: SeedFacts) -> Values:
    """Mean over the cells of every frame of the smallest Delta E to the seed image nearby."""
    rows, columns = labs.shape[1:3]
    reach = 2 * _REACH
    fine = np.pad(seed.fine_lab, ((reach, reach + 1), (reach, reach + 1), (0, 0)), mode="edge")
    cells = (fine[:-1, :-1] + fine[1:, :-1] + fine[:-1, 1:] + fine[1:, 1:]) / 4
    nearest = np.full(labs.shape[:3], np.inf)
    for top in range(2 * reach + 1):
        for left in range(2 * reach + 1):
            moved = cells[top : top + 2 * rows : 2, left : left + 2 * columns : 2]
            away = labs - moved
            np.minimum(nearest, np.einsum("...c,...c", away, away), out=nearest)
    return np.asarray(np.sqrt(nearest).mean(axis=(1, 2)))


def _largest(facts: ClipFacts, distances: Distances, note: str) -> Reading:
    if facts.seed is None:
        return Reading(None, note=facts.seed_problem)
    sampled = [(each.lab, index) for index, each in enumerate(facts.frames) if each.lab is not None]
    values = distances(np.stack([lab for lab, _ in sampled]), facts.seed)
    worst = int(values.argmax())
    value, frame = float(values[worst]), sampled[worst][1]
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
