"""What a request would cost, told before it is made. Must never write."""

from collections.abc import Iterable, Sequence

from screentest.api.domain.budgets import refusal
from screentest.api.domain.estimates import (
    Estimate,
    Offer,
    Quote,
    RenderShape,
    estimate,
    quote,
)
from screentest.api.domain.planning import Plan
from screentest.api.domain.users import User
from screentest.api.store.budgets import fetch_standings
from screentest.api.store.estimates import fetch_histories
from screentest.api.store.workers import fetch_classes_at_work
from screentest.common.db import Connection


async def estimates_of(
    connection: Connection, shapes: Iterable[RenderShape]
) -> dict[RenderShape, Estimate]:
    """An estimate for each different shape, unknown where there is no history: two queries."""
    histories = await fetch_histories(connection, shapes)
    at_work = await fetch_classes_at_work(connection)
    return {shape: estimate(shape, history, at_work) for shape, history in histories.items()}


async def quote_plans(connection: Connection, plans: Sequence[Plan]) -> Quote:
    """What test shots with these plans would cost together; nothing is asked for."""
    shapes = [RenderShape.of(plan.parameters) for plan in plans]
    estimates = await estimates_of(connection, shapes)
    return quote(shapes, estimates, sum(plan.planned_segments for plan in plans))


async def offer(
    connection: Connection, user: User, quoted: Quote, *, starts_in_s: float | None
) -> Offer:
    """A quote with what is left of the user's budgets."""
    standings = await fetch_standings(connection, [None, user.id])
    segments = [(line.per_render.median_s, line.renders) for line in quoted.lines]
    left = [one.left_s for one in standings if one.left_s is not None]
    return Offer(
        **dict(quoted),
        starts_in_s=starts_in_s,
        budget_left_s=min(left, default=None),
        is_within_budget=refusal(standings, segments) is None,
    )
