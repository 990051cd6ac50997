"""When slots will be free, at each place: what is begun, then what is out, then what waits.

Times follow from expected costs; where one is unknown, nothing is claimed for what comes after. A
worker that drains finishes what it has, and its slots are nobody else's.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from screentest.common.events import Lane
from screentest.dispatcher.domain.capabilities import Place
from screentest.dispatcher.domain.lanes import Released, Worker
from screentest.dispatcher.domain.shares import Shares

UNKNOWN_S = float("inf")
"""Later than anything."""


Slots = list[list[float]]
"""When each slot is free: a heap for each place."""


class Forecast:
    """Slots, and when each is free. Whoever takes one makes it free later."""

    def __init__(
        self, workers: Collection[Worker], released: Collection[Released], shares: Shares
    ) -> None:
        self._shares = shares
        #: When renders begin that are out and have not begun.
        self._starts_in_s: dict[UUID, float] = {}
        self._free_in_s: Mapping[Place, list[float]] = defaultdict(list)
        renders = {render.render_id: render for render in released}
        unheld = dict(renders)
        for worker in workers:
            own = [renders[render_id] for render_id in worker.holds if render_id in renders]
            slots = self._slots_of(worker, own)
            if worker.open_slots:
                self._free_in_s[worker.place].extend(slots)
            for render in own:
                # What a draining worker has staged it hands back.
                if worker.open_slots or render.render_id not in worker.staged:
                    unheld.pop(render.render_id, None)
        for slots in self._free_in_s.values():
            heapq.heapify(slots)
        for render in _in_order(unheld.values()):
            cost_s = self.cost_s(render.lane, render.estimate_s)
            self._starts_in_s[render.render_id] = take(self.slots_of([render.place]), cost_s)

    def starts_in_s(self, render: Released) -> float:
        """When a render begins that is out and has not begun."""
        return self._starts_in_s.get(render.render_id, UNKNOWN_S)

    def free_in_s(self, place: Place) -> float:
        """When the place has a free slot; never, where nobody takes work."""
        return self._free_in_s[place][0] if place in self._free_in_s else UNKNOWN_S

    def slots_of(self, places: Iterable[Place]) -> Slots:
        """The slots of several places, for those that may take any of them."""
        return [self._free_in_s[place] for place in places if place in self._free_in_s]

    def cost_s(self, lane: Lane, estimate_s: float | None) -> float:
        """What a render is expected to take: as estimated, else as is typical, else unknown."""
        return self._shares.typical_s.get(lane, UNKNOWN_S) if estimate_s is None else estimate_s

    def _slots_of(self, worker: Worker, own: Collection[Released]) -> list[float]:
        """When the slots of a worker are free of what it has; what it has staged begins then."""
        slots = [0.0] * worker.open_slots
        if not slots:
            return slots
        staged = [render for render in own if render.render_id in worker.staged]
        begun = [render for render in own if render.render_id not in worker.staged]
        for render in begun:
            cost_s = self.cost_s(render.lane, render.estimate_s)
            # It takes longer than expected, so it may end at any moment.
            left_s = max(cost_s - (render.begun_s or 0.0), 0.001)
            heapq.heapreplace(slots, slots[0] + left_s)
        for render in _in_order(staged):
            cost_s = self.cost_s(render.lane, render.estimate_s)
            self._starts_in_s[render.render_id] = heapq.heapreplace(slots, slots[0] + cost_s)
        return slots


def take(slots: Slots, cost_s: float) -> float:
    """Take the first slot that is free; returns when that is. Never, where there is none."""
    if not slots:
        return UNKNOWN_S
    first = slots[0] if len(slots) == 1 else min(slots, key=lambda place: place[0])
    starts_in_s = first[0]
    heapq.heapreplace(first, starts_in_s + cost_s)
    return starts_in_s


def _in_order(renders: Iterable[Released]) -> list[Released]:
    """As they were released."""
    return sorted(renders, key=lambda render: (-render.age_s, render.render_id))
