"""Promotions: a test shot becomes segment 001 of a scene."""

from http import HTTPStatus
from uuid import UUID

from fastapi import Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.domain.promotions import Promotion
from screentest.api.handlers.promotions import request_promotion
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.chains import SceneRunning
from screentest.api.problems.promotions import (
    AlreadyPromoted,
    PromotionInProgress,
    PromotionNotFound,
    SceneDoesNotMatch,
    SceneHasSegment001,
    ShotNotFinished,
)
from screentest.api.problems.shots import ShotNotFound
from screentest.api.schemas.fields import RowId
from screentest.api.schemas.promotions import PromoteRequest
from screentest.api.store.promotions import fetch_promotion
from screentest.api.unit_of_work import InTx
from screentest.common.db import Connection

router = router_for("test shots")


@router.post(
    "/test-shots/{shot_id}/promote",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(
        ShotNotFound,
        SceneNotFound,
        ShotNotFinished,
        AlreadyPromoted,
        PromotionInProgress,
        SceneDoesNotMatch,
        SceneHasSegment001,
        SceneRunning,
    ),
)
async def promote_test_shot(
    user: Creator, tx: InTx, shot_id: RowId, body: PromoteRequest, response: Response
) -> Promotion:
    """Make a test shot segment 001 of a scene, byte for byte; the scene goes on from 002."""
    promotion_id = await request_promotion(tx, user, shot_id=shot_id, scene_id=body.scene_id)
    response.headers["Location"] = f"/api/promotions/{promotion_id}"
    return await _existing(tx, promotion_id)


@router.get("/promotions/{promotion_id}", responses=may_answer(PromotionNotFound))
async def get_promotion(_: Viewer, tx: InTx, promotion_id: UUID) -> Promotion:
    """A promotion, its outcome and its proof."""
    return await _existing(tx, promotion_id)


async def _existing(connection: Connection, promotion_id: UUID) -> Promotion:
    promotion = await fetch_promotion(connection, promotion_id)
    if promotion is None:
        raise PromotionNotFound(promotion_id)
    return promotion
