"""Characters and their source images."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import asyncpg

from screentest.api.images import Picture
from screentest.api.problems.catalogue import InUse, SameImage
from screentest.api.schemas.characters import Character, NewCharacter, SourceImage
from screentest.api.store.rows import first, only
from screentest.common.db import Connection, Tx
from screentest.common.events import Artefact

_ADD = """
insert into characters (name, metadata) values ($1, $2)
returning id, name, metadata, created_at, updated_at
"""


async def add_character(tx: Tx, new: NewCharacter) -> Character:
    """Make a character without images."""
    return Character(**await only(tx, _ADD, new.name, new.metadata))


_CHARACTER = "select id, name, metadata, created_at, updated_at from characters where id = $1"


async def character(connection: Connection, character_id: int) -> Character | None:
    """The character of that id, with its images."""
    row = await first(connection, _CHARACTER, character_id)
    return None if row is None else (await _with_images(connection, [row]))[0]


# A substring can be anywhere in a name: this reads the few thousand rows there are.
_CHARACTERS = """
select id, name, metadata, created_at, updated_at from characters
where ($1::bigint is null or id < $1)
    and ($2::text is null or position(lower($2) in lower(name)) > 0)
order by id desc limit $3
"""


async def characters(
    connection: Connection, *, before: int | None, text: str | None, limit: int
) -> list[Character]:
    """Characters with their images, newest first, from before the given one."""
    rows = await connection.fetch(_CHARACTERS, before, text, limit)
    return await _with_images(connection, [dict(row) for row in rows])


_IMAGES = """
select id, character_id, key, sha256, size_bytes, media_type, width, height, orientation,
    is_primary, created_at
from source_images where character_id = any($1::bigint[])
order by character_id, is_primary desc, id
"""


async def _with_images(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[Character]:
    images: dict[int, list[SourceImage]] = defaultdict(list)
    for row in await connection.fetch(_IMAGES, [row["id"] for row in rows]):
        images[row["character_id"]].append(SourceImage(**dict(row)))
    return [Character(**row, images=images[row["id"]]) for row in rows]


# Locked: an edit reads and writes the whole row.
_LOCK = """
select id, name, metadata, created_at, updated_at from characters where id = $1 for update
"""


async def lock_character(tx: Tx, character_id: int) -> Character | None:
    """The character, which nobody else changes until the transaction ends."""
    row = await first(tx, _LOCK, character_id)
    return None if row is None else (await _with_images(tx, [row]))[0]


_CHANGE = "update characters set name = $2, metadata = $3 where id = $1 returning updated_at"


async def change_character(tx: Tx, changed: Character) -> Character:
    """Write a locked character."""
    row = await only(tx, _CHANGE, changed.id, changed.name, changed.metadata)
    return changed.model_copy(update=row)


_DELETE = "delete from characters where id = $1"


async def delete_character(tx: Tx, character_id: int) -> None:
    """Remove a locked character with its images and test shots.

    Raises:
        InUse: it has scenes.
    """
    try:
        await tx.execute(_DELETE, character_id)
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError):
        raise InUse(
            f"Character {character_id}", "scenes", f"/api/scenes?character_id={character_id}"
        ) from None


_UNSET_PRIMARY = (
    "update source_images set is_primary = false where character_id = $1 and is_primary"
)

_ADD_IMAGE = """
insert into source_images (character_id, key, sha256, size_bytes, media_type, width, height,
    orientation, is_primary)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
returning id, character_id, key, sha256, size_bytes, media_type, width, height, orientation,
    is_primary, created_at
"""


async def add_image(
    tx: Tx, character_id: int, artefact: Artefact, picture: Picture, *, is_primary: bool
) -> SourceImage:
    """Give a locked character an image; a primary one takes the place of the old one.

    Raises:
        SameImage: the character has it already.
    """
    if is_primary:
        await tx.execute(_UNSET_PRIMARY, character_id)
    try:
        row = await only(
            tx,
            _ADD_IMAGE,
            character_id,
            artefact.key,
            artefact.sha256,
            artefact.size_bytes,
            artefact.media_type,
            picture.width,
            picture.height,
            picture.orientation,
            is_primary,
        )
    except asyncpg.UniqueViolationError:
        raise SameImage(character_id, artefact.sha256) from None
    return SourceImage(**row)


_SET_PRIMARY = """
update source_images set is_primary = true where character_id = $1 and id = $2
returning id, character_id, key, sha256, size_bytes, media_type, width, height, orientation,
    is_primary, created_at
"""


async def make_primary(tx: Tx, character_id: int, image_id: int) -> SourceImage | None:
    """Let another image of a locked character seed its shots."""
    await tx.execute(_UNSET_PRIMARY, character_id)
    row = await first(tx, _SET_PRIMARY, character_id, image_id)
    return None if row is None else SourceImage(**row)


_DELETE_IMAGE = """
delete from source_images where character_id = $1 and id = $2 returning is_primary
"""

_PROMOTE_OLDEST = """
update source_images set is_primary = true
where id = (select min(id) from source_images where character_id = $1)
"""


async def delete_image(tx: Tx, character_id: int, image_id: int) -> bool:
    """Take an image from a locked character; the oldest one left takes a primary one's place.

    The file stays: shots that were made from it refer to it.
    """
    was_primary = await tx.fetchval(_DELETE_IMAGE, character_id, image_id)
    if was_primary:
        await tx.execute(_PROMOTE_OLDEST, character_id)
    return was_primary is not None
