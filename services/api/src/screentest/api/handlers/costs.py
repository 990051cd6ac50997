"""The last step of everything that renders: estimated, within budget, said to the dispatcher."""

from collections.abc import Sequence
from dataclasses import dataclass

from screentest.api.domain.budgets import refusal, wanted_s
from screentest.api.domain.estimates import RenderShape
from screentest.api.domain.lengths import segments_to_come
from screentest.api.domain.outlays import Identity, Outlay, Priced
from screentest.api.domain.users import User
from screentest.api.handlers.quoting import priced
from screentest.api.problems.budgets import BudgetExceeded
from screentest.api.store import budgets, costs, savings
from screentest.api.store.costs import ExpectedCost
from screentest.common import outbox
from screentest.common.chain_length import ChainLength
from screentest.common.db import Tx
from screentest.common.events import ShotRequested


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A run that is asked for, and what decides its cost."""

    run: ShotRequested
    shape: RenderShape
    #: Of segment 1 of its chain.
    recipe_hash: str

    @property
    def outlay(self) -> Outlay:
        """What it is expected to render; `segments` of the run is only how far it may go."""
        run = self.run
        may_take = run.first_segment == 1 and not run.fresh
        length = ChainLength(
            last_segment=run.segments,
            target_duration_s=run.target_duration_s,
            tolerance_s=run.tolerance_s,
        )
        return Outlay(
            shape=self.shape,
            segments=segments_to_come(
                run.first_segment - 1, run.elapsed_s, length, planned=run.planned_segments
            ),
            first=Identity.of(self.recipe_hash, run.boundary) if may_take else None,
        )


async def ask_for(tx: Tx, user: User, asked: Sequence[Asked]) -> None:
    """Say requests to the dispatcher with their estimate and the user's weight: all, or none.

    Locks the budgets that bind the user, so it comes after every other lock but that of the live
    events, and before those.

    Raises:
        BudgetExceeded: they would cost more than is left today.
    """
    expected = await priced(
        tx, [one.outlay for one in asked], besides=[one.run.run_id for one in asked]
    )
    await _check_budgets(tx, user, expected)
    await costs.add_costs(
        tx,
        [
            ExpectedCost(run_id=one.run.run_id, user_id=user.id, priced=cost)
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
