"""Presets: what test shots of a scene type are often asked for with, under a name."""

from http import HTTPStatus

from fastapi import Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.domain.planning import PlanError, configure
from screentest.api.handlers.asking import problem_of
from screentest.api.openapi import may_answer
from screentest.api.problems.asking import InvalidParameters
from screentest.api.problems.catalogue import PresetNameTaken, PresetNotFound, SceneTypeNotFound
from screentest.api.schemas.fields import RowId
from screentest.api.schemas.pages import Cursor, Limit, Page, read_id
from screentest.api.schemas.presets import NewPreset, Preset, PresetChanges
from screentest.api.schemas.shots import ShotOverrides
from screentest.api.store import audit, changes, planning, presets, scene_types
from screentest.api.unit_of_work import InTx
from screentest.common.db import Tx

router = router_for("scene types")


@router.get("/scene-types/{scene_type_id}/presets", responses=may_answer(SceneTypeNotFound))
async def list_presets(
    _: Viewer, tx: InTx, scene_type_id: RowId, limit: Limit = 50, cursor: Cursor = None
) -> Page[Preset]:
    """Presets of a scene type, newest first. Their `overrides` go into any request as they are."""
    if await scene_types.scene_type(tx, scene_type_id) is None:
        raise SceneTypeNotFound(scene_type_id)
    found = await presets.presets(tx, scene_type_id, before=read_id(cursor), limit=limit + 1)
    return Page[Preset].of(found, limit, "id")


@router.post(
    "/scene-types/{scene_type_id}/presets",
    status_code=HTTPStatus.CREATED,
    responses=may_answer(SceneTypeNotFound, InvalidParameters, PresetNameTaken),
)
async def create_preset(
    user: Creator, tx: InTx, scene_type_id: RowId, body: NewPreset, response: Response
) -> Preset:
    """Keep overrides that fit the workflow under a name, for everybody."""
    await _check(tx, scene_type_id, body.overrides)
    made = await presets.add_preset(tx, scene_type_id, body, user.id)
    response.headers["Location"] = f"/api/scene-types/{scene_type_id}/presets/{made.id}"
    await changes.tell_presets(tx, scene_type_id)
    return made


@router.patch(
    "/scene-types/{scene_type_id}/presets/{preset_id}",
    responses=may_answer(PresetNotFound, InvalidParameters, PresetNameTaken),
)
async def change_preset(
    _: Creator, tx: InTx, scene_type_id: RowId, preset_id: RowId, body: PresetChanges
) -> Preset:
    """Rename a preset, or give it other overrides. What was asked for with it stays as it is."""
    preset = await _locked(tx, scene_type_id, preset_id)
    given = {name: getattr(body, name) for name in body.model_fields_set}
    changed = preset.model_copy(update=given)
    if "overrides" in given:
        await _check(tx, scene_type_id, changed.overrides)
    written = await presets.change_preset(tx, changed)
    await changes.tell_presets(tx, scene_type_id)
    return written


@router.delete(
    "/scene-types/{scene_type_id}/presets/{preset_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=may_answer(PresetNotFound),
)
async def delete_preset(user: Creator, tx: InTx, scene_type_id: RowId, preset_id: RowId) -> None:
    """Remove a preset; nothing that was made with it changes."""
    preset = await _locked(tx, scene_type_id, preset_id)
    await presets.delete_preset(tx, preset_id)
    before = preset.model_dump(mode="json", include={"scene_type_id", "name", "overrides"})
    await audit.record(tx, user, "preset.deleted", preset_id, before=before)
    await changes.tell_presets(tx, scene_type_id)


async def _locked(tx: Tx, scene_type_id: int, preset_id: int) -> Preset:
    found = await presets.lock_preset(tx, scene_type_id, preset_id)
    if found is None:
        raise PresetNotFound(preset_id)
    return found


async def _check(tx: Tx, scene_type_id: int, overrides: ShotOverrides) -> None:
    """See that a test shot could be asked for with it, as far as no character decides."""
    loaded = await planning.load_scene_type(tx, scene_type_id)
    if loaded is None:
        raise SceneTypeNotFound(scene_type_id)
    workflow, scene_type = loaded
    if problems := configure(workflow, scene_type, overrides.overrides()).problems:
        raise problem_of(PlanError("invalid-parameters", list(problems)))
