"""Budgets in seconds of GPU a day: everybody's together, and people's own."""

from http import HTTPStatus

from screentest.api.api_route import router as router_for
from screentest.api.auth import Admin, Viewer
from screentest.api.domain.budgets import Standing, Standings
from screentest.api.domain.users import User
from screentest.api.handlers.holding import hold_spent
from screentest.api.openapi import may_answer
from screentest.api.problems.budgets import BudgetNotFound
from screentest.api.problems.people import UserNotFound
from screentest.api.schemas.budgets import NewBudget
from screentest.api.schemas.fields import RowId
from screentest.api.store import audit, budgets, users
from screentest.api.unit_of_work import InTx
from screentest.common.db import Tx

router = router_for("budgets")


@router.get("/budgets")
async def list_budgets(_: Admin, tx: InTx) -> list[Standing]:
    """Every budget that is set and how much of it is left, everybody's first."""
    return await budgets.fetch_standings(tx, await budgets.fetch_scopes(tx))


@router.get("/budgets/me")
async def get_my_budgets(user: Viewer, tx: InTx) -> Standings:
    """What you have spent today, what is reserved for your runs, and what is left."""
    own, everybody = await budgets.fetch_standings(tx, [user.id, None])
    return Standings(own=own, everybody=everybody)


@router.get("/budgets/global")
async def get_global_budget(_: Admin, tx: InTx) -> Standing:
    """What everybody together has spent today and may spend."""
    return await _standing(tx, None)


@router.put("/budgets/global")
async def set_global_budget(user: Admin, tx: InTx, body: NewBudget) -> Standing:
    """Limit what everybody together spends a UTC day; it counts from now on.

    What would pass the limit is refused. Once it is spent, what waits is held, and goes on when the
    budget is raised or the day ends; what renders is never interrupted.
    """
    return await _set(tx, user, None, body)


@router.delete(
    "/budgets/global", status_code=HTTPStatus.NO_CONTENT, responses=may_answer(BudgetNotFound)
)
async def lift_global_budget(user: Admin, tx: InTx) -> None:
    """Let everybody together spend without a limit; their own budgets stay."""
    await _lift(tx, user, None)


@router.get("/budgets/users/{user_id}", responses=may_answer(UserNotFound))
async def get_user_budget(_: Admin, tx: InTx, user_id: RowId) -> Standing:
    """What a user has spent today and may spend."""
    return await _standing(tx, await _existing(tx, user_id))


@router.put("/budgets/users/{user_id}", responses=may_answer(UserNotFound))
async def set_user_budget(user: Admin, tx: InTx, user_id: RowId, body: NewBudget) -> Standing:
    """Limit what a user spends a UTC day; it counts from now on, as everybody's does."""
    return await _set(tx, user, await _existing(tx, user_id), body)


@router.delete(
    "/budgets/users/{user_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=may_answer(UserNotFound, BudgetNotFound),
)
async def lift_user_budget(user: Admin, tx: InTx, user_id: RowId) -> None:
    """Let a user spend without a limit of their own; everybody's stays."""
    await _lift(tx, user, await _existing(tx, user_id))


async def _existing(tx: Tx, user_id: int) -> int:
    if await users.user(tx, user_id) is None:
        raise UserNotFound(user_id)
    return user_id


async def _standing(tx: Tx, user_id: int | None) -> Standing:
    (standing,) = await budgets.fetch_standings(tx, [user_id])
    return standing


async def _set(tx: Tx, user: User, user_id: int | None, body: NewBudget) -> Standing:
    before = await _standing(tx, user_id)
    await budgets.set_budget(
        tx,
        user_id,
        gpu_seconds_per_day=body.gpu_seconds_per_day,
        unknown_render_s=body.unknown_render_s,
        set_by_id=user.id,
    )
    await hold_spent(tx)
    after = await _standing(tx, user_id)
    await audit.record(
        tx, user, "budget.set", _name(user_id), before=_limits(before), after=_limits(after)
    )
    return after


async def _lift(tx: Tx, user: User, user_id: int | None) -> None:
    before = await _standing(tx, user_id)
    if not await budgets.remove_budget(tx, user_id):
        whose = "for everybody together" if user_id is None else f"of user {user_id}"
        raise BudgetNotFound(f"No budget {whose} is set: nothing is limited by it.")
    await hold_spent(tx)
    await audit.record(tx, user, "budget.lifted", _name(user_id), before=_limits(before))


def _name(user_id: int | None) -> str:
    return "global" if user_id is None else str(user_id)


def _limits(standing: Standing) -> dict[str, float | None]:
    return standing.model_dump(include={"gpu_seconds_per_day", "unknown_render_s"})
