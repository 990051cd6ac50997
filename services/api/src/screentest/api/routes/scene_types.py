"""Scene types: what every scene of a type has in common."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.domain.lengths import segment_length, wide_window
from screentest.api.domain.slots import fit_loras, fit_values
from screentest.api.handlers.deleting import check_nothing_open
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import (
    InUse,
    InvalidSceneType,
    SceneTypeNotFound,
    UnknownReference,
)
from screentest.api.problems.shots import RunsOpen
from screentest.api.schemas.fields import Reference, RowId
from screentest.api.schemas.pages import Cursor, Limit, Page, read_id
from screentest.api.schemas.scene_types import (
    NewSceneType,
    SceneType,
    SceneTypeChanges,
)
from screentest.api.store import audit, open_runs, scene_types, workflows
from screentest.api.unit_of_work import InTx
from screentest.common.db import Tx

router = router_for("scene types")


@router.get("/scene-types")
async def list_scene_types(
    _: Viewer,
    tx: InTx,
    limit: Limit = 50,
    cursor: Cursor = None,
    workflow_id: Annotated[Reference | None, Query()] = None,
) -> Page[SceneType]:
    """Scene types, newest first."""
    found = await scene_types.scene_types(
        tx, before=read_id(cursor), workflow_id=workflow_id, limit=limit + 1
    )
    return Page[SceneType].of(found, limit, "id")


@router.post(
    "/scene-types",
    status_code=HTTPStatus.CREATED,
    responses=may_answer(InvalidSceneType, UnknownReference),
)
async def create_scene_type(
    user: Creator, tx: InTx, body: NewSceneType, response: Response
) -> SceneType:
    """Make a scene type that fits its workflow."""
    await _check(tx, body)
    made = await scene_types.add_scene_type(tx, body, user.id)
    response.headers["Location"] = f"/api/scene-types/{made.id}"
    return made


@router.get("/scene-types/{scene_type_id}", responses=may_answer(SceneTypeNotFound))
async def get_scene_type(_: Viewer, tx: InTx, scene_type_id: RowId) -> SceneType:
    """One scene type."""
    return await _existing(tx, scene_type_id)


@router.patch(
    "/scene-types/{scene_type_id}",
    responses=may_answer(SceneTypeNotFound, InvalidSceneType, UnknownReference),
)
async def change_scene_type(
    _: Creator, tx: InTx, scene_type_id: RowId, body: SceneTypeChanges
) -> SceneType:
    """Change a scene type. Chains that were begun before go on with the recipe they have."""
    scene_type = await _locked(tx, scene_type_id)
    given = {name: getattr(body, name) for name in body.model_fields_set}
    changed = scene_type.model_copy(update=given)
    await _check(tx, changed)
    return await scene_types.change_scene_type(tx, changed)


@router.delete(
    "/scene-types/{scene_type_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=may_answer(SceneTypeNotFound, InUse, RunsOpen),
)
async def delete_scene_type(user: Creator, tx: InTx, scene_type_id: RowId) -> None:
    """Remove a scene type with its test shots.

    Refused while it has scenes, or test shots that have not ended.
    """
    scene_type = await _locked(tx, scene_type_id)
    found = await open_runs.of_scene_type(tx, scene_type_id)
    check_nothing_open(f'Scene type "{scene_type.name}"', found)
    await scene_types.delete_scene_type(tx, scene_type_id)
    before = {"name": scene_type.name, "workflow_id": scene_type.workflow_id}
    await audit.record(tx, user, "scene-type.deleted", scene_type_id, before=before)


async def _locked(tx: Tx, scene_type_id: int) -> SceneType:
    found = await scene_types.lock_scene_type(tx, scene_type_id)
    if found is None:
        raise SceneTypeNotFound(scene_type_id)
    return found


async def _existing(tx: Tx, scene_type_id: int) -> SceneType:
    found = await scene_types.scene_type(tx, scene_type_id)
    if found is None:
        raise SceneTypeNotFound(scene_type_id)
    return found


async def _check(tx: Tx, scene_type: NewSceneType | SceneType) -> None:
    """See that everything the scene type sets exists in its workflow."""
    workflow = await workflows.workflow(tx, scene_type.workflow_id)
    if workflow is None:
        raise UnknownReference("workflow_id", f"workflow {scene_type.workflow_id} does not exist")
    values, faults = fit_values(workflow.slots, scene_type.slot_values)
    length = segment_length(
        workflow.slots, workflow.frame_rule, values, scene_type.segment_duration_s
    )
    faults += length.problems
    faults += wide_window(scene_type.boundary, length)
    faults += fit_loras(workflow.renderer, workflow.graph, workflow.slots, scene_type.loras)
    if faults:
        raise InvalidSceneType(faults)
