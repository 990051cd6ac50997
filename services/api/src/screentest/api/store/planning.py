"""What planning needs to know of the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from screentest.api.domain.catalogue import Character, SceneType, Workflow
from screentest.api.store import rows
from screentest.api.store.workflow_versions import workflow_in
from screentest.common.db import Connection, Tx
from screentest.common.events import Artefact, Boundary, QAPolicy
from screentest.common.recipes import Lora, Prompts

_SCENE_TYPE = """
select t.id, t.name, t.prompts, t.negative_prompt, t.loras, t.slot_values, t.seed,
    t.target_duration_s, t.segment_duration_s, t.duration_tolerance_s, t.boundary, t.qa,
    w.id as workflow_id, w.name as workflow_name, w.version, w.renderer, w.graph, w.slots,
    w.frame_rule, w.vram_gb
from scene_types t join workflows w on w.id = t.workflow_id
where t.id = $1
"""


async def load_scene_type(
    connection: Connection, scene_type_id: int
) -> tuple[Workflow, SceneType] | None:
    """A scene type with its workflow, or None."""
    row = await rows.first(connection, _SCENE_TYPE, scene_type_id)
    if row is None:
        return None
    scene_type = SceneType(
        id=row["id"],
        name=row["name"],
        prompts=Prompts.model_validate(row["prompts"]),
        negative_prompt=row["negative_prompt"],
        loras=tuple(Lora.model_validate(lora) for lora in row["loras"]),
        values=row["slot_values"],
        seed=row["seed"],
        target_duration_s=row["target_duration_s"],
        segment_duration_s=row["segment_duration_s"],
        duration_tolerance_s=row["duration_tolerance_s"],
        boundary=Boundary.model_validate(row["boundary"]),
        qa=QAPolicy.model_validate(row["qa"]),
    )
    return workflow_in(row), scene_type


# The image a scene asks for, else the character's primary one.
_CHARACTERS = """
select c.id, c.name, c.metadata, i.key, i.sha256, i.size_bytes, i.media_type
from characters c
left join source_images i on i.character_id = c.id
    and case when $2::bigint is null then i.is_primary else i.id = $2 end
where c.id = any($1::bigint[])
"""


async def load_characters(
    connection: Connection, character_ids: Sequence[int], *, source_image_id: int | None = None
) -> dict[int, Character]:
    """Characters by id, with the image they begin with; those that do not exist are missing."""
    found = await connection.fetch(_CHARACTERS, list(character_ids), source_image_id)
    return {row["id"]: _character(dict(row)) for row in found}


def _character(row: dict[str, Any]) -> Character:
    seed_image = None
    if row["key"] is not None:
        names = ("key", "sha256", "size_bytes", "media_type")
        seed_image = Artefact(**{name: row[name] for name in names})
    return Character(
        id=row["id"], name=row["name"], metadata=row["metadata"], seed_image=seed_image
    )


_SOURCE_IMAGE = """
select key, sha256, size_bytes, media_type from source_images
where character_id = $1 and sha256 = $2
"""


async def load_source_image(
    connection: Connection, character_id: int, sha256: str
) -> Artefact | None:
    """That picture of the character, or None: it was deleted."""
    row = await rows.first(connection, _SOURCE_IMAGE, character_id, sha256)
    return Artefact(**row) if row else None


@dataclass(frozen=True, kw_only=True)
class SceneFacts:
    """What a decision about a scene needs."""

    id: int
    name: str
    scene_type_id: int
    character_id: int
    source_image_id: int | None


# Not "for update": that would make those wait who only refer to the scene (segments, test shots).
_LOCK_SCENE = """
select id, name, scene_type_id, character_id, source_image_id
from scenes where id = $1 for no key update
"""


async def lock_scene(tx: Tx, scene_id: int) -> SceneFacts | None:
    """Be the only one who decides about a scene until the transaction ends."""
    row = await rows.first(tx, _LOCK_SCENE, scene_id)
    return SceneFacts(**row) if row else None


_SCENE = """
select id, name, scene_type_id, character_id, source_image_id from scenes where id = $1
"""


async def load_scene(connection: Connection, scene_id: int) -> SceneFacts | None:
    """A scene as it is now, without a lock."""
    row = await rows.first(connection, _SCENE, scene_id)
    return SceneFacts(**row) if row else None
