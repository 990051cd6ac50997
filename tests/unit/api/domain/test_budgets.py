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
    if budget.admits(wanted, renders=1):
        assert spent + reserved + wanted <= limit * (1 + 1e-9) + 1e-6


@given(SECONDS, st.lists(SECONDS, max_size=30))
def test_requests_one_after_the_other_never_reserve_more_than_the_limit(limit, wishes):
    reserved = 0.0
    for wanted in wishes:
        if standing(limit, 0.0, reserved).admits(wanted, renders=1):
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
    assert budget.admits(budget.left_s, renders=1) == (budget.left_s > 0)
    assert not budget.admits(budget.left_s + more + 1e-3, renders=1)


@given(SECONDS)
def test_without_a_limit_everything_is_admitted(wanted):
    assert standing(None, 1e9, 1e9).admits(wanted, renders=1)
    assert standing(None).left_s is None


def test_where_nothing_is_left_only_what_renders_nothing_is_admitted():
    """A render that is not counted, because nobody knows what it takes, is no free one."""
    assert standing(10.0, 20.0).admits(0.0, renders=0)
    assert not standing(10.0, 20.0).admits(0.0, renders=1)
    assert standing(10.0, 9.0).admits(0.0, renders=1)


@given(st.none() | SECONDS, SECONDS)
def test_what_waits_is_held_just_when_the_day_took_all_of_it(limit, spent):
    budget = standing(limit, spent, 1e9)

    assert budget.is_spent == (limit is not None and spent >= limit)
    assert (budget.held_because is not None) == budget.is_spent


def test_why_it_is_held_says_how_much_and_until_when():
    assert standing(100.0, 120.0).held_because == (
        "the budget of carl is spent: 120 of 100 GPU seconds today; "
        "goes on at 00:00 UTC or when the budget is raised"
    )


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
    renders = sum(count for _, count in segments)
    refused = [one for one in budgets if not one.admits(wanted_s(one, segments), renders=renders)]

    assert refusing == (refused[0] if refused else None)


@given(st.none() | SECONDS, st.none() | SECONDS)
def test_the_smaller_of_two_budgets_binds(own, everybody):
    both = Standings(own=standing(own), everybody=standing(everybody, user_id=None))
    limits = [limit for limit in (own, everybody) if limit is not None]

    assert both.left_s == (min(limits) if limits else None)


def test_a_scope_is_named_in_words():
    assert standing(1.0).scope == "the budget of carl"
    assert standing(1.0, user_id=None).scope == "everybody's budget"
