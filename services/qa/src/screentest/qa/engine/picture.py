"""Small, exact operations on single pictures that several checks share.

Everything here gives the same bits on every CPU: sums of integers (exact in float64 whatever the
order), u8 OpenCV operations, element-wise float arithmetic.
"""

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]
"""Luma in video levels (16 black, 235 white), shape (height, width)."""

Rgb = NDArray[np.uint8]
"""sRGB, shape (height, width, 3)."""

SMALL_AREA_PX = 208 * 120
"""Area of the small luma: 832x480 quartered in each direction; other shapes keep their aspect."""

GRID_AREA_PX = 52 * 30
"""Area of the coarse grid: cells about 16 pixels wide at 832x480."""


def fitted_size(width: int, height: int, area_px: int) -> tuple[int, int]:
    """(width, height) of about ``area_px`` pixels with the same aspect, at least 8x8."""
    scale = math.sqrt(area_px / (width * height))
    return max(8, round(width * scale)), max(8, round(height * scale))


def shrink(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture at ``size`` (width, height), area-averaged."""
    return _u8(cv2.resize(_halved(picture, size), size, interpolation=cv2.INTER_AREA))


def cell_means(values: NDArray[np.generic], size: tuple[int, int]) -> NDArray[np.float32]:
    """Means of whole numbers over the cells of a grid of ``size`` (width, height).

    The halves of 8 and 16 bit numbers are exact in float32, in whatever order they are summed.
    """
    halved = _halved(values.astype(np.float32), size)
    return np.asarray(cv2.resize(halved, size, interpolation=cv2.INTER_AREA), np.float32)


def whole_cells(values: NDArray[Any], columns: int, rows: int) -> NDArray[np.float32]:
    """Means over cells of ``columns`` x ``rows`` pixels; what is left at the rim is in none."""
    size = (max(1, values.shape[1] // columns), max(1, values.shape[0] // rows))
    return cell_means(values[: size[1] * rows, : size[0] * columns], size)


def _halved(picture: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """Halved for as long as that is exact and leaves twice ``size``: averages of 2x2 are fast.

    Averaging cells that are no whole number of pixels takes ten times as long as all halving.
    """
    while (
        picture.shape[0] % 2 == picture.shape[1] % 2 == 0
        and picture.shape[0] >= 2 * size[1]
        and picture.shape[1] >= 2 * size[0]
    ):
        half = (picture.shape[1] // 2, picture.shape[0] // 2)
        picture = np.asarray(cv2.resize(picture, half, interpolation=cv2.INTER_AREA))
    return picture


#: Mean response of a cell (levels / 4) below which it is one colour: nothing but coding.
_ONE_COLOUR = 0.02
_NOISE_CELL_PX = 32


def quantile(values: NDArray[Any], share: float) -> float:
    """As `np.quantile` of all ``values``, linear, in a tenth of the time for few of them."""
    flat = values.ravel()
    place = share * (flat.size - 1)
    low, high = math.floor(place), math.ceil(place)
    ordered = np.partition(flat, (low, high))
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def laplacian(luma: Luma) -> NDArray[np.int16]:
    """The 3x3 Laplacian, levels; its variance (levels squared) is high for a sharp picture.

    Source: Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy" (2000).
    """
    return np.asarray(cv2.Laplacian(luma, cv2.CV_16S, ksize=1), np.int16)


def correlation(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float | None:
    """Pearson correlation of two pictures of one shape, -1..1; None when either is uniform.

    By the variance of the difference, which needs no products:
    cov = (var a + var b - var(a - b)) / 2.
    """
    difference = cv2.subtract(first, second, dtype=cv2.CV_16S)
    a, b, gap = (variance(each) for each in (first, second, difference))
    if min(a, b) <= 0:
        return None
    return (a + b - gap) / 2 / math.sqrt(a * b)


def variance(picture: Any) -> float:
    """Variance of the values of a picture."""
    _, deviation = cv2.meanStdDev(picture)
    return float(deviation[0, 0]) ** 2


def noise_sigma(plane: NDArray[np.uint8]) -> float:
    """Standard deviation of pixel noise in the calmer parts of a plane, levels.

    The mask is the difference of two Laplacians, so smooth ramps and most edges cancel out:
    sigma = sqrt(pi/2) / 6 * mean |plane * [[1,-2,1],[-2,4,-2],[1,-2,1]]|, of the cell (32x32
    pixels) that is noisier than a quarter of all cells. Fine texture reads as noise, and most
    pictures have a quarter without; noise is everywhere. Cells of one colour (cut off at black or
    white) do not count.

    Source: Immerkaer, "Fast noise variance estimation" (1996); the quarter is ours.
    """
    bend = np.array([1, -2, 1], dtype=np.float32)  # the mask is its product with itself
    response = cv2.convertScaleAbs(cv2.sepFilter2D(plane, cv2.CV_16S, bend, bend), alpha=0.25)
    means = whole_cells(np.asarray(response), _NOISE_CELL_PX, _NOISE_CELL_PX).ravel()
    alive = means[means > _ONE_COLOUR]
    if not alive.size:
        return 0.0
    return math.sqrt(math.pi / 2) / 6 * 4 * quantile(alive, 0.25)


def ssim_map(first: Luma, second: Luma) -> NDArray[np.float64]:
    """Structural similarity of every pixel but three at the rim, -1..1.

    7x7 uniform window, dynamic range 219.

    Source: Wang et al., "Image quality assessment: from error visibility to structural similarity"
    (2004), with the uniform window of scikit-image's default.
    """
    side = 7
    area = side * side
    a, b = first.astype(np.float64), second.astype(np.float64)

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        summed = cv2.boxFilter(values, cv2.CV_64F, (side, side), normalize=False)
        margin = side // 2
        return np.asarray(summed[margin:-margin, margin:-margin], dtype=np.float64) / area

    mean_a, mean_b = total(a), total(b)
    unbiased = area / (area - 1)
    var_a = unbiased * (total(a * a) - mean_a * mean_a)
    var_b = unbiased * (total(b * b) - mean_b * mean_b)
    covariance = unbiased * (total(a * b) - mean_a * mean_b)
    c1, c2 = (0.01 * 219) ** 2, (0.03 * 219) ** 2
    numerator = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    denominator = (mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2)
    return np.asarray(numerator / denominator)


def perceptual_hash(luma: Luma) -> int:
    """64-bit pHash: which of the lowest 8x8 DCT coefficients of a thumbnail exceed their median.

    Source: Zauner, "Implementation and benchmarking of perceptual image hash functions" (2010).
    """
    thumbnail = cell_means(luma, (32, 32)).astype(np.float64)
    lowest = cv2.dct(thumbnail)[:8, :8].ravel()
    bits = lowest > np.median(lowest[1:])  # the first is mean brightness, not structure
    return int("".join("1" if bit else "0" for bit in bits), 2)


def rgb_to_luma(rgb: Rgb) -> Luma:
    """BT.709 luma in video levels."""
    weights = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32) * np.float32(219 / 255)
    channels = [rgb[..., index].astype(np.float32) * weights[index] for index in range(3)]
    return _u8(np.rint(channels[0] + channels[1] + channels[2] + np.float32(16)))


def rgb_to_lab(rgb: Rgb) -> NDArray[np.float64]:
    """CIELAB (D65): L 0..100, a and b about -128..127, in steps of the 8-bit conversion."""
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(np.float64)
    lab[..., 0] *= 100 / 255
    lab[..., 1:] -= 128
    return np.asarray(lab, dtype=np.float64)


def _u8(values: Any) -> NDArray[np.uint8]:
    return np.asarray(values).astype(np.uint8, copy=False)
