"""Strengths from paired comparisons: the model of Bradley and Terry, and how sure it is.

Item i has a strength s_i, and wins against j with the chance

    P(i beats j) = exp(s_i) / (exp(s_i) + exp(s_j))

(R. A. Bradley, M. E. Terry: Rank analysis of incomplete block designs, Biometrika 39, 1952). A tie
counts as half a win for both. The strengths are the most likely ones, found by the
minorise-maximise steps of D. R. Hunter (MM algorithms for generalized Bradley-Terry models, Annals
of Statistics 32, 2004), with p_i = exp(s_i), W_i the wins of i and n_ij the votes on i and j:

    p_i <- (W_i + a) / (sum_j n_ij / (p_i + p_j) + 2 a / (p_i + 1))

The a is the prior: every item has also won and lost `PRIOR` times against an imagined one of
strength 0. So an item that only ever won stays finite, and items that nobody compared can be put
into one order. What is told is s_i less the mean of all: 0 is an average item.

Standard errors are from V, the inverse of the observed information H, the second derivatives of
minus the logarithm of what was maximised:

    H_ii = sum_j n_ij p_i p_j / (p_i + p_j)^2 + 2 a p_i / (p_i + 1)^2
    H_ij = -n_ij p_i p_j / (p_i + p_j)^2

The variance of s_i less the mean of n items is V_ii - 2/n sum_j V_ij + 1/n^2 sum_jk V_jk. What all
have in common only the prior knows of, and it is in no comparison.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Generic, TypeVar

#: Wins, and losses, that every item has against an average one before anybody votes: one tie.
PRIOR = 0.5
#: With more items their standard errors are not told: they take the cube of that many steps.
MOST_WITH_ERRORS = 300
_MOST_SWEEPS = 20_000
_Z_95 = 1.959964

K = TypeVar("K", bound=int | str)


@dataclass(frozen=True, slots=True)
class Tally(Generic[K]):
    """How often each of two items was preferred."""

    one: K
    other: K
    wins: int
    losses: int
    ties: int

    @property
    def votes(self) -> int:
        """All of them."""
        return self.wins + self.losses + self.ties


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Generic[K]):
    """What the votes say of one item."""

    item: K
    #: Logarithm of the odds against an average item.
    strength: float
    #: None where there are too many items to tell.
    standard_error: float | None
    wins: int
    losses: int
    ties: int

    @property
    def votes(self) -> int:
        """On pairs that it is one of."""
        return self.wins + self.losses + self.ties

    @property
    def win_rate(self) -> float:
        """Share of its votes that it won, half of a tie."""
        return (self.wins + self.ties / 2) / self.votes

    @property
    def chance(self) -> float:
        """To win against an average item."""
        return chance(self.strength)

    @property
    def chance_interval(self) -> tuple[float, float] | None:
        """Where that chance is, with 95 % certainty."""
        if self.standard_error is None:
            return None
        reach = _Z_95 * self.standard_error
        return chance(self.strength - reach), chance(self.strength + reach)


def chance(advantage: float) -> float:
    """Of winning with a strength so much greater than the other's."""
    return 1 / (1 + math.exp(-advantage))


def strengths(
    tallies: Iterable[Tally[K]],
    *,
    start: Mapping[K, float] | None = None,
    tolerance: float = 1e-10,
) -> dict[K, float]:
    """The strength of every item that anybody voted on.

    ``start``: where to begin, such as what it was before the last vote; the result is the same.
    ``tolerance``: the largest relative change of a step that ends the search.
    """
    games = _Games.of(tallies)
    begin = start or {}
    powers = games.solve([math.exp(begin.get(item, 0.0)) for item in games.items], tolerance)
    return dict(zip(games.items, _centred(powers), strict=True))


def rank(tallies: Sequence[Tally[K]]) -> list[Standing[K]]:
    """Every item that anybody voted on, the strongest first."""
    games = _Games.of(tallies)
    powers = games.solve([1.0] * len(games.items), 1e-10)
    errors: Sequence[float | None] = [None] * len(powers)
    if len(powers) <= MOST_WITH_ERRORS:
        errors = [math.sqrt(one) for one in centred_variances(games.information(powers))]
    counts = [[0, 0, 0] for _ in powers]
    for tally in tallies:
        one, other = games.place[tally.one], games.place[tally.other]
        for place, (won, lost) in (
            (one, (tally.wins, tally.losses)),
            (other, (tally.losses, tally.wins)),
        ):
            counts[place][0] += won
            counts[place][1] += lost
            counts[place][2] += tally.ties
    standings = [
        Standing(
            item=item,
            strength=strength,
            standard_error=error,
            wins=won,
            losses=lost,
            ties=tied,
        )
        for item, strength, error, (won, lost, tied) in zip(
            games.items, _centred(powers), errors, counts, strict=True
        )
    ]
    return sorted(standings, key=lambda one: (-one.strength, str(one.item)))


@dataclass(frozen=True, slots=True)
class _Games(Generic[K]):
    """Votes by the places of items in a list."""

    items: list[K]
    place: dict[K, int]
    #: Of each item: wins, a tie being half of one.
    points: list[float]
    #: Of each item: with whom it was compared, how often.
    against: list[dict[int, int]]

    @classmethod
    def of(cls, tallies: Iterable[Tally[K]]) -> "_Games[K]":
        games: _Games[K] = cls([], {}, [], [])
        for tally in tallies:
            one, other = games._at(tally.one), games._at(tally.other)
            games.points[one] += tally.wins + tally.ties / 2
            games.points[other] += tally.losses + tally.ties / 2
            for here, there in ((one, other), (other, one)):
                games.against[here][there] = games.against[here].get(there, 0) + tally.votes
        return games

    def _at(self, item: K) -> int:
        if item not in self.place:
            self.place[item] = len(self.items)
            self.items.append(item)
            self.points.append(0.0)
            self.against.append({})
        return self.place[item]

    def solve(self, powers: list[float], tolerance: float) -> list[float]:
        """Hunter's steps, one item after the other, until none moves any more."""
        games = [list(others.items()) for others in self.against]
        for _ in range(_MOST_SWEEPS):
            moved = 0.0
            for place, power in enumerate(powers):
                met = 2 * PRIOR / (power + 1)
                for other, votes in games[place]:
                    met += votes / (power + powers[other])
                powers[place] = (self.points[place] + PRIOR) / met
                moved = max(moved, abs(powers[place] / power - 1))
            if moved <= tolerance:
                break
        return powers

    def information(self, powers: Sequence[float]) -> list[list[float]]:
        """The observed information of the strengths."""
        matrix = [[0.0] * len(powers) for _ in powers]
        for here, power in enumerate(powers):
            matrix[here][here] += 2 * PRIOR * power / (power + 1) ** 2
            for there, votes in self.against[here].items():
                told = votes * power * powers[there] / (power + powers[there]) ** 2
                matrix[here][here] += told
                matrix[here][there] -= told
        return matrix


def _centred(powers: Sequence[float]) -> list[float]:
    """Logarithms, less their mean."""
    logarithms = [math.log(power) for power in powers]
    mean = sum(logarithms) / max(len(logarithms), 1)
    return [one - mean for one in logarithms]


def centred_variances(information: Sequence[Sequence[float]]) -> list[float]:
    """Of each item less the mean of all: from the symmetric positive definite ``information``.

    By Cholesky's factor L, of whose inverse the columns are found one by one.
    """
    lower: list[list[float]] = []
    for here, row in enumerate(information):
        factors: list[float] = []
        for there in range(here):
            above = lower[there]
            factors.append((row[there] - sum(map(mul, factors, above))) / above[there])
        factors.append(math.sqrt(row[here] - sum(map(mul, factors, factors))))
        lower.append(factors)
    columns: list[list[float]] = []
    for place in range(len(lower)):
        column = [1 / lower[place][place]]
        for factors in lower[place + 1 :]:
            column.append(-sum(map(mul, factors[place:], column)) / factors[-1])
        columns.append(column)
    count = len(columns)
    of_all = [
        sum(columns[there][here - there] for there in range(here + 1)) for here in range(count)
    ]
    with_all = [sum(map(mul, column, of_all[place:])) for place, column in enumerate(columns)]
    shared = sum(with_all) / max(count, 1) ** 2
    return [
        sum(map(mul, column, column)) - 2 / count * covariance + shared
        for column, covariance in zip(columns, with_all, strict=True)
    ]
