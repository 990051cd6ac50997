"""Scores given anew, without rendering, downloading or decoding anything."""

from http import HTTPStatus

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator
from screentest.api.domain.rescoring import Rescore
from screentest.api.handlers import rescoring
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import SceneTypeNotFound, UnknownReference
from screentest.api.problems.shots import NotScored, ShotNotFound
from screentest.api.schemas.fields import RowId
from screentest.api.schemas.rescoring import RescoreRequest
from screentest.api.unit_of_work import InTx

router = router_for("quality")


@router.post(
    "/scene-types/{scene_type_id}/rescore",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(SceneTypeNotFound, UnknownReference),
)
async def rescore_scene_type(
    user: Creator, tx: InTx, scene_type_id: RowId, body: RescoreRequest | None = None
) -> Rescore:
    """Judge everything of a scene type again, by the limits it has now.

    What was measured is judged; no clip is looked at. Runs go on, or stay halted, as they are.
    """
    asked = body or RescoreRequest()
    return await rescoring.rescore_scene_type(tx, user, scene_type_id, asked.shot_ids)


@router.post(
    "/test-shots/{shot_id}/rescore",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(ShotNotFound, NotScored),
)
async def rescore_test_shot(_: Creator, tx: InTx, shot_id: RowId) -> Rescore:
    """Judge a test shot again, by the limits its scene type has now."""
    return await rescoring.rescore_shot(tx, shot_id)
