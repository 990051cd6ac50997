"""Colour: the clip drifts away from the colours of the image it was made from.

On a grid of cells about 16 pixels wide, CIELAB, along the motion (`along_motion`), what lasts for
two sampled frames at least:

- colour_cast: largest median change of (a, b) from the seed image: a tint.
- colour_turn: by how many degrees the hues turned around the mean colour, at most; 0 of a picture
  in which (a, b) spread by less than 3.
- colour_difference: largest mean Delta E (CIE 1976) of the cells, without the fifth that differs
  most: hues rotated or colours exaggerated, even when they cancel out in the mean.
- colour_drift: as colour_cast, against the first frame: for clips without a seed image.
"""

import numpy as np
from numpy.typing import NDArray

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.checks.lasting import lasting_from_first, lasting_from_seed
from screentest.qa.engine.facts import ClipFacts, Compared


def _cast(facts: ClipFacts) -> Reading:
    note = (
        "the mean colour is off by {value:.1f} (CIELAB a, b) at frame {frame}, "
        "against the seed image"
    )
    return lasting_from_seed(facts, lambda each: each.cast, note, cells_of=_tint)


def _difference(facts: ClipFacts) -> Reading:
    note = "colours differ from the seed image by Delta E {value:.1f} at frame {frame}"
    return lasting_from_seed(facts, lambda each: each.difference, note, cells_of=_tint)


def _turn(facts: ClipFacts) -> Reading:
    note = "the hues are turned by {value:.0f} degrees at frame {frame}, against the seed image"
    return lasting_from_seed(facts, lambda each: abs(each.change.turn), note, cells_of=_tint)


def _drift(facts: ClipFacts) -> Reading:
    note = "the mean colour moved by {value:.1f} (CIELAB a, b) from the start to frame {frame}"
    return lasting_from_first(facts, lambda each: each.cast, note, cells_of=_tint)


def _tint(compared: Compared) -> NDArray[np.float32]:
    """How far the tint of every cell moved. A change of light alone is a matter of `exposure`."""
    return np.hypot(compared.away[..., 1], compared.away[..., 2])


def delta_e(lab: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float64]:
    """Euclidean distance in CIELAB (CIE 1976) of every cell."""
    away = (lab - other).astype(np.float64)
    return np.asarray(np.sqrt((away**2).sum(axis=-1)))


COLOUR = Check(
    name="colour",
    weight=1.5,
    measures=(
        Measure(
            name="colour_cast",
            unit="CIELAB",
            limits=Limits(ideal=0, warn=7.5, fail=16),
            read=_cast,
        ),
        Measure(
            name="colour_turn",
            unit="degrees",
            limits=Limits(ideal=0, warn=15, fail=45),
            read=_turn,
        ),
        Measure(
            name="colour_difference",
            unit="Delta E",
            limits=Limits(ideal=0, warn=6, fail=15),
            read=_difference,
        ),
        Measure(
            name="colour_drift",
            unit="CIELAB",
            limits=Limits(ideal=0, warn=7.5, fail=16),
            read=_drift,
        ),
    ),
)
