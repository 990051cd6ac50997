"""The last step of everything that renders: someone can, estimated, within budget, said."""

from collections.abc import Sequence

from screentest.api.domain.budgets import refusal, wanted_s
from screentest.api.domain.outlays import Priced
from screentest.api.domain.users import User
from screentest.api.handlers.admitting import Admission, Asked
from screentest.api.handlers.quoting import priced
from screentest.api.problems.budgets import BudgetExceeded
from screentest.api.store import budgets, costs, savings
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
    expected = await priced(
        tx, [one.outlay for one in asked], besides=[one.run.run_id for one in asked]
    )
    await _check_budgets(tx, user, expected)
    await costs.add_costs(
        tx,
        [
            ExpectedCost(run_id=one.run.run_id, user_id=user.id, lane=one.run.lane, priced=cost)
            for one, cost in zip(asked, expected, strict=True)
        ],
    )
    await savings.void_halts(tx, [one.run.scene_id for one in asked if one.run.scene_id])
    said = [
        one.run.model_copy(update={"estimate_s": cost.estimate.median_s, "weight": user.weight})
        for one, cost in zip(asked, expected, strict=True)
    ]
    await outbox.add_all(tx, said)


async def _check_budgets(tx: Tx, user: User, expected: Sequence[Priced]) -> None:
    binding = await budgets.lock_binding(tx, user.id)
    if not binding:
        return
    standings = await budgets.fetch_standings(tx, binding)
    segments = [(cost.estimate.median_s, cost.renders) for cost in expected]
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
