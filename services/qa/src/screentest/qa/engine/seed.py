"""The seed image, brought to the clip's size.

A boundary frame has that size already. A source photograph has any size, and how the renderer
fitted it (cropped, letterboxed or stretched) is its own affair, so the fit that looks most like the
clip's first frame is taken: a question of geometry must not read as a difference of colour.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from screentest.media.stills import UnreadableImage, cover, decode_image
from screentest.qa.engine.artefacts import banding, blockiness
from screentest.qa.engine.facts import SeedFacts
from screentest.qa.engine.picture import (
    GRID_AREA_PX,
    Luma,
    Rgb,
    correlation,
    fitted_size,
    laplacian,
    noise_sigma,
    rgb_to_luma,
    shrink,
    variance,
)
from screentest.qa.engine.planes import picture_grid


def read_seed(path: Path, first_small: Luma, size: tuple[int, int]) -> tuple[SeedFacts | None, str]:
    """The seed image fitted to ``size`` (width, height), or why there is none.

    Args:
        path: an image file.
        first_small: small luma of the clip's first frame, to choose the fit by.
        size: width and height of the clip, pixels.
    """
    try:
        image = np.ascontiguousarray(decode_image(path.read_bytes()))
    except (OSError, UnreadableImage) as error:
        return None, f"the seed image cannot be read: {error}"
    fitted = _best_fit(image, first_small, size)
    luma = rgb_to_luma(fitted)
    small = shrink(luma, (first_small.shape[1], first_small.shape[0]))
    bend = laplacian(luma)
    cells = shrink(fitted, fitted_size(*size, GRID_AREA_PX))
    return SeedFacts(
        luma=luma,
        small=small,
        mean=float(small.sum(dtype=np.int64)) / small.size,
        laplacian=variance(bend),
        small_laplacian=variance(laplacian(small)),
        noise_sigma=noise_sigma(luma),
        chroma_sigma=_chroma_sigma(fitted),
        blockiness=blockiness(luma),
        banding=banding(luma),
        grid=picture_grid(cells, bend, small),
    ), ""


def _chroma_sigma(rgb: Rgb) -> float:
    """Noise of the worse chroma plane at half size, as in a clip."""
    height, width = rgb.shape[:2]
    half = shrink(rgb, (max(8, width // 2), max(8, height // 2)))
    planes = cv2.cvtColor(half, cv2.COLOR_RGB2YCrCb)
    return max(noise_sigma(np.ascontiguousarray(planes[..., index])) for index in (1, 2))


def _best_fit(image: Rgb, first_small: Luma, size: tuple[int, int]) -> Rgb:
    if (image.shape[1], image.shape[0]) == size:
        return image
    fits = [cover(image, *size), _resize(image, size), _contain(image, size)]

    def likeness(fit: Rgb) -> float:
        small = shrink(rgb_to_luma(fit), (first_small.shape[1], first_small.shape[0]))
        return correlation(small, first_small) or 0.0

    return max(fits, key=likeness)


def _contain(image: Rgb, size: tuple[int, int]) -> Rgb:
    """Fit the whole of ``image`` between black bars."""
    height, width = image.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    inner = (min(size[0], round(width * scale)), min(size[1], round(height * scale)))
    canvas: NDArray[np.uint8] = np.zeros((size[1], size[0], 3), dtype=np.uint8)
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = _resize(image, inner)
    return canvas


def _resize(image: Rgb, size: tuple[int, int]) -> Rgb:
    shrinks = size[0] * size[1] <= image.shape[0] * image.shape[1]
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=interpolation), dtype=np.uint8)
