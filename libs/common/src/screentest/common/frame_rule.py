"""Which numbers of frames a video model can make: 4n+1 for Wan, 8n+1 for LTX.

Owned by a workflow. Must never round by itself: who asks chooses the direction.
"""

import math

from pydantic import Field

from screentest.common.recipes import Frozen


class FrameRule(Frozen):
    """Legal are ``step * n + offset`` for n = 0, 1, 2, ..., as far as that is a frame at all."""

    step: int = Field(ge=1, le=1024)
    offset: int = Field(default=0, ge=0, le=1024)

    def __str__(self) -> str:
        """As people write it: 4n+1."""
        return f"{self.step}n+{self.offset}" if self.offset else f"{self.step}n"

    def allows(self, frames: float) -> bool:
        """Whether so many frames can be made."""
        return frames == self.at_most(math.floor(frames))

    def at_most(self, frames: int) -> int | None:
        """The largest legal number not above ``frames``; None when there is none."""
        if frames < self.offset:
            return None
        legal = frames - (frames - self.offset) % self.step
        return legal if legal >= 1 else None

    def at_least(self, frames: int) -> int:
        """The smallest legal number not below ``frames``."""
        short = max(frames, 1) - self.offset
        return self.offset + -(-short // self.step) * self.step if short > 0 else self._first

    def nearest(self, frames: float) -> tuple[int, ...]:
        """The legal numbers around ``frames``: itself when it is one, else one or two."""
        below, above = self.at_most(math.floor(frames)), self.at_least(math.ceil(frames))
        return (above,) if below is None or below == above else (below, above)

    @property
    def _first(self) -> int:
        return self.offset or self.step
