"""Scenes being made: generated, cancelled, and the strip of their segments."""

from http import HTTPStatus

from fastapi import Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator
from screentest.api.deps import Wired
from screentest.api.domain.chains import Chain
from screentest.api.handlers import chains as handlers
from screentest.api.handlers import regenerating
from screentest.api.handlers.admitting import Admission
from screentest.api.openapi import may_answer
from screentest.api.problems.asking import CANNOT_RENDER
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.chains import (
    BeyondScene,
    SceneComplete,
    SceneNotRunning,
    SceneRunning,
    SegmentNotMade,
    SegmentNotPassed,
    SegmentPromoted,
)
from screentest.api.problems.promotions import PromotionInProgress
from screentest.api.problems.shots import NotYours
from screentest.api.schemas.chains import GenerateRequest, RegenerateRequest
from screentest.api.schemas.fields import RowId
from screentest.api.unit_of_work import InTx

router = router_for("scenes")


@router.post(
    "/scenes/{scene_id}/generate",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(
        SceneNotFound,
        SceneRunning,
        PromotionInProgress,
        SceneComplete,
        SegmentNotPassed,
        BeyondScene,
        *CANNOT_RENDER,
    ),
)
async def generate_scene(
    user: Creator,
    tx: InTx,
    deps: Wired,
    scene_id: RowId,
    response: Response,
    body: GenerateRequest | None = None,
) -> Chain:
    """Render the segments a scene lacks, each seeded by the last frame of the one before.

    A scene that has segments goes on with the recipe they were made with: the promoted test
    shot's, or the one of its first run.
    """
    asked = body or GenerateRequest()
    await handlers.generate(
        tx,
        user,
        scene_id,
        admission=Admission.of(deps, wait_for_worker=asked.wait_for_worker),
        up_to_segment=asked.up_to_segment,
        fresh=asked.fresh,
        accept_failed=asked.accept_failed,
    )
    response.headers["Location"] = f"/api/scenes/{scene_id}"
    return deps.queue.of_chain(await handlers.chain_of(tx, scene_id))


@router.post(
    "/scenes/{scene_id}/regenerate",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(
        SceneNotFound,
        SceneRunning,
        PromotionInProgress,
        SegmentNotMade,
        SegmentPromoted,
        SegmentNotPassed,
        SceneComplete,
        *CANNOT_RENDER,
    ),
)
async def regenerate_scene(
    user: Creator,
    tx: InTx,
    deps: Wired,
    scene_id: RowId,
    body: RegenerateRequest,
    response: Response,
) -> Chain:
    """Make a segment anew, and all that follow from it.

    They are stale at once, and stay as they are until they are replaced one by one.
    """
    await regenerating.regenerate(
        tx,
        user,
        scene_id,
        admission=Admission.of(deps, wait_for_worker=body.wait_for_worker),
        from_segment=body.from_segment,
        overrides=body.overrides.overrides(),
        replace_promoted=body.replace_promoted,
        fresh=body.fresh,
        accept_failed=body.accept_failed,
    )
    response.headers["Location"] = f"/api/scenes/{scene_id}"
    return deps.queue.of_chain(await handlers.chain_of(tx, scene_id))


@router.post(
    "/scenes/{scene_id}/cancel",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(SceneNotFound, NotYours, SceneNotRunning),
)
async def cancel_scene(
    user: Creator, tx: InTx, deps: Wired, scene_id: RowId, response: Response
) -> Chain:
    """Ask for the end of a scene's run; the segments it has made stay."""
    await handlers.cancel_scene(tx, user, scene_id)
    response.headers["Location"] = f"/api/scenes/{scene_id}"
    return deps.queue.of_chain(await handlers.chain_of(tx, scene_id))
