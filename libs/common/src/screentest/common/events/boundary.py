"""Which frame of a segment is its boundary: the last it shows, and the seed of the next."""

from enum import StrEnum

from pydantic import Field

from screentest.common.recipes import Frozen

_FEWEST_KEPT = 2


class BoundaryMode(StrEnum):
    """How the boundary frame is chosen."""

    #: The last frame that was rendered.
    LAST = "last"
    #: The frame with the least motion among the last `window`; the clip ends there.
    CALMEST = "calmest"
    #: A person chooses among the last `window`; the run waits as `awaiting_frame`.
    MANUAL = "manual"


class Boundary(Frozen):
    """The mode, and how far from the end the boundary may lie."""

    mode: BoundaryMode = BoundaryMode.LAST
    #: Frames, counted from the last one; of a clip never more than `candidates` says.
    window: int = Field(default=12, ge=2, le=240)

    def candidates(self, frames: int) -> int:
        """How many final frames of a clip of so many may be its boundary: at least the last one.

        Whatever the window, half of the clip is kept, and two frames: the frame that neighbours
        share is seen once, so a segment of one frame would add nothing to its scene.
        """
        fewest_kept = max(_FEWEST_KEPT, frames - frames // 2)
        return max(1, min(self.window, frames - fewest_kept + 1))
