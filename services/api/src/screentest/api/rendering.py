"""How far renders are, as their workers said last; kept in this process's memory.

Must never be needed: reports may be lost, and a process that has just begun knows none.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from screentest.common.events import SegmentProgressed

_REMEMBERED = 4096
STALE_S = 60.0
"""A worker reports several times a second; one that is silent for a minute has most likely died."""


@dataclass(frozen=True, kw_only=True)
class RenderProgress:
    """How far the render of a run is."""

    #: 0..1.
    fraction: float
    #: Seconds until it ends, when the worker can tell.
    left_s: float | None


class Renders:
    """What workers said lately of the segments they render."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` never goes back; its unit is a second."""
        self._clock = clock
        self._heard: OrderedDict[UUID, tuple[float, SegmentProgressed]] = OrderedDict()

    def hear(self, event: SegmentProgressed) -> None:
        """Take in a report; it replaces the one before of that run."""
        self._heard[event.run_id] = self._clock(), event
        self._heard.move_to_end(event.run_id)
        while len(self._heard) > _REMEMBERED:
            self._heard.popitem(last=False)

    def of(self, run_id: UUID) -> RenderProgress | None:
        """How far the render of a run is; None when nobody said so lately."""
        heard_at, event = self._heard.get(run_id, (float("-inf"), None))
        passed_s = self._clock() - heard_at
        if event is None or passed_s >= STALE_S:
            return None
        left_s = None if event.eta_s is None else max(0.0, event.eta_s - passed_s)
        return RenderProgress(fraction=event.fraction, left_s=left_s)
