"""Where a clip is calm and sharp: what a boundary frame is chosen by.

Must never choose by itself which of them people like better: `calmest` is the rule of the mode of
that name and nothing more.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import av
import numpy as np

from screentest.media.clips import decode

Luma = np.ndarray[tuple[int, int], np.dtype[np.float32]]

#: Motion is seen as well at a quarter of the size, in a sixteenth of the time.
_QUARTER = 4
#: A step of sharpening: the second differences of neighbours across and down.
_SMALLEST_SIDE = 3


@dataclass(frozen=True, kw_only=True)
class Stillness:
    """How still and how sharp one frame is."""

    #: From 0, in the clip.
    frame: int
    #: Mean difference of brightness to its neighbours, 0..255; less is calmer.
    motion: float
    #: Variance of the Laplacian of its brightness; more is sharper.
    sharpness: float


def stillness(path: Path, window: int) -> list[Stillness]:
    """The final ``window`` frames of the clip at ``path``, in order; all when it has no more.

    The motion of a frame is the mean of its differences to the frame before and to the frame
    after; the first and the last frame of a clip have one neighbour only.

    Raises:
        ValueError: the window holds no frame.
        UnreadableClip: the clip cannot be decoded to its end.
    """
    if window < 1:
        raise ValueError(f"a window of {window} frames has no frame in it")
    # One more than the window, or its first frame would lack the neighbour before it.
    final: deque[Luma] = deque(maxlen=window + 1)
    frames = 0
    for frame in decode(path):
        final.append(_luma(frame))
        frames += 1
    lumas = list(final)
    steps = [float(np.abs(after - before).mean()) for before, after in pairwise(lumas)]
    began = frames - len(lumas)
    return [
        Stillness(
            frame=began + place,
            motion=_mean([*steps[max(0, place - 1) : place], *steps[place : place + 1]]),
            sharpness=_sharpness(luma),
        )
        for place, luma in enumerate(lumas)
    ][-window:]


def calmest(path: Path, window: int) -> int:
    """The frame with the least motion among the final ``window``, from 0; of equals the last one.

    Raises:
        ValueError: the window holds no frame.
        UnreadableClip: the clip cannot be decoded to its end.
    """
    return min(stillness(path, window), key=lambda one: (one.motion, -one.frame)).frame


def _mean(steps: Sequence[float]) -> float:
    return sum(steps) / len(steps) if steps else 0.0


def _luma(frame: av.VideoFrame) -> Luma:
    """Brightness at a quarter of the size: the mean of every block of 4 x 4 pixels."""
    plane = frame.planes[0]
    pixels = np.frombuffer(memoryview(cast("Any", plane)), np.uint8).reshape(
        plane.height, plane.line_size
    )
    tall, wide = plane.height // _QUARTER, plane.width // _QUARTER
    if not tall or not wide:
        return cast("Luma", pixels[:, : plane.width].astype(np.float32))
    blocks = pixels[: tall * _QUARTER, : wide * _QUARTER].reshape(tall, _QUARTER, wide, _QUARTER)
    return cast("Luma", blocks.mean(axis=(1, 3), dtype=np.float32))


def _sharpness(luma: Luma) -> float:
    if min(luma.shape) < _SMALLEST_SIDE:
        return 0.0
    middle = luma[1:-1, 1:-1]
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    return float((around - 4 * middle).var())
