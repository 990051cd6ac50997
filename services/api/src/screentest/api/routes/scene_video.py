"""A scene as one clip."""

from typing import Any

from fastapi import Request, Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer
from screentest.api.deps import Deps, Wired
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.chains import FootageLost, NothingToShow
from screentest.api.problems.media import RangeNotSatisfiable
from screentest.api.routes.media import send
from screentest.api.schemas.fields import RowId

router = router_for("scenes")

# Another segment makes another clip; its tag says whether there is one.
_CACHE = "private, no-cache"
_CLIP = {"video/mp4": {"schema": {"type": "string", "format": "binary"}}}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole clip.", "content": _CLIP},
    206: {"description": "The bytes that `Range` asked for.", "content": _CLIP},
    304: {"description": "`If-None-Match` names what the client has already."},
    **may_answer(SceneNotFound, NothingToShow, FootageLost, RangeNotSatisfiable),
}


@router.get("/scenes/{scene_id}/video", response_class=Response, responses=_RESPONSES)
async def get_scene_video(_: Viewer, deps: Wired, scene_id: RowId, request: Request) -> Response:
    """The segments up to the first that is missing or stale, joined; shared frames appear once.

    Segments of one encoder are joined without being encoded again: every frame is bit-exact. A
    scene that is complete has been joined already; its clip says in its tags where it comes from.
    """
    return await _send(deps, scene_id, request)


@router.head("/scenes/{scene_id}/video", response_class=Response, responses=_RESPONSES)
async def head_scene_video(_: Viewer, deps: Wired, scene_id: RowId, request: Request) -> Response:
    """Size and tag of the joined clip."""
    return await _send(deps, scene_id, request)


async def _send(deps: Deps, scene_id: int, request: Request) -> Response:
    key = await deps.stitching.ensure(deps.pool, deps.objects, scene_id)
    return await send(
        deps.objects, key, "video/mp4", request, cache=_CACHE, replaced_as="scene.mp4"
    )
