"""A camera that moves over a picture."""

import math
from collections.abc import Callable

import cv2
import numpy as np

from screentest.media.encode import Frame

Motion = Callable[[Frame, int, int, int, np.random.Generator], list[Frame]]
"""(source, width, height, frames, random numbers) -> the frames of the shot."""


def look(
    source: Frame,
    size: tuple[int, int],
    *,
    x: float = 0.0,
    y: float = 0.0,
    zoom: float = 1.0,
    turn: float = 0.0,
) -> Frame:
    """What a camera sees of ``source``: its middle, moved by pixels, zoomed, turned by degrees."""
    width, height = size
    high, wide = source.shape[:2]
    matrix = cv2.getRotationMatrix2D((wide / 2 + x, high / 2 + y), turn, zoom)
    matrix[:, 2] += (width / 2 - wide / 2 - x, height / 2 - high / 2 - y)
    return cv2.warpAffine(
        source, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )


def camera(path: Callable[[float], dict[str, float]]) -> Motion:
    def shoot(
        source: Frame, width: int, height: int, frames: int, _: np.random.Generator
    ) -> list[Frame]:
        def seen(t: float) -> Frame:
            where = path(t)
            where["x"] = where.get("x", 0.0) * width
            where["y"] = where.get("y", 0.0) * height
            return look(source, (width, height), **where)

        return [seen(index / (frames - 1)) for index in range(frames)]

    return shoot


def eased(t: float) -> float:
    return (1 - math.cos(math.pi * t)) / 2
