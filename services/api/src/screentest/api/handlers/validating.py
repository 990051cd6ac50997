"""Workflows looked at for every live worker; nothing is asked for."""

from dataclasses import replace

from screentest.api.domain.ability import Ability
from screentest.api.domain.planning import PlanError
from screentest.api.domain.sweeps import WorkflowVersion
from screentest.api.domain.trials import bare_scene_type, trial
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.asking import problem_of
from screentest.api.problems.catalogue import SceneTypeNotFound, WorkflowNotFound
from screentest.api.schemas.validation import ValidationRequest
from screentest.api.store import planning
from screentest.api.store.workflow_versions import load_versions
from screentest.common.db import Connection
from screentest.common.recipes import Prompts


async def validate(
    connection: Connection, workflow_id: int, asked: ValidationRequest, admission: Admission
) -> Ability:
    """Who can render a workflow with these values, and what the others lack.

    Raises:
        WorkflowNotFound, SceneTypeNotFound: there is no such thing.
        InvalidParameters: a value or LoRA fits no slot, whatever the worker.
    """
    version = WorkflowVersion(workflow_id, asked.version)
    workflow = (await load_versions(connection, [version])).get(version)
    if workflow is None:
        raise WorkflowNotFound(f"{workflow_id} v{asked.version}" if asked.version else workflow_id)
    scene_type = bare_scene_type(workflow)
    if asked.scene_type_id is not None:
        found = await planning.load_scene_type(connection, asked.scene_type_id)
        if found is None:
            raise SceneTypeNotFound(asked.scene_type_id)
        # Prompts are for a character to fill in, and no server minds a text.
        scene_type = replace(found[1], prompts=Prompts(), negative_prompt="")
    try:
        planned = trial(workflow, scene_type, asked.values, asked.loras)
    except PlanError as error:
        raise problem_of(error) from error
    return await admission.ability(connection, planned.first, planned.needs)
