"""Who renders next: which waiting runs are released to the slots that are free.

In this order: preview before production, which is guaranteed its share; between the users of a lane
whoever has had least; of one user whose turn is first; and, within bounds, what needs the models a
worker has in memory. A run may be passed by what fits a warm worker as often as costs it one render
of waiting.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from screentest.common.events import Lane
from screentest.dispatcher.domain.capabilities import Capability, Place
from screentest.dispatcher.domain.lanes import Candidate, Slot, Worker
from screentest.dispatcher.domain.shares import Shares


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A run that is released, and what it was charged."""

    run: Candidate
    slot: Slot
    cost_s: float
    #: Both lanes wanted the slot.
    contended: bool


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How far the sake of warm models may go against fairness."""

    #: Users, and runs of one user, that are looked at.
    look_ahead: int = 32
    #: How often the runs of a user who waits for many are passed by other users' for each slot.
    patience: int = 8
    #: So many runs are many.
    many: int = 8
    #: Renders that go at once: passing a run once makes it wait one so-manieth of a render.
    slots: Mapping[Place, int] = field(default_factory=dict)


@dataclass(kw_only=True)
class Policy:
    """Decides for one moment; the accounts go on to the next."""

    shares: Shares
    capabilities: Mapping[Place, Capability]
    bounds: Bounds = Bounds()
    paused_lanes: Collection[Lane] = ()
    #: How often a run was passed in this decision, by run.
    passed: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    _fits: dict[tuple[str, Place], bool] = field(default_factory=dict)

    def choose(self, waiting: Collection[Candidate], free: Collection[Slot]) -> list[Pick]:
        """The runs to release now, at most one a slot."""
        queues = _queues(waiting, self.paused_lanes)
        picks: list[Pick] = []
        for slot in free:
            pick = self._pick(queues, slot)
            if pick is not None:
                queues[pick.run.lane][pick.run.user].remove(pick.run)
                picks.append(pick)
        return picks

    def take_back(self, pick: Pick) -> None:
        """What was chosen is not released after all."""
        run = pick.run
        self.shares.settle(run.lane, run.user, run.weight, -pick.cost_s, contended=pick.contended)

    def fits(self, run: Candidate, place: Place) -> bool:
        """Whether the workers of the place can render the run."""
        if run.renderer is not place.renderer:
            return False
        key = run.needs_key, place
        if key not in self._fits:
            capability = self.capabilities.get(place, Capability())
            self._fits[key] = capability.shortfall(run.needs) is None
        return self._fits[key]

    def _pick(self, queues: "Queues", slot: Slot) -> Pick | None:
        wanted = {
            lane: {
                user: fitting
                for user, runs in users.items()
                if (fitting := [run for run in runs if self.fits(run, slot.place)])
            }
            for lane, users in queues.items()
        }
        lanes = [lane for lane in Lane if wanted.get(lane)]
        if not lanes:
            return None
        for lane in lanes:
            self.shares.advance_clock(lane, wanted[lane])
        lane = lanes[0] if len(lanes) == 1 else self._lane(wanted, slot)
        run = self._run(wanted[lane], slot)
        cost_s = self.shares.cost_s(lane, run.estimate_s)
        contended = len(lanes) > 1
        self.shares.charge(lane, run.user, run.weight, cost_s, contended=contended)
        return Pick(run=run, slot=slot, cost_s=cost_s, contended=contended)

    def _lane(self, wanted: "Queues", slot: Slot) -> Lane:
        """Production when it has credit; a swap of models for its sake waits for one a slot."""
        credit_s = self.shares.production_credit_s
        if credit_s <= 0:
            return Lane.PREVIEW
        patience_s = self._slots(slot) * self.shares.cost_s(Lane.PRODUCTION, None)
        warm = any(_warm(runs, slot) for runs in wanted[Lane.PRODUCTION].values())
        return Lane.PRODUCTION if warm or credit_s > patience_s else Lane.PREVIEW

    def _run(self, users: "dict[int, list[Candidate]]", slot: Slot) -> Candidate:
        def fair_order(user: int) -> tuple[float, float, UUID]:
            return self.shares.start_s(users[user][0].lane, user), *users[user][0].order

        first, *others = sorted(users, key=fair_order)[: self.bounds.look_ahead]
        head = users[first][0]
        warm = _warm(users[first], slot)
        if warm is not None and self._may_be_passed(head, self.bounds.look_ahead):
            chosen = warm
        else:
            chosen = self._of_another(head, users, others, slot)
        if chosen is not head:
            self.passed[head.run_id] += 1
        return chosen

    def _of_another(
        self, head: Candidate, users: dict[int, list[Candidate]], others: list[int], slot: Slot
    ) -> Candidate:
        """Another user's run that fits the warm models, if ``head`` may wait for it."""
        depth = sum({run.needs_key: run.alike for run in users[head.user]}.values())
        patience = self.bounds.patience if depth >= self.bounds.many else 1
        if self._may_be_passed(head, patience * self._slots(slot)):
            lead_s = patience * self.shares.cost_s(head.lane, head.estimate_s) / head.weight
            latest_s = self.shares.start_s(head.lane, head.user) + lead_s
            for user in others:
                if self.shares.start_s(head.lane, user) > latest_s:
                    break
                if (warm := _warm(users[user], slot)) is not None:
                    return warm
        return head

    def _slots(self, slot: Slot) -> int:
        return max(1, self.bounds.slots.get(slot.place, 1))

    def _may_be_passed(self, run: Candidate, times: int) -> bool:
        passed = run.passed + self.passed.get(run.run_id, 0)
        return passed < times


Queues = dict[Lane, dict[int, list[Candidate]]]


def _queues(waiting: Collection[Candidate], paused: Collection[Lane]) -> Queues:
    """Lane -> user -> runs in their order."""
    queues: Queues = {}
    for run in sorted(waiting, key=lambda run: run.order):
        if run.lane not in paused:
            queues.setdefault(run.lane, {}).setdefault(run.user, []).append(run)
    return queues


def _is_warm(run: Candidate, slot: Slot) -> bool:
    models = run.needs.model_names
    return not models or models == slot.warm_models


def _warm(runs: Collection[Candidate], slot: Slot) -> Candidate | None:
    return next((run for run in runs if _is_warm(run, slot)), None)


def slots_by_place(workers: Collection[Worker]) -> Counter[Place]:
    """Renders that go at once at each place where there is a live worker."""
    slots: Counter[Place] = Counter()
    for worker in workers:
        slots[worker.place] += worker.open_slots
    return slots
