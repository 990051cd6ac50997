"""Who has had how much: the accounts that fair shares are given by. In seconds of GPU.

Each place has accounts of its own: who is served somewhere else is not behind or ahead here.

Every user has a *virtual time* in each lane: the GPU seconds spent for them there, over their
weight. The lane's clock is the least virtual time among those who want something. Whoever comes
back after a pause starts at the clock: a pause earns no credit, and costs none.

Production has a *credit*: while both lanes want a slot, each preview render earns production its
share, and each production render spends the rest. Work that nobody contended for is free.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from screentest.common.events import Lane
from screentest.dispatcher.domain.capabilities import Place

#: What a render is taken to cost before any of its lane has ended.
FIRST_GUESS_S = 10.0

#: How much the latest render moves what a lane's render typically costs.
_LATEST = 0.1


@dataclass(kw_only=True)
class Account:
    """What was spent at one place."""

    production_share: float
    #: Lane -> the least virtual time of those who want something; never goes back.
    clock_s: dict[Lane, float] = field(default_factory=lambda: dict.fromkeys(Lane, 0.0))
    #: (lane, user) -> virtual time.
    users: dict[tuple[Lane, int], float] = field(default_factory=dict)
    production_credit_s: float = 0
    #: Whose virtual time is not as it was read.
    touched: set[tuple[Lane, int]] = field(default_factory=set)

    def start_s(self, lane: Lane, user: int) -> float:
        """The user's virtual time: who has the least goes first."""
        clock_s = self.clock_s[lane]
        return max(self.users.get((lane, user), clock_s), clock_s)

    def advance_clock(self, lane: Lane, users: Iterable[int]) -> None:
        """Tell who wants something of the lane and could have it."""
        starts = [self.start_s(lane, user) for user in users]
        if starts:
            self.clock_s[lane] = min(starts)

    def charge(
        self, lane: Lane, user: int, weight: float, cost_s: float, *, contended: bool
    ) -> None:
        """Put a render on the user's account, and on production's where both lanes wanted it."""
        self._move(lane, user, self.start_s(lane, user) + cost_s / weight)
        if contended:
            self._credit(lane, cost_s)

    def settle(
        self, lane: Lane, user: int, weight: float, more_s: float, *, contended: bool
    ) -> None:
        """A render cost ``more_s`` more than it was charged; less, where that is negative."""
        if (lane, user) in self.users:
            self._move(lane, user, self.users[lane, user] + more_s / weight)
        if contended:
            self._credit(lane, more_s)

    def _move(self, lane: Lane, user: int, virtual_s: float) -> None:
        self.users[lane, user] = virtual_s
        self.touched.add((lane, user))

    def _credit(self, lane: Lane, cost_s: float) -> None:
        if lane is Lane.PREVIEW:
            self.production_credit_s += self.production_share * cost_s
        else:
            self.production_credit_s -= (1 - self.production_share) * cost_s


@dataclass(kw_only=True)
class Shares:
    """All accounts."""

    production_share: float
    places: dict[Place, Account] = field(default_factory=dict)
    #: Lane -> what a render costs, averaged over the latest; without those that none ended of.
    typical_s: dict[Lane, float] = field(default_factory=dict)

    def at(self, place: Place) -> Account:
        """The account of a place; a new one begins at nothing."""
        return self.places.setdefault(place, Account(production_share=self.production_share))

    def cost_s(self, lane: Lane, estimate_s: float | None) -> float:
        """What a render is expected to cost; never nothing, so that order is kept."""
        typical_s = self.typical_s.get(lane, FIRST_GUESS_S)
        return max(typical_s if estimate_s is None else estimate_s, 0.01)

    def learn(self, lane: Lane, cost_s: float) -> None:
        """A render of the lane ended, and cost so much."""
        known = self.typical_s.get(lane, cost_s)
        self.typical_s[lane] = known + _LATEST * (cost_s - known)
