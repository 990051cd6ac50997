"""Who renders next: which waiting runs are released to the slots that are free.

In this order: preview before production, which is guaranteed its share; between the users of a lane
whoever has had least; of one user whose turn is first. `passing` says when something else goes
before, because the worker has its models in memory.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from screentest.common.events import Lane
from screentest.dispatcher.domain.capabilities import Capability, Place
from screentest.dispatcher.domain.lanes import Candidate, Slot, Worker
from screentest.dispatcher.domain.passing import Bounds, Queues, Turn
from screentest.dispatcher.domain.shares import Account, Shares


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A run that is released, and what it was charged."""

    run: Candidate
    slot: Slot
    cost_s: float
    #: Both lanes wanted the slot.
    contended: bool


@dataclass(kw_only=True)
class Policy:
    """Decides for one moment; the accounts go on to the next."""

    shares: Shares
    capabilities: Mapping[Place, Capability]
    #: Renders that go at once.
    slots: Mapping[Place, int] = field(default_factory=dict)
    bounds: Bounds = field(default_factory=Bounds)
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
        run, account = pick.run, self.shares.at(pick.slot.place)
        account.settle(run.lane, run.user, run.weight, -pick.cost_s, contended=pick.contended)

    def fits(self, run: Candidate, place: Place) -> bool:
        """Whether the workers of the place can render the run."""
        if run.renderer is not place.renderer:
            return False
        key = run.needs_key, place
        if key not in self._fits:
            capability = self.capabilities.get(place, Capability())
            self._fits[key] = capability.shortfall(run.needs) is None
        return self._fits[key]

    def _pick(self, queues: Queues, slot: Slot) -> Pick | None:
        wanted = self._fitting(queues, slot.place)
        if not wanted:
            return None
        account = self.shares.at(slot.place)
        for lane, users in wanted.items():
            account.advance_clock(lane, users)
        run = self._run(wanted, slot, account)
        cost_s = self.shares.cost_s(run.lane, run.estimate_s)
        contended = len(wanted) > 1
        account.charge(run.lane, run.user, run.weight, cost_s, contended=contended)
        return Pick(run=run, slot=slot, cost_s=cost_s, contended=contended)

    def _fitting(self, queues: Queues, place: Place) -> Queues:
        """Those who can have something at the place, and of which lanes."""
        fitting: Queues = {}
        for lane, users in queues.items():
            for user, runs in users.items():
                if fits := [run for run in runs if self.fits(run, place)]:
                    fitting.setdefault(lane, {})[user] = fits
        return fitting

    def _run(self, wanted: Queues, slot: Slot, account: Account) -> Candidate:
        """Whose turn it is, or what is warm and may go before it."""
        in_order = [
            runs for lane in _lanes(wanted, account) for runs in self._users(wanted[lane], account)
        ]
        head = in_order[0][0]
        turn = Turn(
            head=head,
            passed=head.passed + self.passed.get(head.run_id, 0),
            queues=wanted,
            shares=self.shares,
            account=account,
            slots=max(1, self.slots.get(slot.place, 1)),
            bounds=self.bounds,
        )
        if _is_warm(head, slot):
            return head
        for runs in in_order:
            warm = next((run for run in runs if _is_warm(run, slot)), None)
            if warm is not None and turn.may_be_passed_by(warm):
                self.passed[head.run_id] += 1
                return warm
        return head

    def _users(
        self, users: Mapping[int, list[Candidate]], account: Account
    ) -> Iterator[list[Candidate]]:
        """The runs of each user, who has had least first."""

        def fair_order(runs: list[Candidate]) -> tuple[float, float, UUID]:
            return account.start_s(runs[0].lane, runs[0].user), *runs[0].order

        return islice(sorted(users.values(), key=fair_order), self.bounds.look_ahead)


def _lanes(wanted: Queues, account: Account) -> list[Lane]:
    """Preview first, unless production has credit."""
    first = Lane.PRODUCTION if account.production_credit_s > 0 else Lane.PREVIEW
    return sorted(wanted, key=lambda lane: lane is not first)


def _queues(waiting: Collection[Candidate], paused: Collection[Lane]) -> Queues:
    queues: Queues = {}
    for run in sorted(waiting, key=lambda run: run.order):
        if run.lane not in paused:
            queues.setdefault(run.lane, {}).setdefault(run.user, []).append(run)
    return queues


def _is_warm(run: Candidate, slot: Slot) -> bool:
    models = run.needs.model_names
    return not models or models == slot.warm_models


def slots_by_place(workers: Collection[Worker]) -> Counter[Place]:
    """Renders that go at once at each place where there is a live worker."""
    slots: Counter[Place] = Counter()
    for worker in workers:
        slots[worker.place] += worker.open_slots
    return slots
