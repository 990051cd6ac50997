"""Frames that a light has lit up, or darkened, for a moment: lightning, a lamp behind a pillar.

What passes is no drift: such frames are not compared with other pictures.
"""

import statistics
from collections.abc import Sequence

_AROUND = 8
_LEVELS = 10.0


def has_jumped(levels: Sequence[float]) -> bool:
    """Whether the last of these ``levels`` of brightness is far from those just before it."""
    before = levels[-1 - _AROUND : -1]
    return bool(before) and abs(levels[-1] - statistics.median(before)) > _LEVELS


def flashes(levels: Sequence[float]) -> frozenset[int]:
    """Indices of the frames that are brighter than the eight before and the eight after; or darker.

    Args:
        levels: mean luma of every frame.
    """
    found = set()
    for index in range(1, len(levels) - 1):
        before = levels[index] - statistics.median(levels[max(0, index - _AROUND) : index])
        after = levels[index] - statistics.median(levels[index + 1 : index + 1 + _AROUND])
        if min(abs(before), abs(after)) > _LEVELS and before * after > 0:
            found.add(index)
    return frozenset(found)
