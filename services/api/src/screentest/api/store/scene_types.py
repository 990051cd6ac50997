"""Scene types."""

from typing import Any

import asyncpg

from screentest.api.problems.catalogue import InUse
from screentest.api.schemas.scene_types import NewSceneType, SceneType
from screentest.api.store.rows import first, only
from screentest.common.db import Connection, Tx

_ADD = """
insert into scene_types (name, workflow_id, prompts, negative_prompt, loras, slot_values,
    target_duration_s, segment_duration_s, qa, seed, duration_tolerance_s, boundary, created_by_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
returning id, name, workflow_id, prompts, negative_prompt, loras, slot_values, target_duration_s,
    segment_duration_s, qa, seed, duration_tolerance_s, boundary, created_by_id, created_at,
    updated_at
"""


async def add_scene_type(tx: Tx, new: NewSceneType, user_id: int) -> SceneType:
    """Make a scene type."""
    return SceneType(**await only(tx, _ADD, *_columns(new), user_id))


_SCENE_TYPE = """
select id, name, workflow_id, prompts, negative_prompt, loras, slot_values, target_duration_s,
    segment_duration_s, qa, seed, duration_tolerance_s, boundary, created_by_id, created_at,
    updated_at
from scene_types where id = $1
"""


async def scene_type(connection: Connection, scene_type_id: int) -> SceneType | None:
    """The scene type of that id."""
    row = await first(connection, _SCENE_TYPE, scene_type_id)
    return None if row is None else SceneType(**row)


_LOCK = """
select id, name, workflow_id, prompts, negative_prompt, loras, slot_values, target_duration_s,
    segment_duration_s, qa, seed, duration_tolerance_s, boundary, created_by_id, created_at,
    updated_at
from scene_types where id = $1 for update
"""


async def lock_scene_type(tx: Tx, scene_type_id: int) -> SceneType | None:
    """The scene type, which nobody else changes until the transaction ends."""
    row = await first(tx, _LOCK, scene_type_id)
    return None if row is None else SceneType(**row)


_SCENE_TYPES = """
select id, name, workflow_id, prompts, negative_prompt, loras, slot_values, target_duration_s,
    segment_duration_s, qa, seed, duration_tolerance_s, boundary, created_by_id, created_at,
    updated_at
from scene_types
where ($1::bigint is null or id < $1) and ($2::bigint is null or workflow_id = $2)
order by id desc limit $3
"""


async def scene_types(
    connection: Connection, *, before: int | None, workflow_id: int | None, limit: int
) -> list[SceneType]:
    """Scene types, newest first, from before the given one."""
    rows = await connection.fetch(_SCENE_TYPES, before, workflow_id, limit)
    return [SceneType(**dict(row)) for row in rows]


_CHANGE = """
update scene_types set name = $1, workflow_id = $2, prompts = $3, negative_prompt = $4, loras = $5,
    slot_values = $6, target_duration_s = $7, segment_duration_s = $8, qa = $9, seed = $10,
    duration_tolerance_s = $11, boundary = $12
where id = $13
returning updated_at
"""


async def change_scene_type(tx: Tx, changed: SceneType) -> SceneType:
    """Write a locked scene type."""
    row = await only(tx, _CHANGE, *_columns(changed), changed.id)
    return changed.model_copy(update=row)


def _columns(given: NewSceneType | SceneType) -> list[Any]:
    """The values of $1 to $12."""
    facts = given.model_dump(mode="json")
    return [
        facts[column]
        for column in (
            "name",
            "workflow_id",
            "prompts",
            "negative_prompt",
            "loras",
            "slot_values",
            "target_duration_s",
            "segment_duration_s",
            "qa",
            "seed",
            "duration_tolerance_s",
            "boundary",
        )
    ]


_DELETE = "delete from scene_types where id = $1"


async def delete_scene_type(tx: Tx, scene_type_id: int) -> None:
    """Remove a locked scene type with its test shots.

    Raises:
        InUse: it has scenes.
    """
    try:
        await tx.execute(_DELETE, scene_type_id)
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError):
        raise InUse(
            f"Scene type {scene_type_id}", "scenes", f"/api/scenes?scene_type_id={scene_type_id}"
        ) from None
