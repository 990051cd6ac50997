"""The last step of everything that renders: estimated, within budget, said to the dispatcher."""

from collections.abc import Sequence
from dataclasses import dataclass

from screentest.api.domain.budgets import refusal, wanted_s
from screentest.api.domain.estimates import Estimate, RenderShape
from screentest.api.domain.users import User
from screentest.api.handlers.quoting import estimates_of
from screentest.api.problems.budgets import BudgetExceeded
from screentest.api.store import budgets, costs
from screentest.api.store.costs import ExpectedCost
from screentest.common import outbox
from screentest.common.db import Tx
from screentest.common.events import ShotRequested


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A run that is asked for, and what decides its cost."""

    run: ShotRequested
    shape: RenderShape


async def ask_for(tx: Tx, user: User, asked: Sequence[Asked]) -> None:
    """Say requests to the dispatcher with their estimate and the user's weight: all, or none.

    Locks the budgets that bind the user, so it comes after every other lock but that of the live
    events, and before those.

    Raises:
        BudgetExceeded: they would cost more than is left today.
    """
    estimates = await estimates_of(tx, [one.shape for one in asked])
    expected = [_expected(user, one, estimates[one.shape]) for one in asked]
    await _check_budgets(tx, user, expected)
    await costs.add_costs(tx, expected)
    said = [
        one.run.model_copy(update={"estimate_s": cost.estimate_s, "weight": user.weight})
        for one, cost in zip(asked, expected, strict=True)
    ]
    await outbox.add_all(tx, said)


def _expected(user: User, asked: Asked, estimate: Estimate) -> ExpectedCost:
    run = asked.run
    return ExpectedCost(
        run_id=run.run_id,
        user_id=user.id,
        shape=asked.shape,
        segments=run.segments - run.first_segment + 1,
        estimate=estimate,
    )


async def _check_budgets(tx: Tx, user: User, expected: Sequence[ExpectedCost]) -> None:
    binding = await budgets.lock_binding(tx, user.id)
    if not binding:
        return
    standings = await budgets.fetch_standings(tx, binding)
    segments = [(cost.estimate_s, cost.segments) for cost in expected]
    refusing = refusal(standings, segments)
    if refusing is None:
        return
    assert refusing.left_s is not None, "a budget without a limit refuses nothing"
    assert refusing.gpu_seconds_per_day is not None, "a budget without a limit refuses nothing"
    raise BudgetExceeded(
        refusing.scope,
        wanted_s=wanted_s(refusing, segments),
        left_s=refusing.left_s,
        gpu_seconds_per_day=refusing.gpu_seconds_per_day,
        resets_at=refusing.resets_at,
    )
