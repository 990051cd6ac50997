"""How test shots and scenes were made, as it is saved beside their clips."""

import asyncio

from screentest.api import footage
from screentest.api.domain.chains import Segment, total_duration_s, unbroken
from screentest.api.domain.shots import Named, Shot
from screentest.api.handlers.chains import chain_of
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.chains import FootageLost, NothingToShow
from screentest.api.problems.shots import NotRendered, ShotNotFound
from screentest.api.schemas.exports import ExportedSegment, SceneExport, ShotExport
from screentest.api.store import characters, planning, scene_types, shots
from screentest.common.clock import utc_now
from screentest.common.db import Pool
from screentest.common.events import Artefact
from screentest.common.objects import Objects


async def export_shot(pool: Pool, objects: Objects, shot_id: int) -> ShotExport:
    """A test shot with the recipe that its clip carries.

    Raises:
        ShotNotFound, NotRendered: there is no such test shot, or it has no clip.
        FootageLost: its clip is not in storage, or cannot be read.
    """
    async with pool.acquire() as connection:
        shot = await shots.fetch_shot(connection, shot_id)
    if shot is None:
        raise ShotNotFound(shot_id)
    carried = await _carried(objects, _video_of(shot), f"The clip of test shot {shot_id}")
    return ShotExport(
        exported_at=utc_now(), test_shot=shot, recipe=carried.recipe, graph=carried.graph
    )


def _video_of(shot: Shot) -> Artefact:
    if shot.artefacts is None:
        raise NotRendered(f"Test shot {shot.id} has no clip yet, so there is nothing to save.")
    return shot.artefacts.video


async def export_scene(pool: Pool, objects: Objects, scene_id: int) -> SceneExport:
    """A scene with the recipes that the clips of its segments carry.

    Raises:
        SceneNotFound, NothingToShow: there is no such scene, or it has no segment.
        FootageLost: a segment's clip is not in storage, or cannot be read.
    """
    async with pool.acquire() as connection:
        scene = await planning.load_scene(connection, scene_id)
        if scene is None:
            raise SceneNotFound(scene_id)
        chain = await chain_of(connection, scene_id)
        scene_type = await scene_types.scene_type(connection, scene.scene_type_id)
        character = await characters.character(connection, scene.character_id)
    rendered = unbroken([one for one in chain.segments if one.artefacts is not None])
    if not rendered:
        raise NothingToShow(f"Scene {scene_id} has no segment yet: generate it first.")
    return SceneExport(
        exported_at=utc_now(),
        scene=Named(id=scene.id, name=scene.name),
        scene_type=Named(id=scene.scene_type_id, name=scene_type.name if scene_type else ""),
        character=Named(id=scene.character_id, name=character.name if character else ""),
        parameters=chain.parameters,
        duration_s=total_duration_s(rendered),
        gpu_seconds=sum(one.gpu_seconds or 0 for one in rendered),
        segments=list(
            await asyncio.gather(*(_exported(objects, scene_id, one) for one in rendered))
        ),
    )


async def _exported(objects: Objects, scene_id: int, segment: Segment) -> ExportedSegment:
    assert segment.artefacts is not None, "only rendered ones are exported"
    name = f"Segment {segment.index} of scene {scene_id}"
    carried = await _carried(objects, segment.artefacts.video, name)
    return ExportedSegment(**dict(segment), recipe=carried.recipe, graph=carried.graph)


async def _carried(objects: Objects, video: Artefact, name: str) -> footage.Provenance:
    try:
        return await footage.provenance(objects, video)
    except (FileNotFoundError, footage.UnreadableClip) as error:
        raise FootageLost(f"{name} is lost: {error}.") from error
