"""A/B: two test shots that differ in what they are to be compared by, and in nothing else."""

from screentest.api.domain.catalogue import SceneType, Workflow
from screentest.api.domain.comparisons import Difference, differing
from screentest.api.domain.planning import Plan, PlanError, plan
from screentest.api.domain.users import User
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.asking import ask, draw_seed, problem_of
from screentest.api.problems.catalogue import CharacterNotFound, SceneTypeNotFound, WorkflowNotFound
from screentest.api.problems.comparisons import NothingDiffers
from screentest.api.schemas.axes import WorkflowChoice
from screentest.api.schemas.comparisons import ComparisonRequest
from screentest.api.store import changes, comparisons, planning
from screentest.api.store.shots import NewShot
from screentest.api.store.workflow_versions import load_versions
from screentest.common.db import Tx
from screentest.common.ids import new_id


async def request_comparison(
    tx: Tx, user: User, asked: ComparisonRequest, admission: Admission
) -> int:
    """Ask for both test shots; returns the id of the comparison.

    Raises:
        SceneTypeNotFound, CharacterNotFound, WorkflowNotFound: there is no such thing.
        NothingDiffers: both sides would render the same pixels.
        NoWorkerCanRender: every live worker lacks something for one of them.
        Problem: a side cannot be rendered.
    """
    found = await planning.load_scene_type(tx, asked.scene_type_id)
    if found is None:
        raise SceneTypeNotFound(asked.scene_type_id)
    characters = await planning.load_characters(tx, [asked.character_id])
    if asked.character_id not in characters:
        raise CharacterNotFound(asked.character_id)
    # One for both sides when they ask for none: what differs is then what was changed.
    seed = draw_seed()
    new: list[NewShot] = []
    for side in asked.sides():
        workflow, scene_type = await _with_workflow(tx, found, side.workflow)
        try:
            planned = plan(
                workflow,
                scene_type,
                characters[asked.character_id],
                side.overrides(),
                random_seed=draw_seed() if side.seed == "random" else seed,
            )
        except PlanError as error:
            raise problem_of(error) from error
        new.append(
            NewShot(
                run_id=new_id(),
                plan=planned,
                created_by_id=user.id,
                label=side.label,
                fresh=asked.fresh,
            )
        )
    differs = _difference(*(shot.plan for shot in new))
    ids = await ask(tx, user, new, admission)
    comparison_id = await comparisons.add_comparison(
        tx, name=asked.name, shot_ids=ids, differs=differs, created_by_id=user.id
    )
    await changes.tell_comparison(tx, comparison_id, ids)
    return comparison_id


def _difference(a: Plan, b: Plan) -> list[Difference]:
    differs = differing(a.parameters, b.parameters)
    if a.recipe_hash != b.recipe_hash:
        return differs
    without_effect = ", ".join(one.name for one in differs)
    raise NothingDiffers(
        f"Both sides would render the same segment 1: {without_effect} changes no pixel of it. "
        "Change what it is rendered with."
        if differs
        else "Both sides would render the same: give b another value, or two seeds that differ."
    )


async def _with_workflow(
    tx: Tx, found: tuple[Workflow, SceneType], choice: WorkflowChoice | None
) -> tuple[Workflow, SceneType]:
    if choice is None:
        return found
    asked = choice.chosen()
    chosen = await load_versions(tx, [asked])
    if asked not in chosen:
        version = "" if asked.version is None else f" v{asked.version}"
        raise WorkflowNotFound(f"{asked.id}{version}")
    return chosen[asked], found[1]
