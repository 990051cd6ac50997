"""Scenes as people make and find them; their segments and runs are in `chains` and `runs`."""

from screentest.api.schemas.scenes import NewScene, Scene
from screentest.api.store.rows import first, only
from screentest.common.db import Connection, Tx

_ADD = """
insert into scenes (name, scene_type_id, character_id, source_image_id, created_by_id)
values ($1, $2, $3, $4, $5)
returning id, name, scene_type_id, character_id, source_image_id, status, created_by_id, created_at,
    updated_at
"""


async def add_scene(tx: Tx, new: NewScene, user_id: int) -> Scene:
    """Make a scene without segments."""
    return Scene(
        **await only(
            tx,
            _ADD,
            new.name,
            new.scene_type_id,
            new.character_id,
            new.source_image_id,
            user_id,
        )
    )


_SCENE = """
select id, name, scene_type_id, character_id, source_image_id, status, created_by_id, created_at,
    updated_at
from scenes where id = $1
"""


async def scene(connection: Connection, scene_id: int) -> Scene | None:
    """The scene of that id."""
    row = await first(connection, _SCENE, scene_id)
    return None if row is None else Scene(**row)


_LOCK = """
select id, name, scene_type_id, character_id, source_image_id, status, created_by_id, created_at,
    updated_at
from scenes where id = $1 for update
"""


async def lock_scene(tx: Tx, scene_id: int) -> Scene | None:
    """The scene, which nobody else changes until the transaction ends."""
    row = await first(tx, _LOCK, scene_id)
    return None if row is None else Scene(**row)


_SCENES = """
select id, name, scene_type_id, character_id, source_image_id, status, created_by_id, created_at,
    updated_at
from scenes
where ($1::bigint is null or id < $1)
    and ($2::bigint is null or scene_type_id = $2)
    and ($3::bigint is null or character_id = $3)
    and ($4::text is null or status = $4)
order by id desc limit $5
"""


async def scenes(
    connection: Connection,
    *,
    before: int | None,
    scene_type_id: int | None,
    character_id: int | None,
    status: str | None,
    limit: int,
) -> list[Scene]:
    """Scenes, newest first, from before the given one."""
    rows = await connection.fetch(_SCENES, before, scene_type_id, character_id, status, limit)
    return [Scene(**dict(row)) for row in rows]


_CHANGE = """
update scenes set name = $2, source_image_id = $3 where id = $1 returning updated_at
"""


async def change_scene(tx: Tx, changed: Scene) -> Scene:
    """Write a locked scene."""
    row = await only(tx, _CHANGE, changed.id, changed.name, changed.source_image_id)
    return changed.model_copy(update=row)


_DELETE = "delete from scenes where id = $1"


async def delete_scene(tx: Tx, scene_id: int) -> None:
    """Remove a locked scene with its segments; the files stay."""
    await tx.execute(_DELETE, scene_id)
