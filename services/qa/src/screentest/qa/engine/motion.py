"""What moved between two frames, and where every part of the picture came from.

Owns the optical flow of the decode pass. Works on the small luma only: 1.2 ms a frame.

Brightness and colour are compared along the motion, because a camera that turns to a window makes
the picture brighter without any fault of the renderer.

Source: Kroeger et al., "Fast optical flow using dense inverse search" (2016). The flow normalises
the brightness of its patches, so flicker does not read as motion.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from screentest.qa.engine.facts import StepFacts
from screentest.qa.engine.picture import Luma, cell_means, correlation, quantile

Flow = NDArray[np.float32]
"""Where each pixel was in the frame before, relative to itself, pixels; (rows, columns, 2)."""

#: Side of the grids of `StepFacts`.
CELLS = 8
PEAK_CELLS = 16

#: One pixel may change by this much before it is an outlier: an edge that was not followed.
_OUTLIER_LEVELS = 32
#: A cell whose pattern changed by more than this (levels), or whose brightness changed by so much
#: more than that of the whole picture, is not the same thing any more.
_LOST_ABOVE = 10.0
#: Only steps that differ by more than this are asked how alike the frames are; others are alike.
_LIKENESS_FROM = 3.0


#: The flow is looked at in every third pixel of every third row,
_STRIDE = 3
#: where the luma changes by so many levels within 3x3 pixels: a clear sky moves as it likes.
_TEXTURE_LEVELS = 8
_ENOUGH_TEXTURE = 0.03


class MotionReader:
    """Follows one clip from frame to frame; feed it every frame once, in order."""

    def __init__(self, small_size: tuple[int, int], grid_size: tuple[int, int]) -> None:
        """Prepare for small luma and grids of these sizes, (width, height)."""
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._small_size, self._grid_size = small_size, grid_size
        self._pixels = _coordinates(small_size)
        self._cells = _coordinates(grid_size)
        self._origin = self._cells.copy()
        self._alive = np.ones((grid_size[1], grid_size[0]), np.float32)

    @property
    def origin(self) -> NDArray[np.float32]:
        """Where each cell of the grid was in the first frame, (column, row) in cells."""
        return self._origin

    @property
    def followed(self) -> NDArray[np.bool_]:
        """Cells that could be followed from the first frame."""
        return self._alive > 0.5  # noqa: PLR2004 - a cell that is more alive than lost

    def begin_anew(self) -> None:
        """Count the present frame as the first: what is followed from here on began here."""
        self._origin = self._cells.copy()
        self._alive = np.ones_like(self._alive)

    def step(self, before: Luma, now: Luma) -> StepFacts:
        """What changed, and the tracks carried on by one frame."""
        width = self._small_size[0]
        nothing: Flow = np.zeros((*now.shape, 2), np.float32)
        flow: Flow = np.asarray(self._flow.calc(now, before, nothing), np.float32)
        difference = cv2.absdiff(now, before)
        came_from = self._pixels + flow
        # Fixed-point coordinates: the same bits whatever the CPU can do.
        columns, rows = cv2.split(came_from)
        inside = _inside(columns, rows, self._small_size)
        whole, parts = cv2.convertMaps(columns, rows, cv2.CV_16SC2)
        warped = np.asarray(
            cv2.remap(before, whole, parts, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
            np.uint8,
        )
        residual = np.asarray(cv2.subtract(now, warped, dtype=cv2.CV_16S), np.int16)
        residual[inside == 0] = 0
        share_inside = max(float(np.count_nonzero(inside)) / inside.size, 1e-3)
        clipped = np.clip(residual, -_OUTLIER_LEVELS, _OUTLIER_LEVELS).astype(np.float32)
        cells = cell_means(clipped, (CELLS, CELLS))
        unexplained = cv2.norm(residual, cv2.NORM_L1) / residual.size / share_inside
        self._follow(flow, residual)
        coarse = flow[::_STRIDE, ::_STRIDE][_textured(now)]
        median = np.median(coarse, axis=0) / -width
        speed = quantile(np.hypot(coarse[:, 0], coarse[:, 1]), 0.75) / width
        return StepFacts(
            difference=float(difference.sum(dtype=np.int64)) / difference.size,
            peak_difference=float(cell_means(difference, (PEAK_CELLS, PEAK_CELLS)).max()),
            flow=(float(median[0]), float(median[1])),
            speed=speed,
            brightness=float(clipped.sum(dtype=np.float64)) / clipped.size / share_inside,
            cells=cells,
            unexplained=unexplained,
            likeness=correlation(now, warped) if unexplained > _LIKENESS_FROM else 1.0,
        )

    def _follow(self, flow: Flow, residual: NDArray[np.int16]) -> None:
        per_cell = self._grid_size[0] / self._small_size[0]
        coarse = cv2.resize(flow, self._grid_size, interpolation=cv2.INTER_AREA) * per_cell
        came_from = (self._cells + coarse).astype(np.float32)
        signed = cell_means(residual, self._grid_size)
        spread = cell_means(np.abs(residual), self._grid_size) - np.abs(signed)
        self._origin = sample(self._origin, came_from)
        alive = sample(self._alive, came_from)
        alive[(spread > _LOST_ABOVE) | (np.abs(signed - np.median(signed)) > _LOST_ABOVE)] = 0
        columns, rows = cv2.split(came_from)
        alive[_inside(columns, rows, self._grid_size) == 0] = 0
        self._alive = alive


def _textured(luma: Luma) -> NDArray[np.bool_]:
    """Points of the strided flow that can be followed; all of them where hardly any can."""
    contrast = np.asarray(cv2.morphologyEx(luma, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)))
    found = contrast[::_STRIDE, ::_STRIDE] >= _TEXTURE_LEVELS
    return found if found.mean() >= _ENOUGH_TEXTURE else np.ones_like(found)


def sample(grid: NDArray[np.float32], at: NDArray[np.float32]) -> NDArray[np.float32]:
    """``grid`` at the coordinates ``at`` (column, row), linear, the border continued."""
    columns, rows = cv2.split(at)
    found = cv2.remap(
        grid, columns, rows, interpolation=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(found, np.float32)


def _coordinates(size: tuple[int, int]) -> NDArray[np.float32]:
    columns, rows = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    return np.stack([columns, rows], axis=-1).astype(np.float32)


def _inside(columns: Any, rows: Any, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Not 0 where the coordinates lie in a picture of ``size``."""
    within = cv2.inRange(columns, 0, size[0] - 1), cv2.inRange(rows, 0, size[1] - 1)
    return np.asarray(cv2.bitwise_and(*within), np.uint8)
