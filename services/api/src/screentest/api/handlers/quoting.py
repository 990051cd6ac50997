"""What a request would cost, told before it is made."""

from collections.abc import Iterable, Sequence

from screentest.api.domain.estimates import Estimate, Quote, RenderShape, estimate, quote
from screentest.api.domain.planning import Plan
from screentest.api.store.estimates import fetch_histories
from screentest.common.db import Connection


async def estimates_of(
    connection: Connection, shapes: Iterable[RenderShape]
) -> dict[RenderShape, Estimate]:
    """An estimate for each different shape, unknown where there is no history: one query."""
    histories = await fetch_histories(connection, shapes)
    return {shape: estimate(shape, history) for shape, history in histories.items()}


async def quote_plans(connection: Connection, plans: Sequence[Plan]) -> Quote:
    """What test shots with these plans would cost together; nothing is asked for."""
    shapes = [RenderShape.of(plan.parameters) for plan in plans]
    estimates = await estimates_of(connection, shapes)
    return quote(shapes, estimates, sum(plan.planned_segments for plan in plans))
