"""Which staged render gives its place to a shot that would else wait for two.

A worker stages one render beside the one that it runs. The shot of somebody who has nothing out
would wait for the rest of the one and all of the other, so the staged one is called back: nothing
has been spent on it. What has begun is never interrupted. One render gives way to a shot, once.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from screentest.common.events import Lane
from screentest.dispatcher.domain.lanes import Candidate, Released, Slot, Worker, free_slots
from screentest.dispatcher.domain.policy import Policy


@dataclass(frozen=True, kw_only=True)
class Displacement:
    """A render that is asked to give way, and the run that it gives way to."""

    render: Released
    run: Candidate


@dataclass(kw_only=True)
class Displacing:
    """Decides for one moment in which all that fits free slots was released."""

    #: Of every user's runs with equal needs the first.
    waiting: Sequence[Candidate]
    workers: Collection[Worker]
    released: Collection[Released]
    policy: Policy
    #: Users one of whose waiting runs a render was asked to give way to.
    served: Collection[int] = ()
    _out: Counter[int] = field(init=False)
    _staged: dict[UUID, tuple[Released, Slot]] = field(init=False)

    def __post_init__(self) -> None:
        """Count what everybody has out."""
        self._out = Counter(render.user for render in self.released)
        self._staged = {
            render.render_id: (render, slot) for render, slot in staged(self.workers, self.released)
        }

    def displacements(self) -> list[Displacement]:
        """At most one for each user, who has nothing out; in the order they would be released."""
        found = []
        for run in self._single_shots():
            render = None if self._out[run.user] else self._given_for(run)
            if render is not None:
                found.append(Displacement(render=render, run=run))
                self._out[render.user] -= 1
                self._out[run.user] += 1
                del self._staged[render.render_id]
        return found

    def _single_shots(self) -> list[Candidate]:
        """Test shots that wait for a slot, of those who have nothing out; the earliest first."""
        free = free_slots(self.workers, self.released)
        return [
            run
            for run in sorted(self.waiting, key=lambda run: run.order)
            if run.lane is Lane.PREVIEW
            and run.lane not in self.policy.paused_lanes
            and not self._out[run.user]
            and run.user not in self.served
            and not any(self.policy.fits(run, slot.place) for slot in free)
        ]

    def _given_for(self, run: Candidate) -> Released | None:
        """The render that gives way: of whom has most out, the latest."""
        may = [
            (render, slot)
            for render, slot in self._staged.values()
            if self.policy.fits(run, slot.place)
            and self._may_give_way(render, run)
            and self._is_next(run, slot)
        ]
        return min(
            (render for render, _ in may),
            key=lambda render: (-self._out[render.user], render.age_s, render.render_id),
            default=None,
        )

    def _may_give_way(self, render: Released, run: Candidate) -> bool:
        if render.user == run.user:
            return False
        if render.lane is Lane.PREVIEW:
            return self._out[render.user] > 1
        # What production is guaranteed stays where it is; that depends on its credit without it.
        account = self.policy.shares.at(render.place)
        spent_s = (1 - account.production_share) * render.charged_s if render.contended else 0
        return account.production_credit_s + spent_s <= 0

    def _is_next(self, run: Candidate, slot: Slot) -> bool:
        """Whether the place would be its, by what users and lanes have had."""
        account = self.policy.shares.at(slot.place)
        others = [one for one in self.waiting if self.policy.fits(one, slot.place)]
        least_s = min(account.start_s(one.lane, one.user) for one in others if one.lane is run.lane)
        if account.start_s(run.lane, run.user) > least_s:
            return False
        picks = self.policy.choose(between_lanes(run, others), [slot])
        for pick in picks:
            self.policy.take_back(pick)
        return any(pick.run is run for pick in picks)


def staged(
    workers: Collection[Worker], released: Collection[Released]
) -> Iterator[tuple[Released, Slot]]:
    """Renders that may be asked to give way, and what they leave free then.

    Not those that were asked already, nor those that other runs take the clip of.
    """
    renders = {render.render_id: render for render in released}
    for worker in workers:
        begun = [renders[one] for one in worker.holds - worker.staged if one in renders]
        last = min(begun, key=lambda render: render.age_s, default=None)
        warm = worker.warm_models if last is None else last.needs.model_names
        for render_id in worker.staged if worker.open_slots else ():
            render = renders.get(render_id)
            if render and render.place == worker.place and not (render.displaced or render.shared):
                yield render, Slot(worker=worker.name, place=worker.place, warm_models=warm)


def between_lanes(run: Candidate, waiting: Collection[Candidate]) -> list[Candidate]:
    """The run, and what production may want instead: other previews do not compete with it."""
    return [run, *(one for one in waiting if one.lane is Lane.PRODUCTION)]


def given_place(
    run_id: UUID, waiting: Collection[Candidate], free: Collection[Slot], policy: Policy
) -> tuple[list[Candidate], list[Slot]]:
    """What competes for the place that was given to a run, and the place; nothing if it is gone."""
    run = next((one for one in waiting if one.run_id == run_id), None)
    if run is None:
        return [], []
    fitting = [slot for slot in free if policy.fits(run, slot.place)]
    return between_lanes(run, waiting), fitting[:1]
