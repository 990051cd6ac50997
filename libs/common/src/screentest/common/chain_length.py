"""When a chain is long enough: the one rule that the dispatcher decides by and the api shows by.

Must never know what a segment costs or how it is rendered.
"""

from dataclasses import dataclass

from screentest.common.events import ClipFacts

HAIR_S = 1e-3
"""Sums of 1/16 s are not exact, and neither is a rate written as 23.976; a millisecond is no frame.

Nobody pays for a segment to have it.
"""


@dataclass(frozen=True, kw_only=True)
class ChainLength:
    """How long a chain is to be."""

    #: Index of the last segment it may have.
    last_segment: int
    #: None: until the last segment.
    target_duration_s: float | None = None
    #: How far from the target it may end.
    tolerance_s: float = 0

    def is_reached(self, *, next_segment: int, elapsed_s: float) -> bool:
        """Whether nothing is left to render: all segments are there, or they last long enough.

        With a tolerance the first segment end within it is the end of the chain.
        """
        if next_segment > self.last_segment:
            return True
        if self.target_duration_s is None:
            return False
        return elapsed_s >= self.target_duration_s - self.tolerance_s - HAIR_S


def seconds_added(segment: int, clip: ClipFacts) -> float:
    """Seconds a segment adds to its scene: the frame two neighbours share is seen once."""
    return clip.duration_s if segment == 1 else clip.duration_s - 1 / clip.fps
