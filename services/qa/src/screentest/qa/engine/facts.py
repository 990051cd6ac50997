"""What one decode pass learns of a clip: the facts that all checks measure from.

Plain arrays and numbers. Must never hold full-size frames beyond the first: a clip of any length
costs about 25 kB a frame.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screentest.qa.engine.job import Expected
from screentest.qa.engine.picture import Luma


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """What is known of one frame. Levels are video levels: 16 black, 235 white."""

    #: About 208x120, area-averaged, aspect kept.
    small: Luma
    #: Mean, standard deviation and 99th percentile of `small`, levels.
    mean: float
    std: float
    p99: float
    #: Mean absolute difference of `small` to the frame before, levels; None for the first.
    step: float | None
    #: Variance of the full-size Laplacian, levels squared.
    laplacian: float
    #: The decoder marked the frame as damaged.
    is_corrupt: bool
    #: Noise sigma at full size, levels; only of sampled frames.
    noise_sigma: float | None = None
    #: CIELAB of a coarse grid, shape (rows, columns, 3); only of sampled frames.
    lab: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class SeedFacts:
    """The seed image, fitted to the clip's size as its renderer most likely did it."""

    luma: Luma
    small: Luma
    mean: float
    laplacian: float
    #: CIELAB on the grid of `FrameFacts.lab`.
    lab: NDArray[np.float64]
    #: The same picture with twice the rows and columns, for comparing in half steps of the grid.
    fine_lab: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class ClipFacts:
    """Everything the checks may look at."""

    width: int
    height: int
    #: Frames per second as the container says; None when it does not.
    fps: float | None
    #: Frames the container's header promises; 0 when it does not say.
    declared_frames: int
    frames: Sequence[FrameFacts]
    #: Full-size luma of the first frame.
    first_luma: Luma
    expected: Expected
    segment: int
    #: None: no seed image, or it cannot be read; `seed_problem` says which.
    seed: SeedFacts | None = None
    seed_problem: str = ""
    #: Errors the decoder raised, in its own words. Frames after the first are missing.
    decode_errors: Sequence[str] = field(default=())
    #: Path of the clip, for a check that must see some frames at full size (`frames.read_frames`).
    video: Path | None = None
    #: Path of the character's source image, as it was uploaded; None: `reference_problem` says why.
    reference_image: Path | None = None
    reference_problem: str = ""

    @property
    def steps(self) -> NDArray[np.float64]:
        """Differences between neighbouring frames; entry i is between frames i and i+1."""
        return np.array([each.step for each in self.frames[1:]], dtype=np.float64)
