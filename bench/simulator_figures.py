"""What the simulator measures of its days."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from math import nan
from statistics import fmean

from simulator_day import USERS

from screentest.common.events import Lane


@dataclass(kw_only=True)
class Figures:
    """What is measured."""

    waits_s: list[float] = field(default_factory=list)
    busy_s: float = 0
    starved_s: float = 0
    swaps: int = 0
    renders: int = 0
    #: GPU seconds of slots that both lanes wanted.
    contended_s: Counter[Lane] = field(default_factory=Counter)
    #: Window -> user -> preview GPU seconds; and the users who did not wait all of the window.
    windows: defaultdict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    absent: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    decisions_s: float = 0
    decisions: int = 0

    def jain_indices(self) -> list[float]:
        """Of the windows in which users competed."""
        indices = []
        for window, given in self.windows.items():
            users = set(USERS) - self.absent[window]
            if len(users) > 1:
                indices.append(jain(given[user] for user in users))
        return indices


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Days of one policy together."""

    #: How long previews waited.
    p50_s: float
    p95_s: float
    #: Production's part of the GPU seconds in slots that both lanes wanted; nan: there were none.
    production_share: float
    #: The mean over the windows in which users competed, and how many those are; nan: none.
    jain_index: float
    windows: int
    #: Of the time in which work waited that a worker could have done.
    busy: float
    swaps: int
    renders: int
    ms_per_choice: float

    @classmethod
    def of(cls, days: Collection[Figures]) -> "Summary":
        """Sum days up."""
        waits_s = sorted(itertools.chain.from_iterable(day.waits_s for day in days))
        p50_s, p95_s = (waits_s[int(len(waits_s) * part)] for part in (0.50, 0.95))
        contended_s = sum((day.contended_s for day in days), Counter[Lane]())
        indices = [index for day in days for index in day.jain_indices()]
        busy_s = sum(day.busy_s for day in days)
        starved_s = sum(day.starved_s for day in days)
        choice_s = sum(day.decisions_s for day in days) / sum(day.decisions for day in days)
        return cls(
            p50_s=p50_s,
            p95_s=p95_s,
            production_share=contended_s[Lane.PRODUCTION] / (contended_s.total() or nan),
            jain_index=fmean(indices or [nan]),
            windows=len(indices),
            busy=busy_s / (busy_s + starved_s),
            swaps=sum(day.swaps for day in days),
            renders=sum(day.renders for day in days),
            ms_per_choice=1000 * choice_s,
        )


def jain(amounts: Iterable[float]) -> float:
    """1 when all have the same, 1/n when one has all."""
    given = list(amounts)
    squares = len(given) * sum(amount**2 for amount in given)
    return sum(given) ** 2 / squares if squares else 1.0
