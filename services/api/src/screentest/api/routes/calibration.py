"""Limits of a scene type, learned from what people approved and rejected."""

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.domain.calibration import Calibration
from screentest.api.handlers import calibration
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import InvalidLimits, SceneTypeNotFound
from screentest.api.schemas.calibration import CalibrationRequest
from screentest.api.schemas.fields import RowId
from screentest.api.schemas.scene_types import SceneType
from screentest.api.unit_of_work import InTx

router = router_for("quality")


@router.get("/scene-types/{scene_type_id}/qa-calibration", responses=may_answer(SceneTypeNotFound))
async def propose_limits(_: Viewer, tx: InTx, scene_type_id: RowId) -> Calibration:
    """Propose limits that would have failed the rejected test shots and none of the approved.

    Measures with too few labels, or that do not tell the two apart, have a `reason` and no
    proposal. Nothing is changed.
    """
    return await calibration.propose_limits(tx, scene_type_id)


@router.post(
    "/scene-types/{scene_type_id}/qa-calibration",
    responses=may_answer(SceneTypeNotFound, InvalidLimits),
)
async def accept_limits(
    user: Creator, tx: InTx, scene_type_id: RowId, body: CalibrationRequest
) -> SceneType:
    """Put the proposal, or a part of it, into the scene type.

    Counts for what is scored from now on; `POST /api/scene-types/{id}/rescore` judges the rest
    again.
    """
    return await calibration.accept_limits(tx, user, scene_type_id, body.accepted())
