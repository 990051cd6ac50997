"""A scene as one clip."""

from typing import Any

from fastapi import Request, Response

from screentest.api import footage
from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer
from screentest.api.deps import Deps, Wired
from screentest.api.domain.chains import unbroken
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.media import RangeNotSatisfiable
from screentest.api.problems.shots import FootageLost, NothingToShow
from screentest.api.routes.media import send
from screentest.api.schemas.fields import RowId
from screentest.api.store import chains, planning

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

    Segments of one encoder are joined without being encoded again: every frame is bit-exact.
    """
    key = await _joined(deps, scene_id)
    return await send(deps.objects, key, "video/mp4", request, cache=_CACHE)


@router.head("/scenes/{scene_id}/video", response_class=Response, responses=_RESPONSES)
async def head_scene_video(_: Viewer, deps: Wired, scene_id: RowId, request: Request) -> Response:
    """Size and tag of the joined clip."""
    key = await _joined(deps, scene_id)
    return await send(deps.objects, key, "video/mp4", request, cache=_CACHE)


async def _joined(deps: Deps, scene_id: int) -> str:
    async with deps.pool.acquire() as connection:
        if await planning.load_scene(connection, scene_id) is None:
            raise SceneNotFound(scene_id)
        segments = unbroken(await chains.fetch_segments(connection, scene_id))
    if not segments:
        raise NothingToShow(f"Scene {scene_id} has no segment yet: generate it first.")
    videos = [chains.kept_files(segment)[0].video for segment in segments]
    try:
        return await footage.joined(deps.objects, scene_id, videos)
    except (FileNotFoundError, footage.UnreadableClip) as error:
        raise FootageLost(f"A segment of scene {scene_id} is lost: {error}.") from error
