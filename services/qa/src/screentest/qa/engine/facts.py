"""What one decode pass learns of a clip: the facts that all checks measure from.

Plain arrays and numbers. Must never hold full-size frames beyond the first: a clip of any length
costs about 50 kB a frame.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screentest.qa.engine.colour_change import ColourChange
from screentest.qa.engine.job import Expected
from screentest.qa.engine.picture import Luma

#: Levels of luma in one unit of L*, about.
_LEVELS_PER_L = 2.19

Grid = NDArray[np.float32]
"""One number a cell of the coarse grid, shape (rows, columns)."""


@dataclass(frozen=True, slots=True)
class GridFacts:
    """A picture on a coarse grid of cells about 16 pixels wide: colour, light and detail."""

    #: CIELAB, shape (rows, columns, 3).
    lab: NDArray[np.float32]
    #: Luma, levels.
    luma: Grid
    #: Share of pixels at white (235 and up) and at black (16 and down), 0..1.
    white: Grid
    black: Grid
    #: Mean absolute Laplacian at full size, levels.
    detail: Grid


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """The costlier facts of every n-th frame."""

    grid: GridFacts
    #: Variance of the Laplacian, levels squared: of the full-size luma and of the small one.
    laplacian: float
    small_laplacian: float
    #: The sampled frame from which the cells were followed: the first, until most have left.
    since: int
    #: Where each cell was in that frame, (column, row) in cells; shape (rows, columns, 2).
    origin: NDArray[np.float32]
    #: Cells that were in the picture all the time and could be followed by optical flow.
    followed: NDArray[np.bool_]
    #: Pixel noise of the calmer parts, levels: of the luma, and of the worse chroma plane.
    noise_sigma: float
    chroma_sigma: float
    #: Gradient on the lines of a coding grid / beside them, 1 when there is no grid.
    blockiness: float
    #: How much stronger the lines of the grid are than what lies beside, levels; None: hardly.
    blocks: Grid | None
    #: Share of cells in which a smooth ramp is broken into steps, 0..1; and 1 for those cells.
    banding: float
    bands: Grid


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What changed from the frame before, measured on the small luma."""

    #: Mean absolute difference, levels.
    difference: float
    #: The same in the cell of a 16x16 grid that changed most, levels.
    peak_difference: float
    #: Median optical flow (x, y), share of the picture's width; and its 75th percentile.
    flow: tuple[float, float]
    speed: float
    #: Mean change of brightness that motion does not explain, levels; outliers are clipped.
    brightness: float
    #: The same in each cell of an 8x8 grid, levels.
    cells: Grid
    #: Mean absolute difference that motion does not explain, levels.
    unexplained: float
    #: Correlation with the frame before after motion is taken out, -1..1; None: one is uniform.
    likeness: float | None


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """What is known of one frame. Levels are video levels: 16 black, 235 white."""

    #: About 208x120, area-averaged, aspect kept.
    small: Luma
    #: Mean, standard deviation and 99th percentile of `small`, levels.
    mean: float
    std: float
    p99: float
    #: The decoder marked the frame as damaged.
    is_corrupt: bool
    #: The change from the frame before; None for the first.
    step: StepFacts | None = None
    #: Only of sampled frames.
    sample: SampleFacts | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """How one sampled frame differs from an earlier picture, cell by cell along the motion."""

    frame: int
    #: Mean Delta E (CIE 1976) without the fifth of the cells that differ most.
    difference: float
    #: Of the colours as a whole.
    change: ColourChange
    #: Growth of the share of pixels at white and at black, 0..1.
    burnt: float
    crushed: float
    #: Squared ratio of the mean absolute Laplacian; None: there was no detail.
    detail: float | None
    #: Change of (L, a, b) of every cell, CIELAB, 0 where it was not followed; from the frame it was
    #: followed from. Shape (rows, columns, 3).
    away: NDArray[np.float32]
    #: By how many levels the detail of every cell fell, 0 where it was not followed.
    softened: Grid

    @property
    def cast(self) -> float:
        """Median change of (a, b), CIELAB."""
        return math.hypot(*self.change.shift[1:])

    @property
    def light(self) -> float:
        """Median change of the luma, levels; negative is darker."""
        return self.change.shift[0] * _LEVELS_PER_L


@dataclass(frozen=True, slots=True)
class SeedFacts:
    """The seed image, fitted to the clip's size as its renderer most likely did it."""

    luma: Luma
    small: Luma
    mean: float
    laplacian: float
    small_laplacian: float
    noise_sigma: float
    chroma_sigma: float
    blockiness: float
    banding: float
    grid: GridFacts


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
    #: The sampled frames against the first frame and against the seed image; those of which too
    #: little could be followed are left out.
    against_first: Sequence[Compared] = field(default=())
    against_seed: Sequence[Compared] = field(default=())
    #: Errors the decoder raised, in its own words. Frames after the first are missing.
    decode_errors: Sequence[str] = field(default=())
    #: Path of the clip, for a check that must see some frames at full size (`frames.read_frames`).
    video: Path | None = None
    #: Path of the character's source image, as it was uploaded; None: `reference_problem` says why.
    reference_image: Path | None = None
    reference_problem: str = ""

    @property
    def steps(self) -> list[StepFacts]:
        """Changes between neighbouring frames; entry i is between frames i and i+1."""
        return [each.step for each in self.frames if each.step is not None]

    @property
    def differences(self) -> NDArray[np.float64]:
        """Mean absolute difference of every step, levels."""
        return np.array([each.difference for each in self.steps], dtype=np.float64)

    @property
    def samples(self) -> list[tuple[int, SampleFacts]]:
        """The sampled frames: index and facts."""
        return [(i, each.sample) for i, each in enumerate(self.frames) if each.sample is not None]
