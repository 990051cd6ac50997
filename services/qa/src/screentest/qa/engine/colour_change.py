"""How the colours of the same things changed between two pictures.

Cell against cell where the motion says it came from, with no search for a likelier one: who
searches finds a darker cell for one that got darker. That a cell is followed to its neighbour now
and then is chance, and evens out over the picture.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screentest.qa.engine.picture import quantile

#: The cells that differ most from what became of the others: covered, uncovered, wrongly followed.
_LEFT_OUT = 0.2
#: Below this spread of (a, b) a picture has no hues to turn, CIELAB.
_COLOURFUL = 3.0
#: Added to the spread of L*: a plain picture has no contrast that could change.
_LITTLE_CONTRAST = 0.5


@dataclass(frozen=True, slots=True)
class ColourChange:
    """What one transformation of all colours explains best."""

    #: Median change of (L, a, b), CIELAB.
    shift: tuple[float, float, float]
    #: Natural logarithm of the ratio of the standard deviations of L*: how contrast grew.
    contrast: float
    #: By how many degrees the hues turned around the mean colour, -180..180; 0 of a grey picture.
    turn: float

    def after(self, earlier: "ColourChange") -> "ColourChange":
        """Both changes, one after the other."""
        light, a, b = (one + two for one, two in zip(earlier.shift, self.shift, strict=True))
        return ColourChange(
            shift=(light, a, b),
            contrast=earlier.contrast + self.contrast,
            turn=earlier.turn + self.turn,
        )


def colour_change(then: NDArray[np.float32], now: NDArray[np.float32]) -> ColourChange:
    """How the cells ``then`` became the cells ``now``, CIELAB, shape (cells, 3) each."""
    before, after = then.astype(np.float64), now.astype(np.float64)
    gap = after - before
    shift = np.median(gap, axis=0)
    away = ((gap - shift) ** 2).sum(axis=-1)
    kept = away <= quantile(away, 1 - _LEFT_OUT)
    before, after = _centred(before[kept]), _centred(after[kept])
    spreads = [
        math.hypot(math.sqrt(float((each[:, 0] ** 2).mean())), _LITTLE_CONTRAST)
        for each in (before, after)
    ]
    return ColourChange(
        shift=(float(shift[0]), float(shift[1]), float(shift[2])),
        contrast=math.log(spreads[1] / spreads[0]),
        turn=_turn(before[:, 1:], after[:, 1:]),
    )


def _centred(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(colours - colours.mean(axis=0))


def _turn(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """The angle that brings the colours ``before`` closest to those ``after``, least squares."""
    chroma = min(float(np.sqrt((each**2).sum(axis=-1).mean())) for each in (before, after))
    if chroma < _COLOURFUL:
        return 0.0
    along = float((before * after).sum())
    across = float((before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]).sum())
    return math.degrees(math.atan2(across, along))
