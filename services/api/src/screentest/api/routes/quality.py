"""What QA says: of a test shot, of a scene's chain, of a batch."""

from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer
from screentest.api.domain.qa_reports import BatchQA, ShotQA, read_batch, read_shot
from screentest.api.domain.qa_trends import SceneQA, read_scene
from screentest.api.openapi import may_answer
from screentest.api.problems.batches import BatchNotFound
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.shots import NotScored, ShotNotFound
from screentest.api.schemas.fields import RowId
from screentest.api.store import quality, scenes
from screentest.api.unit_of_work import InTx

router = router_for("quality")


@router.get("/test-shots/{shot_id}/qa", responses=may_answer(ShotNotFound, NotScored))
async def get_test_shot_quality(_: Viewer, tx: InTx, shot_id: RowId) -> ShotQA:
    """Why a test shot has its score: every check with value, limits, frame and picture."""
    exists, scored = await quality.fetch_of_shot(tx, shot_id)
    if not exists:
        raise ShotNotFound(shot_id)
    if scored is None:
        raise NotScored(f"Test shot {shot_id} has no score yet: wait until it is scored.")
    return read_shot(shot_id, scored)


@router.get("/scenes/{scene_id}/qa", responses=may_answer(SceneNotFound))
async def get_scene_quality(_: Viewer, tx: InTx, scene_id: RowId) -> SceneQA:
    """The score of each segment of a scene, and which measures drift along the chain.

    A drift is no fault of any one segment: colours, sharpness or exposure that move a little with
    each, and fail in a longer chain.
    """
    if await scenes.scene(tx, scene_id) is None:
        raise SceneNotFound(scene_id)
    return read_scene(scene_id, await quality.fetch_of_scene(tx, scene_id))


@router.get("/batches/{batch_id}/qa", responses=may_answer(BatchNotFound))
async def get_batch_quality(_: Viewer, tx: InTx, batch_id: RowId) -> BatchQA:
    """How many test shots of a batch are flagged, and by which checks."""
    found = await quality.fetch_of_batch(tx, batch_id)
    if found is None:
        raise BatchNotFound(batch_id)
    return read_batch(batch_id, *found)
