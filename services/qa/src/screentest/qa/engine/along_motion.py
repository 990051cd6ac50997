"""A frame compared with an earlier picture, cell by cell along the motion between them.

Why not cell by place: a camera that pans from a wall to the sky changes colour, light and sharpness
of the picture, and nothing is wrong with it. Cells that left the picture, came into it or could not
be followed are not compared; what cannot be compared is no fault.
"""

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from screentest.qa.engine.colour_change import colour_change
from screentest.qa.engine.facts import Compared, GridFacts, SampleFacts, SeedFacts
from screentest.qa.engine.motion import sample

#: With fewer cells than this left, a frame says nothing about the whole.
_ENOUGH_FOLLOWED = 0.2
#: The cells with the largest differences: covered, uncovered, wrongly followed.
_LEFT_OUT = 0.2
#: What following a good clip costs, Delta E: not to be added up.
_OF_FOLLOWING = 2.0
#: Detail of fewer levels of which so large a share may be grain is grain.
_LITTLE_DETAIL = 8.0
_ALL_GRAIN = 0.8
#: A focus that wanders leaves so much of the picture sharp: it keeps nearly all of its detail.
_SHARPEST = 0.25
_SHARP_FROM, _SHARP = 0.8, 1.0
#: No detail to compare below this mean absolute Laplacian, levels.
_NO_DETAIL = 0.25

#: Mean absolute Laplacian of noise of sigma 1: sqrt(20) sqrt(2 / pi).
_LAPLACIAN_OF_NOISE = 3.568

_OFFSETS = np.array([(x, y) for y in (-1, 0, 1) for x in (-1, 0, 1)], np.float32)


def compare_all(
    samples: Sequence[tuple[int, SampleFacts]], reference: SampleFacts | SeedFacts
) -> list[Compared]:
    """Every sampled frame against ``reference``: the first frame, or the seed image it shows.

    When a camera has left the first view behind, the cells are followed from a later frame on, and
    what differs from that one is added to what that one differed by; or the last one that could be
    compared, where a whip pan lies between: what changed meanwhile nobody knows.
    """
    facts = dict(samples)
    found: dict[int, Compared] = {}
    for frame, now in samples:
        since = facts[now.since] if now.since else reference
        compared = _compare(frame, now, since)
        if compared is not None and now.since:
            before = max((each for each in found if each <= now.since), default=None)
            compared = None if before is None else _added(found[before], compared)
        if compared is not None:
            found[frame] = compared
    return list(found.values())


def _added(before: Compared, after: Compared) -> Compared:
    return Compared(
        frame=after.frame,
        difference=before.difference + max(0.0, after.difference - _OF_FOLLOWING),
        change=after.change.after(before.change),
        burnt=before.burnt + after.burnt,
        crushed=before.crushed + after.crushed,
        detail=None
        if before.detail is None or after.detail is None
        else before.detail * after.detail,
        away=after.away,
        softened=after.softened,
    )


def _compare(frame: int, now: SampleFacts, reference: SampleFacts | SeedFacts) -> Compared | None:
    """How ``now`` differs from the first frame or from the seed image.

    Returns:
        None when less than a fifth of the picture could be followed.
    """
    inside, then = now.followed, reference.grid
    if np.count_nonzero(inside) < _ENOUGH_FOLLOWED * inside.size:
        return None
    before, after = _soft(then.lab), _soft(now.grid.lab)
    matched, distance = _nearest(after, before, now.origin)
    kept = inside & (distance <= np.quantile(distance[inside], 1 - _LEFT_OUT))
    away = after - matched
    away[~kept] = 0
    return Compared(
        frame=frame,
        difference=float(distance[kept].mean(dtype=np.float64)),
        change=colour_change(sample(before, now.origin)[inside], after[inside]),
        burnt=_growth(now.grid.white, then.white, now.origin, inside),
        crushed=_growth(now.grid.black, then.black, now.origin, inside),
        detail=_detail(now, then, reference.noise_sigma),
        away=away,
        softened=np.maximum(sample(then.detail, now.origin) - now.grid.detail, 0) * inside,
    )


def _nearest(
    now: NDArray[np.float32], then: NDArray[np.float32], origin: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For every cell the most similar one within a cell of where it came from."""
    rows, columns = now.shape[:2]
    around = (origin + _OFFSETS[:, None, None]).reshape(-1, columns, 2)
    candidates = sample(then, around).reshape(-1, rows, columns, 3)
    gaps = now - candidates
    squares = (gaps * gaps).sum(axis=-1)
    closest = squares.argmin(axis=0)[None]
    matched = np.take_along_axis(candidates, closest[..., None], axis=0)[0]
    return matched, np.sqrt(np.take_along_axis(squares, closest, axis=0)[0])


def _growth(
    now: NDArray[np.float32],
    then: NDArray[np.float32],
    origin: NDArray[np.float32],
    inside: NDArray[np.bool_],
) -> float:
    """By how much a share of pixels grew; what lay within a cell of it before does not count."""
    around = cv2.dilate(then, np.ones((3, 3), np.uint8))
    grown = np.maximum(now - sample(np.asarray(around, np.float32), origin), 0)
    return float(grown[inside].mean(dtype=np.float64))


def _detail(now: SampleFacts, then: GridFacts, noise_sigma: float) -> float | None:
    """Squared ratio of detail; what may be grain in ``then`` counts by half at most.

    Where the quarter of the cells that kept most kept all, what the others lost counts by half:
    what melts melts everywhere; a focus that wanders gives to one part what another loses.

    What a push-in enlarges z times has 1/z of the detail; a video model may well invent the rest.
    A little detail that is grain alone (a dark scene) is nothing to compare with.
    """
    cells = sample(then.detail, now.origin)[now.followed].astype(np.float64)
    seen = float(cells.mean())
    grain = _LAPLACIAN_OF_NOISE * noise_sigma
    if grain > _ALL_GRAIN * seen and seen < _LITTLE_DETAIL:
        return None
    before = max(seen / 2, math.sqrt(max(0.0, seen**2 - grain**2)))
    if before <= _NO_DETAIL:
        return None
    kept = now.grid.detail[now.followed].astype(np.float64)
    enlarged = _enlargement(now.origin, now.followed)
    ratio = enlarged * float(kept.mean()) / before
    sharpest = enlarged * _sharpest(cells, kept)
    focused = min(1.0, max(0.0, (sharpest - _SHARP_FROM) / (_SHARP - _SHARP_FROM)))
    return (ratio + focused * max(0.0, 1 - ratio) / 2) ** 2


def _sharpest(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """Ratio of detail in the quarter that kept or won most, of the cells with much of it."""
    detailed = np.maximum(before, after) >= before.mean()
    before, after = before[detailed], after[detailed]
    ratios = after / np.maximum(before, _NO_DETAIL)
    best = ratios >= np.quantile(ratios, 1 - _SHARPEST)
    return float(after[best].sum() / before[best].sum())


def _enlargement(origin: NDArray[np.float32], followed: NDArray[np.bool_]) -> float:
    """How many times larger things are than they were, 1 to 2.5; 1 when they got smaller."""
    columns = np.median(np.diff(origin[..., 0], axis=1)[followed[:, 1:] & followed[:, :-1]])
    rows = np.median(np.diff(origin[..., 1], axis=0)[followed[1:] & followed[:-1]])
    return min(2.5, max(1.0, 2 / max(float(columns + rows), 1e-3)))


def _soft(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.blur(lab, (3, 3)), np.float32)
