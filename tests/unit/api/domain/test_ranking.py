"""Strengths from votes: cases worked out by hand, and simulated votes of known strengths."""

import math
import random
from itertools import combinations
from time import process_time

import pytest

from screentest.api.domain.ranking import (
    MOST_WITH_ERRORS,
    PRIOR,
    Tally,
    centred_variances,
    chance,
    rank,
    strengths,
)


def test_two_items_are_where_the_likelihood_says():
    """A beats B 3 times of 4: by symmetry s and -s, and the slope of the likelihood at s is 0.

    wins + prior = votes * P(A beats B) + 2 prior * P(A beats an average one):
    3.5 = 4 c(2s) + c(s), which is solved by s = 0.4744.
    """
    best, worst = rank([Tally("A", "B", 3, 1, 0)])
    s = best.strength

    assert (best.item, worst.item) == ("A", "B")
    assert s == pytest.approx(0.4744, abs=1e-4)
    assert worst.strength == pytest.approx(-s)
    assert 4 * chance(2 * s) + 2 * PRIOR * chance(s) == pytest.approx(3 + PRIOR)


def test_the_error_of_two_items_is_that_of_the_information():
    """H = [[h + g, -h], [-h, h + g]]: half their difference has the variance 1 / (2 (g + 2h))."""
    best, worst = rank([Tally("A", "B", 3, 1, 0)])
    s = best.strength
    h = 4 * chance(2 * s) * chance(-2 * s)
    g = 2 * PRIOR * chance(s) * chance(-s)
    expected = math.sqrt(1 / (2 * (g + 2 * h)))

    assert best.standard_error == pytest.approx(expected)
    assert worst.standard_error == pytest.approx(expected)
    low, high = best.chance_interval
    assert low == pytest.approx(chance(s - 1.959964 * expected))
    assert low < best.chance < high


def test_many_votes_make_odds_of_wins():
    """With votes enough the prior says nothing: 3000 to 1000 are odds of 3."""
    best, worst = rank([Tally("A", "B", 3000, 1000, 0)])

    assert best.strength - worst.strength == pytest.approx(math.log(3), abs=2e-3)


def test_counts_are_of_the_items_own_votes():
    found = {
        one.item: (one.wins, one.losses, one.ties, one.votes, one.win_rate)
        for one in rank([Tally(1, 2, 2, 1, 1), Tally(3, 1, 1, 0, 0)])
    }

    assert found == {1: (2, 2, 1, 5, 0.5), 2: (1, 2, 1, 4, 0.375), 3: (1, 0, 0, 1, 1.0)}


def test_ties_alone_make_all_alike():
    assert [one.strength for one in rank([Tally("A", "B", 0, 0, 7)])] == [0.0, 0.0]


def test_who_only_wins_and_who_never_met_stay_finite():
    """Two islands: their best and worst are comparable through the average one."""
    found = strengths([Tally("A", "B", 9, 0, 0), Tally("C", "D", 2, 0, 0)])

    assert found["A"] > found["C"] > 0 > found["D"] > found["B"]
    assert all(math.isfinite(one) for one in found.values())
    assert all(one.standard_error < 3 for one in rank([Tally("A", "B", 9, 0, 0)]))


def test_an_average_item_has_no_strength():
    chances = random.Random(4)
    tallies = [
        Tally(one, other, chances.randrange(5), chances.randrange(3), 1)
        for one, other in combinations(range(12), 2)
    ]

    assert sum(one.strength for one in rank(tallies)) == pytest.approx(0)
    assert sum(strengths(tallies).values()) == pytest.approx(0)


def simulated(true: list[float], votes: int, seed: int) -> list[Tally[int]]:
    chances = random.Random(seed)
    tallies = []
    for one, other in combinations(range(len(true)), 2):
        wins = sum(chances.random() < chance(true[one] - true[other]) for _ in range(votes))
        tallies.append(Tally(one, other, wins, votes - wins, 0))
    return tallies


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_simulated_votes_is_found_again(seed):
    true = [0.7 * (place - 3.5) for place in range(8)]
    standings = rank(simulated(true, 60, seed))

    assert [one.item for one in standings] == [7, 6, 5, 4, 3, 2, 1, 0]


def test_the_truth_is_within_two_errors_as_often_as_it_should_be():
    true = [0.4 * (place - 2.5) for place in range(6)]
    within = []
    for seed in range(60):
        standings = {one.item: one for one in rank(simulated(true, 40, seed))}
        for place, strength in enumerate(true):
            apart = abs(standings[place].strength - strength)
            within.append(apart < 1.959964 * standings[place].standard_error)

    # 95 of 100 within what 360 draws may miss it by.
    assert 0.92 < sum(within) / len(within) < 0.98


def test_where_the_search_begins_decides_nothing():
    tallies = simulated([0.0, 1.0, 2.0], 20, 1)
    found = strengths(tallies)
    again = strengths(tallies, start={0: 5.0, 2: -5.0})

    assert again == pytest.approx(found, abs=1e-6)


def test_nobody_and_too_many():
    assert rank([]) == []
    assert strengths([]) == {}
    chain = [Tally(item, item + 1, 1, 0, 0) for item in range(MOST_WITH_ERRORS)]
    standings = rank(chain)
    assert standings[0].standard_error is None
    assert standings[0].chance_interval is None


def test_variances_are_those_of_the_inverse():
    """The inverse is [[14, -6, 2], [-6, 12, -4], [2, -4, 16]] / 44, worked out by hand.

    Its rows sum up to 10, 2, 14 and all of it to 26, so that the first less the mean has the
    variance (14 - 2/3 * 10 + 26/9) / 44.
    """
    found = centred_variances([[4, 2, 0], [2, 5, 1], [0, 1, 3]])

    assert found == pytest.approx([92 / 9 / 44, 122 / 9 / 44, 86 / 9 / 44])


def test_a_long_ranking_takes_no_longer_than_a_page():
    """300 items with 4000 votes, errors included."""
    chances = random.Random(2)
    tallies = [
        Tally(*chances.sample(range(MOST_WITH_ERRORS), 2), chances.randrange(2), 1, 0)
        for _ in range(4000)
    ]

    began = process_time()
    assert len(rank(tallies)) == MOST_WITH_ERRORS
    assert process_time() - began < 10
