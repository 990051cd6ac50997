"""Scenes as one clip: which clips were joined, and which scenes are to be looked at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from screentest.common.db import Connection, Tx

_WANT = """
insert into scene_videos (scene_id, wanted)
select id, 1 from scenes where id = $1 and status = 'completed'
on conflict (scene_id) do update set wanted = scene_videos.wanted + 1
"""


async def want(tx: Tx, scene_id: int) -> None:
    """Have a scene looked at, if it is complete: its clip may be missing or out of date."""
    await tx.execute(_WANT, scene_id)


_WANTED = """
select scene_id, wanted from scene_videos where wanted > seen_to order by scene_id limit $1
"""


async def fetch_wanted(connection: Connection, limit: int) -> list[tuple[int, int]]:
    """Scenes to be looked at, and how often that was wanted so far."""
    return [(row[0], row[1]) for row in await connection.fetch(_WANTED, limit)]


_SEEN_TO = "update scene_videos set seen_to = $2 where scene_id = $1"


async def mark_seen_to(connection: Connection, scene_id: int, wanted: int) -> None:
    """A scene was looked at; what was wanted since then is still to be done."""
    await connection.execute(_SEEN_TO, scene_id, wanted)


_DIGEST = "select digest from scene_videos where scene_id = $1"


async def fetch_digest(connection: Connection, scene_id: int) -> str | None:
    """Of the clips that the stored one was joined from; None while there is none to rely on."""
    digest: str | None = await connection.fetchval(_DIGEST, scene_id)
    return digest


_KEEP = """
insert into scene_videos (scene_id, digest) select id, $2 from scenes where id = $1
on conflict (scene_id) do update set digest = excluded.digest
"""


async def keep_digest(connection: Connection, scene_id: int, digest: str | None) -> None:
    """Remember what was joined; None before the stored clip is replaced."""
    await connection.execute(_KEEP, scene_id, digest)


_TRY_LOCK = "select pg_try_advisory_lock(hashtextextended('api.scene_videos', $1))"
_UNLOCK = "select pg_advisory_unlock(hashtextextended('api.scene_videos', $1))"


@asynccontextmanager
async def try_lock(connection: Connection, scene_id: int) -> AsyncIterator[bool]:
    """Whether this session, of all replicas, may write a scene's clip until the block ends.

    No transaction is held open. A session that dies lets go.
    """
    is_ours = bool(await connection.fetchval(_TRY_LOCK, scene_id))
    try:
        yield is_ours
    finally:
        if is_ours:
            await connection.execute(_UNLOCK, scene_id)
