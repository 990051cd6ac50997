"""Pictures that the clips of the corpus are made of: photographs, and what no photograph shows.

The photographs come with scikit-image. Limits are tuned on `TUNING` only; `HELD_OUT` tells how they
do on pictures they have not seen.
"""

from functools import cache

import cv2
import numpy as np
import skimage.data

from screentest.media.encode import Frame
from screentest.media.stills import cover

#: A source is larger than the clip, so that the camera has room to move.
ROOM = 1.4

TUNING = (
    "astronaut",
    "coffee",
    "chelsea",
    "camera",
    "retina",
    "grass",
    "drawing:1",
    "night:1",
    "landscape:1",
)
HELD_OUT = (
    "rocket",
    "motorcycle",
    "hubble_deep_field",
    "coins",
    "immunohistochemistry",
    "gravel",
    "drawing:2",
    "night:2",
    "landscape:2",
)


@cache
def source(name: str, width: int, height: int) -> Frame:
    """The picture ``name``, `ROOM` times as wide and high as a clip of ``width`` x ``height``."""
    size = round(width * ROOM), round(height * ROOM)
    kind, _, seed = name.partition(":")
    made = {"drawing": _drawing, "night": _night, "landscape": _landscape}
    picture = made[kind](int(seed), *size) if seed else cover(_photograph(kind), *size)
    picture = np.ascontiguousarray(picture)
    picture.flags.writeable = False
    return picture


def _photograph(name: str) -> Frame:
    if name == "motorcycle":
        return np.ascontiguousarray(skimage.data.stereo_motorcycle()[0])
    picture = getattr(skimage.data, name)()
    if picture.ndim == 2:
        picture = np.stack([picture] * 3, axis=-1)
    return np.ascontiguousarray(picture[..., :3])


def clouds(rng: np.random.Generator, width: int, height: int, slope: float = 1.4) -> np.ndarray:
    """1/f noise, the spectrum of a photograph; mean 0, standard deviation 1."""
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    falloff = np.maximum(np.hypot(fy, fx), 1 / max(width, height)) ** -slope
    noise = np.fft.rfft2(rng.normal(size=(height, width))) * falloff
    plane = np.fft.irfft2(noise, s=(height, width))
    return (plane - plane.mean()) / plane.std()


def _drawing(seed: int, width: int, height: int) -> Frame:
    """Flat colours with dark outlines, and a soft sky: a frame of a drawn film."""
    rng = np.random.default_rng([1, seed])
    ramp = np.linspace(0, 1, height)[:, None, None]
    top, bottom = rng.uniform(90, 200, 3), rng.uniform(170, 250, 3)
    canvas = np.ascontiguousarray(
        np.broadcast_to(top * (1 - ramp) + bottom * ramp, (height, width, 3))
    ).astype(np.uint8)
    for _ in range(26):
        points = rng.normal(size=(int(rng.integers(4, 9)), 2)) * rng.uniform(0.04, 0.16) * height
        angles = np.argsort(np.arctan2(points[:, 1], points[:, 0]))
        shape = np.rint(points[angles] + rng.uniform(0, 1, 2) * (width, height)).astype(np.int32)
        colour = tuple(int(each) for each in rng.integers(30, 245, 3))
        cv2.fillPoly(canvas, [shape], colour, cv2.LINE_AA)
        cv2.polylines(canvas, [shape], isClosed=True, color=(25, 20, 30), thickness=3, lineType=16)
    return canvas


def _night(seed: int, width: int, height: int) -> Frame:
    """Dark houses with lit windows, a street lamp, sensor noise."""
    rng = np.random.default_rng([2, seed])
    canvas = np.full((height, width, 3), (14, 16, 26), np.float64)
    canvas += 4 * clouds(rng, width, height)[..., None]
    for left in range(0, width, width // 9):
        top = int(rng.uniform(0.15, 0.6) * height)
        canvas[top:, left : left + width // 10] = rng.uniform(18, 40, 3)
        for row in range(top + 10, height - 20, 28):
            for column in range(left + 8, left + width // 10 - 14, 22):
                if rng.random() < 0.35:
                    canvas[row : row + 12, column : column + 9] = rng.uniform(120, 235, 3)
    glow = np.zeros((height, width), np.float32)
    for _ in range(3):
        at = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(glow, at, height // 40, 1.0, -1)
    glow = cv2.GaussianBlur(glow, (0, 0), height / 12) * 5 + cv2.GaussianBlur(glow, (0, 0), 2)
    canvas += glow[..., None] * (255, 210, 140)
    canvas += rng.normal(scale=1.5, size=canvas.shape)
    return np.clip(canvas, 0, 255).astype(np.uint8)


def _landscape(seed: int, width: int, height: int) -> Frame:
    """A clear sky over hills of 1/f texture."""
    rng = np.random.default_rng([3, seed])
    ramp = np.linspace(0, 1, height)[:, None, None] ** 0.8
    sky = np.array([70, 120, 200]) * (1 - ramp) + np.array([235, 215, 190]) * ramp
    canvas = np.broadcast_to(sky, (height, width, 3)).copy()
    columns = np.arange(width)
    for layer in range(3):
        line = clouds(rng, width, 8, 1.8)[0] * height * 0.05 + height * (0.45 + 0.16 * layer)
        ground = np.arange(height)[:, None] > line[columns][None, :]
        tone = rng.uniform(40, 130, 3) + 22 * clouds(rng, width, height, 1.1)[..., None]
        canvas[ground] = tone[ground]
    return np.clip(canvas, 0, 255).astype(np.uint8)
