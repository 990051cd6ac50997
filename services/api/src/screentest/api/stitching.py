"""Each scene as one clip, `scenes/<id>/scene.mp4`: joined when it is complete, or is asked for.

One of all replicas writes a scene's clip at a time, and no transaction is open meanwhile. Must
never change what a scene consists of.
"""

import asyncio
import hashlib

from obstore.exceptions import BaseError as StorageError

from screentest.api import footage
from screentest.api.domain.chains import unbroken
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.chains import FootageLost, NothingToShow
from screentest.api.store import chains, planning, scene_videos
from screentest.common.db import Connection, Pool, is_transient
from screentest.common.events import Artefact
from screentest.common.logs import get_logger
from screentest.common.objects import Objects

log = get_logger()

_LOOK_EVERY_S = 2.0
_SCENES_AT_ONCE = 20
_ASK_A_COLLEAGUE_EVERY_S = 0.1


class Stitching:
    """Joins the segments of scenes: one scene at a time, because joining may take every core."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def run(self, pool: Pool, objects: Objects) -> None:
        """Join every scene that is complete, also those that were when no process was there."""
        while True:
            try:
                await self.catch_up(pool, objects)
            except Exception as error:
                if not (is_transient(error) or isinstance(error, StorageError)):
                    raise
                log.warning("scenes_not_stitched", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(_LOOK_EVERY_S)

    async def catch_up(self, pool: Pool, objects: Objects) -> None:
        """Look at every scene that is to be looked at, once."""
        async with pool.acquire() as connection:
            due = await scene_videos.fetch_wanted(connection, _SCENES_AT_ONCE)
        for scene_id, wanted in due:
            try:
                await self.ensure(pool, objects, scene_id)
            except (SceneNotFound, NothingToShow, FootageLost) as problem:
                # Trying again mends nothing; whoever asks for the clip is told the same.
                log.warning("scene_not_stitched", scene_id=scene_id, error=problem.detail)
            async with pool.acquire() as connection:
                await scene_videos.mark_seen_to(connection, scene_id, wanted)

    async def ensure(self, pool: Pool, objects: Objects, scene_id: int) -> str:
        """The key of a scene's clip, joined of the segments it has now.

        Raises:
            SceneNotFound, NothingToShow: there is no such scene, or it has no segment.
            FootageLost: a segment's clip is not in storage, or cannot be read.
        """
        key = f"scenes/{scene_id}/scene.mp4"
        async with pool.acquire() as connection:
            videos = await _videos(connection, scene_id)
            is_there = await _is_there(connection, objects, key, scene_id, videos)
        if not is_there:
            async with self._turn:
                while not await _join_alone(pool, objects, key, scene_id):  # noqa: ASYNC110
                    await asyncio.sleep(_ASK_A_COLLEAGUE_EVERY_S)
        return key


async def _join_alone(pool: Pool, objects: Objects, key: str, scene_id: int) -> bool:
    """See that the clip is there; False while another replica is at it."""
    async with pool.acquire() as connection, scene_videos.try_lock(connection, scene_id) as is_ours:
        if not is_ours:
            return False
        videos = await _videos(connection, scene_id)
        if await _is_there(connection, objects, key, scene_id, videos):
            return True
        await scene_videos.keep_digest(connection, scene_id, None)
        try:
            await footage.join(objects, key, scene_id, videos)
        except (FileNotFoundError, footage.UnreadableClip) as error:
            raise FootageLost(f"A segment of scene {scene_id} is lost: {error}.") from error
        await scene_videos.keep_digest(connection, scene_id, _digest(videos))
        log.info("scene_stitched", scene_id=scene_id, segments=len(videos))
        return True


async def _videos(connection: Connection, scene_id: int) -> list[Artefact]:
    """The clips of the segments up to the first that is missing or stale."""
    if await planning.load_scene(connection, scene_id) is None:
        raise SceneNotFound(scene_id)
    segments = unbroken(await chains.fetch_segments(connection, scene_id))
    if not segments:
        raise NothingToShow(f"Scene {scene_id} has no segment yet: generate it first.")
    return [chains.kept_files(segment)[0].video for segment in segments]


async def _is_there(
    connection: Connection, objects: Objects, key: str, scene_id: int, videos: list[Artefact]
) -> bool:
    if await scene_videos.fetch_digest(connection, scene_id) != _digest(videos):
        return False
    try:
        await objects.info(key)
    except FileNotFoundError:
        return False
    return True


def _digest(videos: list[Artefact]) -> str:
    return hashlib.sha256("\n".join(video.sha256 for video in videos).encode()).hexdigest()
