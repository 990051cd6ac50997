"""Where the time of one segment goes, from when it began to wait to its recorded result."""

import time
from collections.abc import Callable
from enum import StrEnum

from screentest.common.events import RenderTimings


class Phase(StrEnum):
    """What a segment is about."""

    #: It waits for a slot, a worker, or the backend.
    QUEUE = "queue_s"
    LOAD = "load_s"
    RENDER = "render_s"
    #: It is finished and stored, or waits for that.
    STORE = "store_s"


class Phases:
    """One follows the other without a gap: together they last as long as the segment waits."""

    def __init__(
        self, wanted_at: float | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """It waits since ``wanted_at``, by ``clock``; None where that is not known."""
        self._clock = clock
        self._phase = Phase.QUEUE
        #: When its segment began to wait, as far as that is known.
        self.wanted_at = self._since = clock() if wanted_at is None else wanted_at
        self._seconds: dict[Phase, float] = {}
        self._is_known = wanted_at is not None

    def enter(self, phase: Phase) -> None:
        """What follows belongs to ``phase``."""
        now = self._clock()
        self._seconds[self._phase] = self._seconds.get(self._phase, 0.0) + now - self._since
        self._phase, self._since = phase, now

    def timings(self, *, idle_gap_s: float | None) -> RenderTimings:
        """The phases until now."""
        self.enter(self._phase)
        seconds = {phase.value: lasted for phase, lasted in self._seconds.items()}
        if not self._is_known:
            del seconds[Phase.QUEUE]
        return RenderTimings(**seconds, idle_gap_s=idle_gap_s)
