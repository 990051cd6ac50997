"""The last step of everything that renders: someone can, estimated, within budget, said."""

from collections.abc import Sequence

from screentest.api.domain.budgets import refusal, wanted_s
from screentest.api.domain.estimates import Estimate
from screentest.api.domain.users import User
from screentest.api.handlers.admitting import Admission, Asked
from screentest.api.handlers.quoting import estimates_of
from screentest.api.problems.budgets import BudgetExceeded
from screentest.api.store import budgets, costs
from screentest.api.store.costs import ExpectedCost
from screentest.common import outbox
from screentest.common.db import Tx


async def ask_for(tx: Tx, user: User, asked: Sequence[Asked], admission: Admission) -> None:
    """Say requests to the dispatcher with their estimate and the user's weight: all, or none.

    Locks the budgets that bind the user, so it comes after every other lock but that of the live
    events, and before those.

    Raises:
        NoWorkerCanRender: every live worker lacks something for one of them.
        BudgetExceeded: they would cost more than is left today.
    """
    await admission.check(tx, asked)
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
