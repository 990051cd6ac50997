"""In which order the simulator gives free slots to what waits."""

from collections.abc import Callable
from dataclasses import replace

from screentest.dispatcher.domain.lanes import Candidate, Slot
from screentest.dispatcher.domain.policy import Pick, Policy

Choose = Callable[[list[Candidate], list[Slot]], list[Pick]]


def first_in_first_out(policy: Policy) -> Choose:
    """What a plain queue does: the oldest run that fits, for each slot."""

    def choose(waiting: list[Candidate], free: list[Slot]) -> list[Pick]:
        left = sorted(waiting, key=lambda run: run.order)
        picks = []
        for slot in free:
            run = next((run for run in left if policy.fits(run, slot.place)), None)
            if run is not None:
                left.remove(run)
                picks.append(Pick(run=run, slot=slot, cost_s=0, contended=False))
        return picks

    return choose


def fair_by_turns(policy: Policy) -> Choose:
    """Fair shares alone: nobody is passed for the sake of warm models, as none are known."""

    def choose(waiting: list[Candidate], free: list[Slot]) -> list[Pick]:
        return policy.choose(waiting, [replace(slot, warm_models=("unknown",)) for slot in free])

    return choose


def fair(policy: Policy) -> Choose:
    """What the dispatcher does."""
    return policy.choose
