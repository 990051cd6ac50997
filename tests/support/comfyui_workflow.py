"""The documented example workflow, and frames for its clips."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from screentest.media.encode import Frame

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "model-free-image-to-video.json"
SIZE = (96, 64)


def example_graph() -> dict[str, Any]:
    graph: dict[str, Any] = json.loads(EXAMPLE.read_text())
    return graph


def pictures(count: int, size: tuple[int, int] = SIZE) -> list[Frame]:
    """Frames with a bar that moves, so that no two are equal."""
    width, height = size
    frames = [np.full((height, width, 3), 90, np.uint8) for _ in range(count)]
    for index, frame in enumerate(frames):
        frame[:, 4 * index : 4 * index + 8] = (220, 60, 40)
    return frames
