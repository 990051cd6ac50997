"""Scenes as rows of the catalogue; what is generated of them is in `chains`."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.deps import Wired
from screentest.api.handlers.chains import chain_of
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import SceneNotFound, UnknownReference
from screentest.api.problems.chains import SceneRunning
from screentest.api.schemas.fields import Reference, RowId
from screentest.api.schemas.pages import Cursor, Limit, Page, read_id
from screentest.api.schemas.scenes import NewScene, Scene, SceneChanges, SceneWithChain
from screentest.api.store import audit, characters, runs, scene_types, scenes
from screentest.api.unit_of_work import InTx
from screentest.common.db import Tx

router = router_for("scenes")


@router.get("/scenes")
async def list_scenes(
    _: Viewer,
    tx: InTx,
    limit: Limit = 50,
    cursor: Cursor = None,
    scene_type_id: Annotated[Reference | None, Query()] = None,
    character_id: Annotated[Reference | None, Query()] = None,
    status: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[Scene]:
    """Scenes, newest first."""
    found = await scenes.scenes(
        tx,
        before=read_id(cursor),
        scene_type_id=scene_type_id,
        character_id=character_id,
        status=status,
        limit=limit + 1,
    )
    return Page[Scene].of(found, limit, "id")


@router.post("/scenes", status_code=HTTPStatus.CREATED, responses=may_answer(UnknownReference))
async def create_scene(user: Creator, tx: InTx, body: NewScene, response: Response) -> Scene:
    """Make a scene without segments."""
    if await scene_types.scene_type(tx, body.scene_type_id) is None:
        raise UnknownReference("scene_type_id", f"scene type {body.scene_type_id} does not exist")
    await _check_image(tx, body.character_id, body.source_image_id)
    made = await scenes.add_scene(tx, body, user.id)
    response.headers["Location"] = f"/api/scenes/{made.id}"
    return made


@router.get("/scenes/{scene_id}", responses=may_answer(SceneNotFound))
async def get_scene(_: Viewer, tx: InTx, deps: Wired, scene_id: RowId) -> SceneWithChain:
    """One scene with the strip of its segments and how far its latest run is."""
    found = await scenes.scene(tx, scene_id)
    if found is None:
        raise SceneNotFound(scene_id)
    chain = await chain_of(tx, scene_id)
    return SceneWithChain(**found.model_dump(), chain=deps.queue.of_chain(chain))


@router.patch("/scenes/{scene_id}", responses=may_answer(SceneNotFound, UnknownReference))
async def change_scene(_: Creator, tx: InTx, scene_id: RowId, body: SceneChanges) -> Scene:
    """Change a scene. Another source image counts for a chain that is not begun."""
    scene = await _locked(tx, scene_id)
    changes = body.model_dump(exclude_unset=True)
    await _check_image(tx, scene.character_id, changes.get("source_image_id"))
    return await scenes.change_scene(tx, scene.model_copy(update=changes))


@router.delete(
    "/scenes/{scene_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=may_answer(SceneNotFound, SceneRunning),
)
async def delete_scene(user: Creator, tx: InTx, scene_id: RowId) -> None:
    """Remove a scene with its segments; refused while it is being generated."""
    scene = await _locked(tx, scene_id)
    run = await runs.fetch_latest_run(tx, scene_id)
    if run is not None and run.finished_at is None:
        raise SceneRunning(
            f"Scene {scene_id} is being generated: wait until that ends, or cancel it."
        )
    await scenes.delete_scene(tx, scene_id)
    before = {"name": scene.name, "status": scene.status}
    await audit.record(tx, user, "scene.deleted", scene_id, before=before)


async def _locked(tx: Tx, scene_id: int) -> Scene:
    found = await scenes.lock_scene(tx, scene_id)
    if found is None:
        raise SceneNotFound(scene_id)
    return found


async def _check_image(tx: Tx, character_id: int, image_id: int | None) -> None:
    """See that the character exists, and that the image is one of its own."""
    character = await characters.character(tx, character_id)
    if character is None:
        raise UnknownReference("character_id", f"character {character_id} does not exist")
    if image_id is not None and all(image.id != image_id for image in character.images):
        raise UnknownReference(
            "source_image_id", f'character "{character.name}" has no source image {image_id}'
        )
