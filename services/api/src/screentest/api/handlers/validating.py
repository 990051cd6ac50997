"""Workflows looked at for every live worker, or tried on one in small."""

from dataclasses import replace

from screentest.api.domain.ability import Ability
from screentest.api.domain.catalogue import Overrides, SceneType, Workflow
from screentest.api.domain.planning import PlanError, plan
from screentest.api.domain.sweeps import WorkflowVersion
from screentest.api.domain.trials import bare_scene_type, small, trial
from screentest.api.domain.users import User
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.asking import ask, draw_seed, problem_of
from screentest.api.problems.catalogue import (
    CharacterNotFound,
    SceneTypeNotFound,
    WorkflowNotFound,
)
from screentest.api.schemas.validation import DryRunRequest, ValidationRequest
from screentest.api.store import changes, planning
from screentest.api.store.shots import NewShot
from screentest.api.store.workflow_versions import load_versions
from screentest.common.db import Connection, Tx
from screentest.common.events import Boundary
from screentest.common.ids import new_id
from screentest.common.recipes import Prompts

#: Label of its test shot.
DRY_RUN = "dry run"


async def validate(
    connection: Connection, workflow_id: int, asked: ValidationRequest, admission: Admission
) -> Ability:
    """Who can render a workflow with these values, and what the others lack.

    Raises:
        WorkflowNotFound, SceneTypeNotFound: there is no such thing.
        InvalidParameters: a value or LoRA fits no slot, whatever the worker.
    """
    workflow = await _workflow(connection, workflow_id, asked.version)
    scene_type = bare_scene_type(workflow)
    if asked.scene_type_id is not None:
        found = await _scene_type(connection, asked.scene_type_id)
        # Prompts are for a character to fill in, and no server minds a text.
        scene_type = replace(found, prompts=Prompts(), negative_prompt="")
    try:
        planned = trial(workflow, scene_type, asked.values, asked.loras)
    except PlanError as error:
        raise problem_of(error) from error
    return await admission.ability(connection, planned.first, planned.needs)


async def dry_run(
    tx: Tx, user: User, workflow_id: int, asked: DryRunRequest, admission: Admission
) -> int:
    """Ask for a test shot that renders as little as the workflow can; returns its id.

    It is rendered even if it has been before: it is to show that it can be now.

    Raises:
        WorkflowNotFound, SceneTypeNotFound, CharacterNotFound: there is no such thing.
        NoWorkerCanRender: every live worker lacks something for it.
        BudgetExceeded: it would cost more than is left today.
        Problem: nothing can be rendered with the workflow's defaults.
    """
    workflow = await _workflow(tx, workflow_id, asked.version)
    scene_type = await _scene_type(tx, asked.scene_type_id)
    characters = await planning.load_characters(tx, [asked.character_id])
    if asked.character_id not in characters:
        raise CharacterNotFound(asked.character_id)
    # Values and boundary of the scene type are for segments of its length.
    bare = replace(scene_type, values={}, seed=None, boundary=Boundary())
    try:
        planned = plan(
            workflow,
            bare,
            characters[asked.character_id],
            Overrides(values=small(workflow)),
            random_seed=draw_seed(),
        )
    except PlanError as error:
        raise problem_of(error) from error
    shot = NewShot(run_id=new_id(), plan=planned, created_by_id=user.id, label=DRY_RUN, fresh=True)
    (shot_id,) = await ask(tx, user, [shot], admission)
    await changes.tell_shot(tx, shot_id)
    return shot_id


async def _workflow(connection: Connection, workflow_id: int, number: int | None) -> Workflow:
    version = WorkflowVersion(workflow_id, number)
    workflow = (await load_versions(connection, [version])).get(version)
    if workflow is None:
        raise WorkflowNotFound(workflow_id if number is None else f"{workflow_id} v{number}")
    return workflow


async def _scene_type(connection: Connection, scene_type_id: int) -> SceneType:
    found = await planning.load_scene_type(connection, scene_type_id)
    if found is None:
        raise SceneTypeNotFound(scene_type_id)
    return found[1]
