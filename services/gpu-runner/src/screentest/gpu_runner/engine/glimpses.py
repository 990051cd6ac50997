"""What a preview shows at a glance: whether it is black, or noise. Numbers only, no decoding.

A glimpse is taken of a picture shrunk to 48 pixels of width. ComfyUI's latent previews have 8 to 32
pixels of the clip in one, enlarged to 512: shrunk to that again, noise stays noise (neighbours
correlate by less than 0.4), and photographs stay smooth (above 0.7).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GLIMPSE_WIDTH = 48
"""Pixels of width that a picture is shrunk to before it is looked at."""

#: Levels, 0 black to 255 white: qa's limits for a black frame, in the levels of a picture.
_BLACK_MEAN = 14.0
_BLACK_P99 = 34.0
#: Correlation of neighbouring pixels: below the first it is noise, below the second nobody can say.
_NOISE_BELOW = 0.40
_ROUGH_BELOW = 0.65
_LUMA = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True, kw_only=True)
class Glimpse:
    """What is known of one picture."""

    #: Mean and 99th percentile of the luma, levels 0..255.
    mean: float
    p99: float
    #: Correlation of the luma with itself moved by one pixel, -1..1; None for one flat colour.
    texture: float | None

    @property
    def is_black(self) -> bool:
        """Nothing can be seen."""
        return self.mean < _BLACK_MEAN and self.p99 < _BLACK_P99

    @property
    def is_noise(self) -> bool:
        """It shows no thing, only grain."""
        return self.texture is not None and self.texture < _NOISE_BELOW

    @property
    def is_dark(self) -> bool:
        """Dark enough for what is made of it to be black with good reason."""
        return self.mean < 2 * _BLACK_MEAN

    @property
    def is_rough(self) -> bool:
        """Rough enough for what is made of it to look like noise with good reason."""
        return self.texture is None or self.texture < _ROUGH_BELOW


def glimpse(picture: NDArray[np.uint8]) -> Glimpse:
    """Look at a picture: height x width x 3, RGB, `GLIMPSE_WIDTH` wide."""
    luma = picture.astype(np.float64) @ _LUMA
    return Glimpse(
        mean=float(luma.mean()),
        p99=float(np.percentile(luma, 99)),
        texture=_correlation(luma[:, 1:], luma[:, :-1]),
    )


def _correlation(one: NDArray[np.float64], two: NDArray[np.float64]) -> float | None:
    if one.size == 0:
        return None
    one, two = one - one.mean(), two - two.mean()
    scale = float(np.sqrt((one**2).sum() * (two**2).sum()))
    # A level of rounding is no texture.
    if scale < one.size:
        return None
    return float((one * two).sum() / scale)
