"""Boundary frames: which may be chosen, how they look, and the choice."""

from typing import Annotated, Any

from fastapi import Path, Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.deps import Wired
from screentest.api.domain.chains import Chain
from screentest.api.handlers import boundaries as handlers
from screentest.api.handlers.chains import chain_of
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.chains import FootageLost, FrameNotAwaited, NoSuchFrame, NothingToShow
from screentest.api.schemas.chains import BoundaryCandidate, BoundaryCandidates, BoundaryChoice
from screentest.api.schemas.fields import RowId
from screentest.api.unit_of_work import InUnit

router = router_for("scenes")

Index = Annotated[int, Path(ge=1, le=10_000, description="Index of the segment, from 1.")]
Frame = Annotated[int, Path(ge=0, le=100_000, description="From 0, in the segment.")]

_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The frame.",
        "content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}},
    },
    **may_answer(NothingToShow, NoSuchFrame, FootageLost),
}


@router.get(
    "/scenes/{scene_id}/segments/{index}/boundary",
    responses=may_answer(SceneNotFound, FrameNotAwaited, FootageLost),
)
async def list_boundary_candidates(
    _: Viewer, deps: Wired, scene_id: RowId, index: Index
) -> BoundaryCandidates:
    """The final frames of a segment whose boundary frame is awaited (boundary mode `manual`)."""
    awaited, frames = await handlers.candidates(deps.pool, deps.objects, scene_id, index)
    calmest = min(frames, key=lambda one: (one.motion, -one.frame))
    return BoundaryCandidates(
        segment=index,
        frames=awaited.clip.frames,
        candidates=[
            BoundaryCandidate(
                frame=one.frame,
                motion=round(one.motion, 4),
                sharpness=round(one.sharpness, 4),
                is_calmest=one is calmest,
                still=f"/api/scenes/{scene_id}/segments/{index}/frames/{one.frame}",
            )
            for one in frames
        ],
    )


@router.get(
    "/scenes/{scene_id}/segments/{index}/frames/{frame}",
    response_class=Response,
    responses=_PICTURE,
)
async def get_segment_frame(
    _: Viewer, deps: Wired, scene_id: RowId, index: Index, frame: Frame
) -> Response:
    """One frame of a rendered segment, as a WebP."""
    picture = await handlers.still(deps.pool, deps.objects, scene_id, index, frame)
    # The segment may be cut or replaced, and the address stays.
    return Response(picture, media_type="image/webp", headers={"Cache-Control": "no-cache"})


@router.post(
    "/scenes/{scene_id}/segments/{index}/boundary",
    responses=may_answer(SceneNotFound, FrameNotAwaited, NoSuchFrame, FootageLost),
)
async def choose_boundary(
    user: Creator, deps: Wired, unit: InUnit, scene_id: RowId, index: Index, body: BoundaryChoice
) -> Chain:
    """Cut a segment so that it ends on that frame; the scene goes on from it."""
    await handlers.choose(
        unit.tx, deps.pool, deps.objects, user, scene_id=scene_id, index=index, frame=body.frame
    )
    return deps.queue.of_chain(await chain_of(await unit.tx(), scene_id))
