"""What a request would cost, told before it is made. Must never write."""

from collections.abc import Collection, Sequence
from uuid import UUID

from screentest.api.domain.budgets import refusal
from screentest.api.domain.estimates import Offer, Quote, RenderShape, estimate
from screentest.api.domain.outlays import Identity, Outlay, Priced, price
from screentest.api.domain.planning import Plan
from screentest.api.domain.users import User
from screentest.api.store.budgets import fetch_standings
from screentest.api.store.estimates import fetch_histories
from screentest.api.store.identical import fetch_present
from screentest.api.store.workers import fetch_classes_at_work
from screentest.common.db import Connection


async def priced(
    connection: Connection, outlays: Sequence[Outlay], *, besides: Collection[UUID] = ()
) -> list[Priced]:
    """What runs are expected to cost, in their order: what is quoted, and what is reserved.

    ``besides`` are the runs themselves, where they are stored already.
    """
    histories = await fetch_histories(connection, [one.shape for one in outlays])
    at_work = await fetch_classes_at_work(connection)
    estimates = {shape: estimate(shape, history, at_work) for shape, history in histories.items()}
    asked = [one.first for one in outlays if one.first is not None]
    present = await fetch_present(connection, asked, besides=besides) if asked else set()
    return price(outlays, estimates, present)


def outlay_of(plan: Plan, *, fresh: bool) -> Outlay:
    """What a test shot with this plan would render."""
    return Outlay(
        shape=RenderShape.of(plan.parameters),
        segments=1,
        first=None if fresh else Identity.of(plan.recipe_hash, plan.scene_type.boundary),
    )


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
