"""What a defect is, and ways to change the frames of a shot."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from screentest.media.encode import Frame

Change = Callable[[list[Frame], int, np.random.Generator, list[Frame]], list[Frame]]
"""(frames of a good shot, strength, random numbers, frames of another shot) -> broken frames."""


@dataclass(frozen=True)
class Defect:
    """One way to break a clip."""

    #: The checks of which one must speak up.
    found_by: tuple[str, ...]
    change: Change | None = None
    #: What is done to the file, for damage that no encoder makes.
    damage: Callable[[Path, int, np.random.Generator], None] | None = None
    #: Only in a motion where it can be seen at all; None: any.
    motions: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None


def each(frames: list[Frame], change: Callable[[np.ndarray, float], np.ndarray]) -> list[Frame]:
    """Every frame after ``change(frame as float32, share of the clip)``, clipped."""
    last = max(1, len(frames) - 1)
    return [
        np.clip(change(f.astype(np.float32), i / last), 0, 255).astype(np.uint8)
        for i, f in enumerate(frames)
    ]


def tail(
    frames: list[Frame], share: float, change: Callable[[Frame, int], np.ndarray]
) -> list[Frame]:
    """The last ``share`` of the frames changed."""
    start = len(frames) - max(1, round(share * len(frames)))
    return [
        f if i < start else np.clip(change(f, i), 0, 255).astype(np.uint8)
        for i, f in enumerate(frames)
    ]
