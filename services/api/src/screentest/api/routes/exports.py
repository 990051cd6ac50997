"""Scenes and test shots to take along: how they were made, and everything in one archive."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse

from screentest.api.api_route import router as router_for
from screentest.api.archives import Member, zipped
from screentest.api.auth import Viewer
from screentest.api.deps import Wired
from screentest.api.handlers import exports
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.chains import FootageLost, NothingToShow
from screentest.api.problems.shots import NotRendered, ShotNotFound
from screentest.api.schemas.exports import SceneExport, ShotExport
from screentest.api.schemas.fields import RowId
from screentest.common.events import Artefact
from screentest.common.objects import Objects

router = router_for("media")

_ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The archive.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    },
    **may_answer(SceneNotFound, NothingToShow, FootageLost),
}


@router.get(
    "/test-shots/{shot_id}/export",
    responses=may_answer(ShotNotFound, NotRendered, FootageLost),
)
async def export_test_shot(
    _: Viewer, deps: Wired, shot_id: RowId, response: Response
) -> ShotExport:
    """How a test shot was made: everything known of it, its recipe and its filled workflow."""
    made = await exports.export_shot(deps.pool, deps.objects, shot_id)
    response.headers.update(_saved_as(f"test-shot-{shot_id}.json"))
    return made


@router.get(
    "/scenes/{scene_id}/export",
    responses=may_answer(SceneNotFound, NothingToShow, FootageLost),
)
async def export_scene(_: Viewer, deps: Wired, scene_id: RowId, response: Response) -> SceneExport:
    """How a scene was made: of every segment parameters, seed, LoRAs, workflow, QA and hashes."""
    made = await exports.export_scene(deps.pool, deps.objects, scene_id)
    response.headers.update(_saved_as(f"{made.scene.name}.json"))
    return made


@router.get("/scenes/{scene_id}/export.zip", response_class=Response, responses=_ZIP)
async def export_scene_files(_: Viewer, deps: Wired, scene_id: RowId) -> Response:
    """Everything of a scene: the joined clip, each segment's clip and boundary frame, the recipes.

    `recipe.json` is what `GET /api/scenes/{id}/export` answers.
    """
    objects = deps.objects
    made = await exports.export_scene(deps.pool, objects, scene_id)
    scene_key = await deps.stitching.ensure(deps.pool, objects, scene_id)
    joined = await objects.info(scene_key)
    pieces = objects.stream(scene_key, 0, joined.size_bytes, e_tag=joined.e_tag)
    now = made.exported_at
    recipe = made.model_dump_json(indent=2).encode()
    members = [
        Member(name="scene.mp4", size_bytes=joined.size_bytes, at=now, pieces=pieces),
        Member(name="recipe.json", size_bytes=len(recipe), at=now, pieces=_whole(recipe)),
    ]
    for segment in made.segments:
        assert segment.artefacts is not None, "only rendered ones are exported"
        at, stem = segment.rendered_at or now, f"segments/{segment.index:03d}"
        files = {".mp4": segment.artefacts.video, ".last.png": segment.artefacts.last_frame}
        for ending, file in files.items():
            size = await _size_of(objects, file)
            pieces = objects.stream(file.key, 0, size)
            members.append(Member(name=stem + ending, size_bytes=size, at=at, pieces=pieces))
    headers = _saved_as(f"{made.scene.name}.zip")
    return StreamingResponse(zipped(members), headers=headers, media_type="application/zip")


async def _size_of(objects: Objects, file: Artefact) -> int:
    try:
        return (await objects.info(file.key)).size_bytes
    except FileNotFoundError as error:
        raise FootageLost(f"A file of the scene is lost: {error}.") from error


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _saved_as(name: str) -> dict[str, str]:
    """Offer an answer for saving; browsers make the name fit their file system."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, no-store",
    }
