"""Which frame of a segment is its boundary: the last it shows, and the seed of the next."""

from enum import StrEnum

from pydantic import Field

from screentest.common.recipes import Frozen


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
    #: Frames, counted from the last one.
    window: int = Field(default=12, ge=2, le=240)
