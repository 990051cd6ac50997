"""Letterbox: the model painted black bars above and below the picture.

value = share of the picture's rows, counted from its edges, that are black in the first frame, in
the middle one and in the last one (0..1). Black is a mean luma of at most 24 (video levels: 16 is
black).
"""

import numpy as np

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts

_BLACK = 24


def _bars(facts: ClipFacts) -> Reading:
    count = len(facts.frames)
    looked_at = sorted({0, count // 2, count - 1})
    shares = [_black_rows(facts.frames[index].small) for index in looked_at]
    value = min(shares)
    frame = looked_at[shares.index(value)]
    return Reading(value, frame, f"{value:.0%} of the picture's height are black bars")


def _black_rows(luma: np.ndarray) -> float:
    """Share of the rows that are black without a break from the upper and the lower edge."""
    is_black = luma.mean(axis=1) <= _BLACK
    if is_black.all():
        return 1.0
    return (int(np.argmin(is_black)) + int(np.argmin(is_black[::-1]))) / len(is_black)


LETTERBOX = Check(
    name="letterbox",
    measures=(
        Measure(
            name="letterbox",
            unit="share",
            limits=Limits(ideal=0, warn=0.02, fail=0.05),
            read=_bars,
        ),
    ),
)
