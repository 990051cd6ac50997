"""Marks that coding and quantising leave in a single picture."""

import cv2
import numpy as np
from numpy.typing import NDArray

from screentest.qa.engine.picture import Luma, quantile, whole_cells

#: Sides of coding blocks and of the patches of video models, and those after common upscalings.
_GRIDS_PX = (8, 12, 16, 24, 32)
#: Edges of things are not edges of blocks: a gradient counts up to this, levels.
_EDGE_LEVELS = 16
#: So flat that a ratio would be chance, levels.
_NO_GRADIENT = 0.6

_LARGEST_STEP = 24
_HIGH_STEP = 3.5
_LEAST_CHANGE, _MOST_CHANGE = 0.04, 1.0
_CELL_PX, _STRIDE = 16, 4
#: The mean square of a cell with one gradient above `_LARGEST_STEP` is beyond this, of others not:
_AN_EDGE = 1024.0
#: squares of gradients, by the gradient.
_SQUARES = np.array(
    [each**2 if each <= _LARGEST_STEP else 2.0**17 for each in range(256)], np.float32
)


def blockiness(luma: Luma) -> float:
    """Mean gradient across the lines of a grid / beside them: 1 without a grid, 1.4 and up with.

    The largest ratio of grids of 8, 12, 16, 24 and 32 pixels, each the smaller of its rows' and its
    columns', so that blinds or a brick wall are not taken for blocks.

    Source: the idea of Wang, Sheikh and Bovik, "No-reference perceptual quality assessment of JPEG
    compressed images" (2002).
    """
    profiles = (_profile(luma), _profile_down(luma))
    return max(min(_grid_ratio(each, side) for each in profiles) for side in _GRIDS_PX)


def block_cells(luma: Luma) -> NDArray[np.float32]:
    """By how much gradients on the lines of the strongest grid exceed those beside, 8x8 cells."""
    profile = _profile(luma)
    side = max(_GRIDS_PX, key=lambda each: _grid_ratio(profile, each))
    gradient = np.minimum(cv2.absdiff(luma[:, 1:], luma[:, :-1]), np.uint8(_EDGE_LEVELS))
    lines = np.arange(side - 1, gradient.shape[1] - 3, side)
    beside = sum(gradient[:, lines + away].astype(np.float32) for away in (-2, -1, 1, 2)) / 4
    excess = np.maximum(gradient[:, lines].astype(np.float32) - beside, 0)
    return np.asarray(cv2.resize(excess, (8, 8), interpolation=cv2.INTER_AREA), np.float32)


def _profile(luma: Luma) -> NDArray[np.float64]:
    """Mean clipped gradient between column x and x + 1, levels."""
    gradient = np.minimum(cv2.absdiff(luma[:, 1:], luma[:, :-1]), np.uint8(_EDGE_LEVELS))
    total = cv2.reduce(gradient, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    return np.asarray(np.asarray(total, np.float64).ravel() / luma.shape[0])


def _profile_down(luma: Luma) -> NDArray[np.float64]:
    """The same between row y and y + 1, of every second column."""
    columns = np.ascontiguousarray(luma[:, ::2])
    gradient = np.minimum(cv2.absdiff(columns[1:], columns[:-1]), np.uint8(_EDGE_LEVELS))
    total = cv2.reduce(gradient, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    return np.asarray(np.asarray(total, np.float64).ravel() / columns.shape[1])


def _grid_ratio(profile: NDArray[np.float64], side: int) -> float:
    lines = np.arange(side - 1, profile.size - 3, side)
    if lines.size < 4:  # noqa: PLR2004 - fewer lines are no grid
        return 1.0
    on = profile[lines]
    beside = (profile[lines - 2] + profile[lines - 1] + profile[lines + 1] + profile[lines + 2]) / 4
    # Per line, and not quite the median: half of the lines may lie on edges of the motif.
    ratios = (on + _NO_GRADIENT) / (beside + _NO_GRADIENT)
    return float(min(quantile(ratios, 0.4), ratios.mean()))


def banding(luma: Luma) -> float:
    """Share of cells (16x16 pixels) in which a smooth ramp is broken into steps, 0..1."""
    return share_of(banded_cells(luma))


def share_of(cells: NDArray[np.float32]) -> float:
    """Share of the cells that are not 0."""
    return float(np.count_nonzero(cells)) / cells.size


def banded_cells(luma: Luma) -> NDArray[np.float32]:
    """1 for the cells (16x16 pixels) in which a smooth ramp is broken into steps, else 0.

    g is the gradient between neighbouring pixels of every fourth row, or of every fourth column, in
    cells without an edge (|g| up to 24) and with little change in all (0.04 < mean |g| < 1).
    sum g^2 / sum |g| is the usual height of a step there: 1 for a ramp of 8 bits, the slope for a
    soft edge, 4 and more for bands. Grain hides bands, to the eye as to this measure.

    Source: the idea of Tu et al., "BBAND index: a no-reference banding artifact predictor" (2020).
    """
    rows, columns = luma[::_STRIDE], np.ascontiguousarray(luma[:, ::_STRIDE])
    across = _steps(cv2.absdiff(rows[:, 1:], rows[:, :-1]), (_CELL_PX, _CELL_PX // _STRIDE))
    down = _steps(cv2.absdiff(columns[1:], columns[:-1]), (_CELL_PX // _STRIDE, _CELL_PX))
    return across if share_of(across) >= share_of(down) else down


def _steps(gradient: NDArray[np.generic], cell: tuple[int, int]) -> NDArray[np.float32]:
    """1 for the cells of that many columns and rows of the gradient that hold steps."""
    change = whole_cells(gradient, *cell)
    squares = whole_cells(cv2.LUT(np.asarray(gradient), _SQUARES), *cell)
    height = squares / np.maximum(change, 1e-6)
    ramp = (change > _LEAST_CHANGE) & (change < _MOST_CHANGE) & (squares < _AN_EDGE)
    return (ramp & (height > _HIGH_STEP)).astype(np.float32)
