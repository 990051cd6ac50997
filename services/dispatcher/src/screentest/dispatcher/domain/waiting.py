"""Why each waiting run waits, at which place it stands, and when it is expected to start.

A forecast: the order is the policy's but for warm models, which cannot be foreseen; the times
follow from expected costs. Where those are unknown, nothing is claimed for what comes after.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from screentest.common.events import Lane
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Capability, Place, Shortfall
from screentest.dispatcher.domain.lanes import Candidate, Released, Worker
from screentest.dispatcher.domain.shares import Account, Shares


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why one run waits."""

    run_id: UUID
    #: As in `QueueChanged`.
    code: str
    reason: str
    #: From 1, among those that wait for the same renderer and can have it.
    position: int | None = None
    starts_in_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A run that waits, and what keeps it apart from those that stand in order."""

    run: Candidate
    #: "run", "batch" or "budget".
    paused_by: str | None = None
    #: The sentence that came with the pause, where one did.
    paused_why: str = ""
    #: It takes the render of another run.
    shares_render: bool = False


@dataclass(frozen=True, kw_only=True)
class Queue:
    """All that decides about the order, at one moment."""

    waiting: Collection[Waiting]
    workers: Collection[Worker]
    released: Collection[Released]
    capabilities: Mapping[Place, Capability]
    shares: Shares
    paused_lanes: Collection[Lane] = ()

    def reasons(self) -> Iterator[Reason]:
        """One of every waiting run."""
        in_order: defaultdict[Renderer, list[Candidate]] = defaultdict(list)
        for each in self.waiting:
            hindrance = self._hindrance(each)
            if hindrance is None:
                in_order[each.run.renderer].append(each.run)
            else:
                yield hindrance
        for renderer, runs in in_order.items():
            yield from self._forecast(renderer, runs)

    def _hindrance(self, each: Waiting) -> Reason | None:
        """What keeps a run out of the order; None when only busy slots do."""
        run = each.run
        if each.shares_render:
            said = "shares_render", "an identical render is under way: its clip will be taken"
        elif each.paused_by == "batch":
            said = "batch_paused", f"batch {run.batch_id} is paused"
        elif each.paused_by == "run":
            said = "run_paused", "it is paused"
        elif each.paused_by == "budget":
            said = "budget_spent", each.paused_why
        elif run.lane in self.paused_lanes:
            said = "lane_paused", f"the {run.lane} lane is paused"
        else:
            return self._unfit(run)
        return Reason(run_id=run.run_id, code=said[0], reason=said[1])

    def _unfit(self, run: Candidate) -> Reason | None:
        there = [worker for worker in self.workers if worker.place.renderer is run.renderer]
        taking = {worker.place for worker in there if worker.open_slots}
        if not there:
            said = "no_worker", f"no live worker renders with {run.renderer}"
        elif not taking:
            said = "workers_draining", _all_draining(there, run.renderer)
        else:
            lacks = [self._shortfall(run, place) for place in sorted(taking)]
            missing = [lack for lack in lacks if lack is not None]
            if len(missing) < len(lacks):
                return None
            said = missing[0].code, _missing(missing[0])
        return Reason(run_id=run.run_id, code=said[0], reason=said[1])

    def _shortfall(self, run: Candidate, place: Place) -> Shortfall | None:
        return self.capabilities.get(place, Capability()).shortfall(run.needs)

    def _forecast(self, renderer: Renderer, runs: list[Candidate]) -> Iterator[Reason]:
        free_in_s = self._slots_free_in_s(renderer)
        slots = len(free_in_s)
        busy = f"all {slots} slots are busy" if slots > 1 else "the only slot is busy"
        account = self._account(renderer)
        for position, run in enumerate(self._in_order(runs, account), start=1):
            starts_in_s = heapq.heappop(free_in_s)
            heapq.heappush(free_in_s, starts_in_s + self._cost_s(run))
            others = "it is next" if position == 1 else f"runs ahead of it: {position - 1}"
            yield Reason(
                run_id=run.run_id,
                code="slots_busy",
                reason=f"{busy}; {others}",
                position=position,
                starts_in_s=None if starts_in_s == _UNKNOWN else round(starts_in_s, 1),
            )

    def _cost_s(self, run: Candidate) -> float:
        known = run.estimate_s
        return self.shares.typical_s.get(run.lane, _UNKNOWN) if known is None else known

    def _slots_free_in_s(self, renderer: Renderer) -> list[float]:
        """A heap of when each slot is free; at least one."""
        slots = sum(
            worker.open_slots for worker in self.workers if worker.place.renderer is renderer
        )
        free_in_s = [0.0] * max(1, slots)
        for render in sorted(self.released, key=lambda render: -render.age_s):
            if render.place.renderer is renderer:
                begins_in_s = heapq.heappop(free_in_s)
                left_s = _UNKNOWN
                if render.estimate_s is not None:
                    spent_s = render.age_s if begins_in_s == 0 else 0
                    left_s = max(begins_in_s + render.estimate_s - spent_s, 0.001)
                heapq.heappush(free_in_s, left_s)
        return free_in_s

    def _account(self, renderer: Renderer) -> Account:
        places = {worker.place for worker in self.workers if worker.place.renderer is renderer}
        return self.shares.at(min(places))

    def _in_order(self, runs: list[Candidate], account: Account) -> Iterator[Candidate]:
        """As the policy would release them: users by virtual time, production by its share."""
        lanes = {lane: self._by_virtual_time(lane, runs, account) for lane in Lane}
        preview, production = lanes[Lane.PREVIEW], lanes[Lane.PRODUCTION]
        credit_s, share = account.production_credit_s, account.production_share
        first = second = 0
        while first < len(preview) and second < len(production):
            if credit_s > 0:
                run = production[second]
                second += 1
                credit_s -= (1 - share) * self.shares.cost_s(run.lane, run.estimate_s)
            else:
                run = preview[first]
                first += 1
                credit_s += share * self.shares.cost_s(run.lane, run.estimate_s)
            yield run
        yield from chain(preview[first:], production[second:])

    def _by_virtual_time(
        self, lane: Lane, runs: list[Candidate], account: Account
    ) -> list[Candidate]:
        at_s: dict[int, float] = {}
        tagged = []
        for run in sorted((run for run in runs if run.lane is lane), key=lambda run: run.order):
            start_s = at_s.get(run.user, account.start_s(lane, run.user))
            at_s[run.user] = start_s + self.shares.cost_s(lane, run.estimate_s) / run.weight
            tagged.append((start_s, *run.order, run))
        return [run for *_, run in sorted(tagged, key=lambda tag: tag[:3])]


#: Later than anything.
_UNKNOWN = float("inf")


def _missing(lack: Shortfall) -> str:
    if lack.code == "short_of_vram":
        return f"every live worker is short of VRAM: it takes {lack.what}"
    return f"no live worker has {lack.what}"


def _all_draining(workers: Collection[Worker], renderer: Renderer) -> str:
    if any(worker.draining for worker in workers):
        return f"every live worker that renders with {renderer} is draining"
    return f"no backend of the workers that render with {renderer} answers"
