"""What all requests for renders have in common: planning, and the event that asks for them."""

import secrets
from collections.abc import Sequence

from screentest.api.domain.estimates import RenderShape
from screentest.api.domain.planning import PlanError
from screentest.api.domain.users import Role, User
from screentest.api.handlers.admitting import Admission, Asked
from screentest.api.handlers.costs import ask_for
from screentest.api.problems.asking import CANNOT_PLAN
from screentest.api.problems.problem import Problem
from screentest.api.problems.shots import NotYours
from screentest.api.store import shots
from screentest.api.store.shots import NewShot
from screentest.common.db import Tx
from screentest.common.events import Lane, RunKind, ShotRequested

_PROBLEMS: dict[str, type[Problem]] = {problem.name: problem for problem in CANNOT_PLAN}


def draw_seed() -> int:
    """A random seed, small enough for every workflow and for people to read out."""
    return secrets.randbelow(2**32)


def problem_of(error: PlanError) -> Problem:
    """What a person is told when nothing can be rendered of what they asked for."""
    errors = [{"where": "body", "message": one, "kind": error.code} for one in error.problems]
    return _PROBLEMS[error.code](sentence(error.problems), errors=errors)


def sentence(clauses: Sequence[str]) -> str:
    """Clauses as one sentence."""
    text = "; ".join(clauses)
    return f"{text[0].upper()}{text[1:]}."


async def ask(tx: Tx, user: User, new: Sequence[NewShot], admission: Admission) -> list[int]:
    """Ask for test shots, all of them or none; returns their ids in the order given.

    Raises:
        NoWorkerCanRender: every live worker lacks something for one of them.
        BudgetExceeded: they would cost more than is left today.
    """
    if not new:
        return []
    ids = await shots.add_shots(tx, new)
    asked = [
        Asked(
            run=shot_requested(shot, shot_id),
            shape=RenderShape.of(shot.plan.parameters),
            recipe_hash=shot.plan.recipe_hash,
        )
        for shot, shot_id in zip(new, ids, strict=True)
    ]
    await ask_for(tx, user, asked, admission)
    return ids


def shot_requested(shot: NewShot, shot_id: int) -> ShotRequested:
    """Asks for segment 1 of the chain the shot's plan makes, and nothing more."""
    return ShotRequested(
        run_id=shot.run_id,
        kind=RunKind.TEST_SHOT,
        test_shot_id=shot_id,
        requested_by=shot.created_by_id,
        lane=Lane.PREVIEW,
        recipe=shot.plan.recipe,
        segments=1,
        planned_segments=shot.plan.planned_segments,
        seed_image=shot.plan.seed_image,
        reference_image=shot.plan.seed_image,
        boundary=shot.plan.scene_type.boundary,
        frame_rule=shot.plan.workflow.frame_rule,
        qa=shot.plan.scene_type.qa,
        needs=shot.plan.needs,
        fresh=shot.fresh,
        batch_id=shot.batch_id,
        priority=shot.priority,
    )


def check_owner(user: User, owner_id: int, what: str) -> None:
    """Let people touch what they asked for.

    Raises:
        NotYours: somebody else asked for it, and the user is no administrator.
    """
    if user.id != owner_id and user.role is not Role.ADMIN:
        raise NotYours(f"{what} was asked for by somebody else: ask them or an administrator.")
