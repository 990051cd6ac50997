"""How long the backend stands idle between two renders because of bookkeeping."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from screentest.gpu_runner.metrics import IDLE_GAP_SECONDS


class IdleGap:
    """Measures from the end of one render to the start of the next; waiting for work is free."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ended: float | None = None
        self._waited_s = 0.0
        #: Of the latest pair of renders.
        self.latest_s: float | None = None

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """The block waits for somebody to want something rendered."""
        began = self._clock()
        try:
            yield
        finally:
            self._waited_s += self._clock() - began

    @contextmanager
    def rendering(self) -> Iterator[None]:
        """The block renders."""
        if self._ended is not None:
            self.latest_s = max(0.0, self._clock() - self._ended - self._waited_s)
            IDLE_GAP_SECONDS.observe(self.latest_s)
        try:
            yield
        finally:
            self._ended, self._waited_s = self._clock(), 0.0
