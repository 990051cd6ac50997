"""A decoded frame as planes: views of the decoder's memory, no conversion to RGB."""

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from screentest.qa.engine.facts import GridFacts
from screentest.qa.engine.picture import (
    GRID_AREA_PX,
    Luma,
    cell_means,
    fitted_size,
    rgb_to_lab,
    shrink,
)

_FULL_RANGE = 2
_BT709 = 1
_PLANAR_420 = frozenset({"yuv420p", "yuvj420p"})
_FULL_TO_VIDEO = np.rint(16 + np.arange(256) * (219 / 255)).astype(np.uint8)

_BT601_COEFFICIENTS = (1.402, 0.344136, 0.714136, 1.772)
_BT709_COEFFICIENTS = (1.5748, 0.187324, 0.468124, 1.8556)

_BLACK = 16
_WHITE = 235


def as_planar_420(frame: av.VideoFrame) -> av.VideoFrame:
    """The frame with 8 bit planes, chroma at half size."""
    if frame.format.name in _PLANAR_420:
        return frame
    # 10 bit, 4:4:4, RGB: rare enough to pay for a conversion.
    return frame.reformat(format="yuv420p", threads=1)


def full_luma(frame: av.VideoFrame) -> Luma:
    """Full-size luma in video levels."""
    luma = plane(frame, 0)
    return _FULL_TO_VIDEO[luma] if _is_full_range(frame) else luma


def plane(frame: av.VideoFrame, index: int) -> NDArray[np.uint8]:
    """A view of one plane, without the padding at the end of its lines.

    `frame.to_ndarray(format="gray")` does the same in twice the time of the whole decode.
    """
    found = frame.planes[index]
    lines = np.frombuffer(memoryview(found), np.uint8).reshape(found.height, found.line_size)
    return lines[:, : found.width]


def frame_grid(frame: av.VideoFrame, bend: NDArray[np.int16], small: Luma) -> GridFacts:
    """The coarse grid of a frame, its colours by the frame's own matrix and range."""
    size = fitted_size(frame.width, frame.height, GRID_AREA_PX)
    y, u, v = (shrink(plane(frame, index), size).astype(np.float32) for index in range(3))
    if not _is_full_range(frame):
        y, u, v = (y - 16) * (255 / 219), (u - 128) * (255 / 224), (v - 128) * (255 / 224)
    else:
        u, v = u - 128, v - 128
    # An untagged clip was converted by BT.601, the default of the converter on both ways.
    is_709 = frame.colorspace == _BT709
    red_v, green_u, green_v, blue_u = _BT709_COEFFICIENTS if is_709 else _BT601_COEFFICIENTS
    rgb = np.stack([y + red_v * v, y - green_u * u - green_v * v, y + blue_u * u], axis=-1)
    return picture_grid(np.clip(np.rint(rgb), 0, 255).astype(np.uint8), bend, small)


def picture_grid(rgb_cells: NDArray[np.uint8], bend: NDArray[np.int16], small: Luma) -> GridFacts:
    """The coarse grid of a picture whose colours are already on it; ``bend`` is its Laplacian."""
    size = (rgb_cells.shape[1], rgb_cells.shape[0])
    detail = cv2.convertScaleAbs(bend)
    return GridFacts(
        lab=rgb_to_lab(rgb_cells).astype(np.float32),
        luma=cell_means(small, size),
        white=cell_means(small >= _WHITE, size),
        black=cell_means(small <= _BLACK, size),
        detail=cell_means(np.asarray(detail), size),
    )


def _is_full_range(frame: av.VideoFrame) -> bool:
    return frame.format.name == "yuvj420p" or frame.color_range == _FULL_RANGE
