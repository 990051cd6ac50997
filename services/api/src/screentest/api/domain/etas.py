"""When cells of a batch will have their clips, and when the batch will end.

From what is known of every open cell: its turn in the queue, what its render is expected to take,
how far it is. Else from the pace at which the batch renders. Pure; None where nobody can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from screentest.api.domain.shots import ShotStatus
from screentest.api.domain.waiting import Waiting
from screentest.common.events import WaitingCode

_ITS_TURN = frozenset(
    {
        WaitingCode.SLOTS_BUSY,
        WaitingCode.STAGED,
        WaitingCode.RELEASED,
        WaitingCode.SHARES_RENDER,
        WaitingCode.CHECKS_REUSE,
        WaitingCode.UNKNOWN,
    }
)
"""Why runs wait that will be rendered as the queue goes on; others lack what may never come."""


@dataclass(frozen=True, kw_only=True)
class OpenCell:
    """A cell whose clip or score is to come, and what is known of that."""

    status: ShotStatus
    #: Seconds a render of it is expected to take.
    estimate_s: float | None = None
    #: Seconds since its render began.
    rendering_s: float = 0.0
    waiting: Waiting | None = None
    #: Seconds its render has left, as the worker says.
    left_s: float | None = None
    #: How much of it is rendered, as the worker says: 0..1.
    fraction: float = 0.0

    @property
    def progress(self) -> float:
        """How much of its clip is there: 0..1."""
        return 1.0 if self.status is ShotStatus.RENDERED else self.fraction

    @property
    def eta_s(self) -> float | None:
        """Seconds until its clip is there."""
        match self.status:
            case ShotStatus.WAITING:
                starts_in_s = None if self.waiting is None else self.waiting.starts_in_s
                if starts_in_s is None or self.estimate_s is None:
                    return None
                return starts_in_s + self.estimate_s
            case ShotStatus.RENDERING:
                if self.left_s is not None:
                    return self.left_s
                # One that takes longer than expected tells nothing any more.
                left_s = (self.estimate_s or 0.0) - self.rendering_s
                return left_s if left_s > 0 else None
        return 0.0

    @property
    def is_held_up(self) -> bool:
        """It waits for something else than its turn."""
        said = self.waiting
        return said is not None and said.starts_in_s is None and said.code not in _ITS_TURN


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How fast a batch renders."""

    #: Clips that were rendered, and not taken from identical renders, since it goes on.
    rendered: int
    #: Since the first of them began.
    elapsed_s: float

    def eta_s(self, clips: int) -> float | None:
        """Seconds until so many more are there."""
        return clips * self.elapsed_s / self.rendered if self.rendered else None


def batch_eta_s(cells: Sequence[OpenCell], pace: Pace, *, is_paused: bool) -> float | None:
    """Seconds until the last of the open cells has its clip."""
    if not cells:
        return 0.0
    if is_paused or any(cell.is_held_up for cell in cells):
        return None
    etas = [cell.eta_s for cell in cells]
    known = [eta_s for eta_s in etas if eta_s is not None]
    return max(known) if len(known) == len(etas) else pace.eta_s(len(cells))
