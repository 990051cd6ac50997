"""Who has had how much: the accounts that fair shares are given by. In seconds of GPU.

Every user has a *virtual time* in each lane: the GPU seconds spent for them there, over their
weight. The lane's clock is the least virtual time among those who want something. Whoever comes
back after a pause starts at the clock: a pause earns no credit, and costs none.

Production has a *credit*: while both lanes want a slot, each preview render earns production its
share, and each production render spends the rest. Work that nobody contended for is free.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from screentest.common.events import Lane

#: What a render is taken to cost before any of its lane has ended.
FIRST_GUESS_S = 10.0

#: How much the latest render moves what a lane's render typically costs.
_LATEST = 0.1


@dataclass(kw_only=True)
class LaneAccount:
    """What is remembered of a lane."""

    #: The least virtual time of those who want something; never goes back.
    clock_s: float = 0
    #: A render's cost, averaged over the latest; None before one has ended.
    typical_s: float | None = None


@dataclass(kw_only=True)
class Shares:
    """All accounts."""

    production_share: float
    lanes: dict[Lane, LaneAccount] = field(default_factory=lambda: {x: LaneAccount() for x in Lane})
    #: (lane, user) -> virtual time.
    users: dict[tuple[Lane, int], float] = field(default_factory=dict)
    production_credit_s: float = 0

    def cost_s(self, lane: Lane, estimate_s: float | None) -> float:
        """What a render is expected to cost; never nothing, so that order is kept."""
        known = estimate_s if estimate_s is not None else self.lanes[lane].typical_s
        return max(FIRST_GUESS_S if known is None else known, 0.01)

    def start_s(self, lane: Lane, user: int) -> float:
        """The user's virtual time: who has the least goes first."""
        clock_s = self.lanes[lane].clock_s
        return max(self.users.get((lane, user), clock_s), clock_s)

    def advance_clock(self, lane: Lane, users: Iterable[int]) -> None:
        """Tell who wants something of the lane and could have it."""
        starts = [self.start_s(lane, user) for user in users]
        if starts:
            self.lanes[lane].clock_s = min(starts)

    def charge(
        self, lane: Lane, user: int, weight: float, cost_s: float, *, contended: bool
    ) -> None:
        """Put a render on the user's account, and on production's where both lanes wanted it."""
        self.users[lane, user] = self.start_s(lane, user) + cost_s / weight
        if contended:
            self._credit(lane, cost_s)

    def settle(
        self, lane: Lane, user: int, weight: float, more_s: float, *, contended: bool
    ) -> None:
        """A render cost ``more_s`` more than it was charged; less, where that is negative."""
        if (lane, user) in self.users:
            self.users[lane, user] += more_s / weight
        if contended:
            self._credit(lane, more_s)

    def learn(self, lane: Lane, cost_s: float) -> None:
        """A render of the lane ended, and cost so much."""
        account = self.lanes[lane]
        known = account.typical_s
        account.typical_s = cost_s if known is None else known + _LATEST * (cost_s - known)

    def _credit(self, lane: Lane, cost_s: float) -> None:
        if lane is Lane.PREVIEW:
            self.production_credit_s += self.production_share * cost_s
        else:
            self.production_credit_s -= (1 - self.production_share) * cost_s
