"""Presets of scene types."""

import asyncpg

from screentest.api.problems.catalogue import PresetNameTaken
from screentest.api.schemas.presets import NewPreset, Preset
from screentest.api.store.rows import first, only
from screentest.common.db import Connection, Tx

_ADD = """
insert into presets (scene_type_id, name, overrides, created_by_id) values ($1, $2, $3, $4)
returning id, scene_type_id, name, overrides, created_by_id, created_at, updated_at
"""


async def add_preset(tx: Tx, scene_type_id: int, new: NewPreset, user_id: int) -> Preset:
    """Make a preset.

    Raises:
        PresetNameTaken: the scene type has another one of that name.
    """
    overrides = new.overrides.model_dump(mode="json", exclude_none=True)
    try:
        return Preset(**await only(tx, _ADD, scene_type_id, new.name, overrides, user_id))
    except asyncpg.UniqueViolationError:
        raise PresetNameTaken(new.name) from None


_PRESETS = """
select id, scene_type_id, name, overrides, created_by_id, created_at, updated_at from presets
where scene_type_id = $1 and ($2::bigint is null or id < $2)
order by id desc limit $3
"""


async def presets(
    connection: Connection, scene_type_id: int, *, before: int | None, limit: int
) -> list[Preset]:
    """Presets of a scene type, newest first, from before the given one."""
    rows = await connection.fetch(_PRESETS, scene_type_id, before, limit)
    return [Preset(**dict(row)) for row in rows]


_LOCK = """
select id, scene_type_id, name, overrides, created_by_id, created_at, updated_at from presets
where id = $1 and scene_type_id = $2 for update
"""


async def lock_preset(tx: Tx, scene_type_id: int, preset_id: int) -> Preset | None:
    """The preset, which nobody else changes until the transaction ends."""
    row = await first(tx, _LOCK, preset_id, scene_type_id)
    return None if row is None else Preset(**row)


_CHANGE = "update presets set name = $2, overrides = $3 where id = $1 returning updated_at"


async def change_preset(tx: Tx, changed: Preset) -> Preset:
    """Write a locked preset.

    Raises:
        PresetNameTaken: the scene type has another one of that name.
    """
    overrides = changed.overrides.model_dump(mode="json", exclude_none=True)
    try:
        row = await only(tx, _CHANGE, changed.id, changed.name, overrides)
    except asyncpg.UniqueViolationError:
        raise PresetNameTaken(changed.name) from None
    return changed.model_copy(update=row)


_DELETE = "delete from presets where id = $1"


async def delete_preset(tx: Tx, preset_id: int) -> None:
    """Remove a locked preset."""
    await tx.execute(_DELETE, preset_id)
