"""How long the backend stands idle between two renders though the next one was waiting."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from screentest.gpu_runner.metrics import IDLE_GAP_SECONDS


class IdleGap:
    """Measures from the end of one render to the start of the next; waiting for work is free."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ended: float | None = None
        #: Of the latest pair of renders.
        self.latest_s: float | None = None

    def pause(self) -> None:
        """The backend is not to work, or cannot: what follows is no idling."""
        self._ended = None

    @contextmanager
    def rendering(self, wanted_at: float) -> Iterator[None]:
        """The block renders what was wanted since ``wanted_at``, by the same clock."""
        self.latest_s = None
        if self._ended is not None:
            self.latest_s = max(0.0, self._clock() - max(self._ended, wanted_at))
            IDLE_GAP_SECONDS.observe(self.latest_s)
        try:
            yield
        finally:
            self._ended = self._clock()
