"""Test shots: asked for, seen, reviewed, cancelled, deleted."""

from http import HTTPStatus

from fastapi import Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.deps import Wired
from screentest.api.domain.shots import Shot
from screentest.api.handlers import shots as handlers
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.reviews import review_shot
from screentest.api.openapi import may_answer
from screentest.api.problems.asking import CANNOT_RENDER
from screentest.api.problems.catalogue import CharacterNotFound, SceneNotFound, SceneTypeNotFound
from screentest.api.problems.shots import (
    NotRendered,
    NotYours,
    ShotFinished,
    ShotInUse,
    ShotNotFound,
    ShotRunning,
)
from screentest.api.schemas.fields import RowId
from screentest.api.schemas.reviews import ReviewChanges
from screentest.api.schemas.shots import SceneTypeShotRequest, ShotRequest
from screentest.api.store import planning, shots
from screentest.api.unit_of_work import InTx
from screentest.common.db import Connection

router = router_for("test shots")


@router.post(
    "/scenes/{scene_id}/test-shot",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(SceneNotFound, *CANNOT_RENDER),
)
async def request_scene_test_shot(
    user: Creator,
    tx: InTx,
    deps: Wired,
    scene_id: RowId,
    response: Response,
    body: ShotRequest | None = None,
) -> Shot:
    """Render segment 1 of a scene as it would be, or with other parameters, and nothing more."""
    scene = await planning.load_scene(tx, scene_id)
    if scene is None:
        raise SceneNotFound(scene_id)
    asked = body or ShotRequest()
    shot_id = await handlers.request_shot(
        tx,
        user,
        admission=Admission.of(deps, wait_for_worker=asked.wait_for_worker),
        scene_type_id=scene.scene_type_id,
        character_id=scene.character_id,
        overrides=asked.overrides(),
        scene=scene,
        fresh=asked.fresh,
    )
    response.headers["Location"] = f"/api/test-shots/{shot_id}"
    return deps.queue.of_shot(await _existing(tx, shot_id))


@router.post(
    "/scene-types/{scene_type_id}/test-shot",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(SceneTypeNotFound, CharacterNotFound, *CANNOT_RENDER),
)
async def request_scene_type_test_shot(
    user: Creator,
    tx: InTx,
    deps: Wired,
    scene_type_id: RowId,
    response: Response,
    body: SceneTypeShotRequest,
) -> Shot:
    """Render one segment of a scene type with a character."""
    shot_id = await handlers.request_shot(
        tx,
        user,
        admission=Admission.of(deps, wait_for_worker=body.wait_for_worker),
        scene_type_id=scene_type_id,
        character_id=body.character_id,
        overrides=body.overrides(),
        fresh=body.fresh,
    )
    response.headers["Location"] = f"/api/test-shots/{shot_id}"
    return deps.queue.of_shot(await _existing(tx, shot_id))


@router.get("/test-shots/{shot_id}", responses=may_answer(ShotNotFound))
async def get_test_shot(_: Viewer, tx: InTx, deps: Wired, shot_id: RowId) -> Shot:
    """One test shot with everything that is known of it."""
    return deps.queue.of_shot(await _existing(tx, shot_id))


@router.patch("/test-shots/{shot_id}", responses=may_answer(ShotNotFound, NotRendered))
async def review_test_shot(
    user: Creator, tx: InTx, deps: Wired, shot_id: RowId, body: ReviewChanges
) -> Shot:
    """Say what you think of a test shot, anybody's: approve or reject it, rate, tag, note.

    The last word on each field counts; the audit keeps all of them.
    """
    await review_shot(tx, user, shot_id, body)
    return deps.queue.of_shot(await _existing(tx, shot_id))


@router.post(
    "/test-shots/{shot_id}/cancel",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(ShotNotFound, NotYours, ShotFinished),
)
async def cancel_test_shot(
    user: Creator, tx: InTx, deps: Wired, shot_id: RowId, response: Response
) -> Shot:
    """Ask for the end of a test shot, waiting or rendering; its status says when it has come."""
    await handlers.cancel_shot(tx, user, shot_id)
    response.headers["Location"] = f"/api/test-shots/{shot_id}"
    return deps.queue.of_shot(await _existing(tx, shot_id))


@router.delete(
    "/test-shots/{shot_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=may_answer(ShotNotFound, NotYours, ShotRunning, ShotInUse),
)
async def delete_test_shot(user: Creator, tx: InTx, shot_id: RowId) -> None:
    """Remove a test shot that has ended and was not promoted; a running one is cancelled first."""
    await handlers.delete_shot(tx, user, shot_id)


async def _existing(connection: Connection, shot_id: int) -> Shot:
    shot = await shots.fetch_shot(connection, shot_id)
    if shot is None:
        raise ShotNotFound(shot_id)
    return shot
