"""Who renders next: which waiting runs are released to the slots that are free.

The broker's work queue holds only what workers can start now; all else waits where it can still be
re-ordered and cancelled.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from screentest.common.events import Lane
from screentest.common.recipes import Renderer


@dataclass(frozen=True, kw_only=True)
class Worker:
    """A live worker, as it last described itself."""

    name: str
    renderer: Renderer
    #: Renders it can run at once.
    slots: int = 1
    #: It finishes what it has and takes no more.
    draining: bool = False
    busy_with: frozenset[UUID] = frozenset()

    @property
    def open_slots(self) -> int:
        """Slots that take work, busy or not."""
        return 0 if self.draining else self.slots


@dataclass(frozen=True, kw_only=True)
class WaitingRun:
    """A run that could be released, without its recipe."""

    run_id: UUID
    lane: Lane
    renderer: Renderer
    requested_at: datetime


def open_slots(workers: Collection[Worker]) -> Counter[Renderer]:
    """Slots of each renderer that take work, busy or not."""
    total: Counter[Renderer] = Counter()
    for worker in workers:
        total[worker.renderer] += worker.open_slots
    return total


def free_slots(
    workers: Collection[Worker], released: Mapping[UUID, Renderer]
) -> dict[Renderer, int]:
    """Slots of each renderer that no released render has a claim to; renderers with none left out.

    ``released`` holds every render that is out: in the work queue, on a worker, or left by a worker
    that died. Each needs one slot sooner or later; only what a draining worker still holds needs
    none of the slots counted here.
    """
    held: set[UUID] = set()
    for worker in workers:
        if worker.open_slots == 0:
            held |= worker.busy_with
    claimed = Counter(renderer for render_id, renderer in released.items() if render_id not in held)
    return {
        renderer: slots - claimed[renderer]
        for renderer, slots in open_slots(workers).items()
        if slots > claimed[renderer]
    }


def choose(waiting: Collection[WaitingRun], free: Mapping[Renderer, int]) -> list[WaitingRun]:
    """The runs to release now, at most one a free slot: preview first, then the oldest."""
    left = Counter(free)
    chosen = []
    for run in sorted(waiting, key=_precedence):
        if left[run.renderer] > 0:
            left[run.renderer] -= 1
            chosen.append(run)
    return chosen


def _precedence(run: WaitingRun) -> tuple[bool, datetime, UUID]:
    return run.lane is not Lane.PREVIEW, run.requested_at, run.run_id
