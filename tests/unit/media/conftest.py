from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from screentest.media.encode import Frame, encode


def _scene(count: int, *, start: int = 0, width: int = 96, height: int = 64) -> list[Frame]:
    """A bright square that moves two pixels a frame over a gradient: every frame is different."""
    across = np.linspace(40, 200, width, dtype=np.uint8)
    frames = []
    for index in range(start, start + count):
        frame = np.zeros((height, width, 3), np.uint8)
        frame[..., 0] = across
        frame[..., 1] = 90
        frame[..., 2] = across[::-1]
        left = 4 + 2 * index
        frame[20:36, left : left + 12] = 240
        frames.append(frame)
    return frames


@pytest.fixture
def scene() -> Callable[..., list[Frame]]:
    """Makes pictures, 96x64 unless told: frame k of one call equals frame k - start of another."""
    return _scene


@pytest.fixture
def clip(tmp_path: Path) -> Callable[..., Path]:
    """Writes a clip of `scene` pictures and returns its path."""

    def write(
        name: str = "clip.mp4",
        *,
        frames: int = 8,
        start: int = 0,
        size: tuple[int, int] = (96, 64),
        fps: Fraction | int = 16,
        **encoder: object,
    ) -> Path:
        path = tmp_path / name
        pictures = _scene(frames, start=start, width=size[0], height=size[1])
        encode(pictures, path, fps=fps, **encoder)
        return path

    return write
