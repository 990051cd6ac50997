"""The policy on the days of bench/simulator.py, in simulated time: what ADR 9 promises of it.

Nothing here is measured by the clock; the same days have the same figures everywhere.
"""

import pytest
from simulator_day import synthetic_day
from simulator_figures import Summary
from simulator_fleet import Simulation
from simulator_orders import fair, fair_by_turns, first_in_first_out

#: Workers, hours.
FLEETS = ((4, 12), (16, 4))


@pytest.fixture(scope="module", params=FLEETS, ids=lambda fleet: f"{fleet[0]} workers")
def day(request):
    """What each order makes of a busy day."""
    workers, hours = request.param
    jobs = synthetic_day(workers=workers, hours=hours, load=0.9, seed=1)
    return {
        order: Summary.of([Simulation(jobs, workers=workers, order=order).run()])
        for order in (first_in_first_out, fair_by_turns, fair)
    }


def test_gpus_are_busy_while_work_waits_for_them(day):
    assert day[fair].busy >= 0.99


def test_equal_users_have_equal_shares(day):
    assert day[fair].windows >= 3
    assert day[fair].jain_index >= 0.95
    assert day[first_in_first_out].jain_index < 0.6


def test_production_has_what_it_is_guaranteed(day):
    assert 0.195 <= day[fair].production_share <= 0.215


def test_models_are_loaded_half_as_often_as_by_a_plain_queue(day):
    assert day[fair].swaps <= day[first_in_first_out].swaps / 2


def test_half_of_all_previews_wait_less_than_in_a_plain_queue(day):
    assert day[fair].p50_s < day[first_in_first_out].p50_s


def test_grouping_by_models_costs_the_longest_waits_nothing(day):
    assert day[fair].p95_s < day[fair_by_turns].p95_s


def test_everything_is_rendered(day):
    assert len({summary.renders for summary in day.values()}) == 1
