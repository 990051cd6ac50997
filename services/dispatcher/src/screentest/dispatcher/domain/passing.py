"""Who may go before whose turn it is, for the sake of models that a worker has in memory.

Loading other models takes a GPU tens of seconds, so a run whose turn it is may be passed by runs
that need what is loaded: as often as it can bear, and as long as the accounts stay within reach of
fair. Passing is counted on the run, so it ends.
"""

from collections.abc import Collection
from dataclasses import dataclass

from screentest.common.events import Lane
from screentest.dispatcher.domain.lanes import Candidate
from screentest.dispatcher.domain.shares import Account, Shares

Queues = dict[Lane, dict[int, list[Candidate]]]
"""Lane -> user -> runs in their order."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How far the sake of warm models may go against fairness."""

    #: Users, and runs of one user, that are looked at; a user's own runs pass each other as often.
    look_ahead: int = 32
    #: How often a run is passed by others' for each slot, so that it waits for so many renders.
    patience: int = 8
    #: The same for a preview of a user who waits for few, by previews of users who do.
    patience_of_few: int = 3
    #: So many runs are many.
    many: int = 8
    #: Where many wait for fewer slots than so many, it is as if there were so many: a lone worker
    #: would load models for a scene's one segment in five, and again for what comes after it.
    least_slots: int = 2
    #: Renders for each slot that production may be ahead of its share, and behind: on the whole it
    #: has more than it is guaranteed.
    ahead: float = 2
    behind: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Whose turn it is at a place, and all that waits there."""

    head: Candidate
    #: How often it was passed by now.
    passed: int
    queues: Queues
    shares: Shares
    account: Account
    #: Renders that go at once: passing once makes a run wait one so-manieth of a render.
    slots: int
    bounds: Bounds

    def may_be_passed_by(self, run: Candidate) -> bool:
        """Whether ``run`` may go first."""
        if run.lane is self.head.lane and run.user == self.head.user:
            return self.passed < self.bounds.look_ahead
        if self.passed >= self._patience(run):
            return False
        return self._lane_is_near() if run.lane is not self.head.lane else self._user_is_near(run)

    def _patience(self, run: Candidate) -> int:
        head = self.head
        if head.lane is Lane.PRODUCTION or self._waits_for_many(head):
            return self.bounds.patience * self._many_slots
        # A batch of 500 delays a colleague's shot by at most one render, and so does a scene.
        if run.lane is Lane.PRODUCTION or self._waits_for_many(run):
            return self.slots
        return self.bounds.patience_of_few * self.slots

    @property
    def _many_slots(self) -> int:
        return max(self.slots, self.bounds.least_slots)

    def _waits_for_many(self, run: Candidate) -> bool:
        return count(self.queues[run.lane][run.user]) >= self.bounds.many

    def _lane_is_near(self) -> bool:
        render_s = self._many_slots * self.shares.cost_s(Lane.PRODUCTION, None)
        credit_s = self.account.production_credit_s
        return -self.bounds.ahead * render_s <= credit_s <= self.bounds.behind * render_s

    def _user_is_near(self, run: Candidate) -> bool:
        head = self.head
        lead_s = self.bounds.patience * self.shares.cost_s(head.lane, head.estimate_s) / head.weight
        start_s = self.account.start_s(head.lane, head.user)
        return self.account.start_s(run.lane, run.user) <= start_s + lead_s


def count(runs: Collection[Candidate]) -> int:
    """How many runs wait, where of those with equal needs only the first are known."""
    return sum({run.needs_key: run.alike for run in runs}.values())
