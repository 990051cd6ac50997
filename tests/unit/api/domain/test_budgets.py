"""The algebra of budgets."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from screentest.api.domain.budgets import Standing, Standings, refusal, wanted_s

SECONDS = st.floats(0, 1e6)
SEGMENTS = st.lists(st.tuples(st.none() | SECONDS, st.integers(1, 20)), max_size=8)


def standing(limit_s, spent_s=0.0, reserved_s=0.0, *, unknown_s=60.0, user_id=1) -> Standing:
    return Standing(
        user_id=user_id,
        user_name="carl" if user_id else None,
        gpu_seconds_per_day=limit_s,
        unknown_render_s=unknown_s,
        spent_s=spent_s,
        reserved_s=reserved_s,
        resets_at=datetime(2026, 1, 2, tzinfo=UTC),
    )


@given(SECONDS, SECONDS, SECONDS, SECONDS)
def test_what_is_admitted_never_passes_the_limit(limit, spent, reserved, wanted):
    budget = standing(limit, spent, reserved)
    if wanted > 0 and budget.admits(wanted):
        assert spent + reserved + wanted <= limit * (1 + 1e-9) + 1e-6


@given(SECONDS, st.lists(SECONDS, max_size=30))
def test_requests_one_after_the_other_never_reserve_more_than_the_limit(limit, wishes):
    reserved = 0.0
    for wanted in wishes:
        if standing(limit, 0.0, reserved).admits(wanted):
            reserved += wanted

    assert reserved <= limit * (1 + 1e-9) + 1e-6


@given(SECONDS, SECONDS, SECONDS)
def test_spending_what_was_reserved_leaves_as_much(limit, seconds, moved):
    part = min(seconds, moved)
    before, after = standing(limit, 0.0, seconds), standing(limit, part, seconds - part)

    assert abs(before.left_s - after.left_s) <= 1e-6


@given(SECONDS, SECONDS, SECONDS, SECONDS)
def test_what_is_left_is_never_negative_and_admitted_as_a_whole(limit, spent, reserved, more):
    budget = standing(limit, spent, reserved)

    assert budget.left_s >= 0
    assert budget.admits(budget.left_s)
    assert more <= 0 or not budget.admits(budget.left_s + more + 1e-3)


@given(SECONDS)
def test_without_a_limit_everything_is_admitted(wanted):
    assert standing(None, 1e9, 1e9).admits(wanted)
    assert standing(None).left_s is None


def test_what_costs_nothing_is_admitted_though_nothing_is_left():
    assert standing(10.0, 20.0).admits(0.0)
    assert not standing(10.0, 20.0).admits(0.001)


@given(SEGMENTS, SEGMENTS)
def test_wishes_add_up(some, others):
    budget = standing(1.0)
    together = wanted_s(budget, some + others)

    assert (
        abs(together - wanted_s(budget, some) - wanted_s(budget, others)) <= 1e-6 * together + 1e-9
    )


def test_an_unknown_segment_counts_what_the_budget_says():
    assert wanted_s(standing(1.0, unknown_s=30.0), [(None, 3), (2.0, 5)]) == 100.0


@given(SECONDS, SECONDS, SEGMENTS)
def test_a_request_is_refused_when_one_of_the_budgets_does_not_admit_it(own, everybody, segments):
    budgets = [standing(everybody, user_id=None), standing(own)]
    refusing = refusal(budgets, segments)
    refused = [one for one in budgets if not one.admits(wanted_s(one, segments))]

    assert refusing == (refused[0] if refused else None)


@given(st.none() | SECONDS, st.none() | SECONDS)
def test_the_smaller_of_two_budgets_binds(own, everybody):
    both = Standings(own=standing(own), everybody=standing(everybody, user_id=None))
    limits = [limit for limit in (own, everybody) if limit is not None]

    assert both.left_s == (min(limits) if limits else None)


def test_a_scope_is_named_in_words():
    assert standing(1.0).scope == "the budget of carl"
    assert standing(1.0, user_id=None).scope == "everybody's budget"
