"""Rows of test_shots, as people ask for them, see them, cancel and delete them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from screentest.api.domain.planning import Plan
from screentest.api.domain.shots import Named, Shot, ShotStatus
from screentest.api.domain.timings import timings_of
from screentest.api.store.reviews import REVIEW_JSON
from screentest.common.db import Connection, Tx
from screentest.common.events import ClipFacts, SegmentArtefacts
from screentest.common.recipes import RunRecipe


@dataclass(frozen=True, kw_only=True)
class NewShot:
    """A test shot to be."""

    run_id: UUID
    plan: Plan
    created_by_id: int
    scene_id: int | None = None
    batch_id: int | None = None
    label: str = ""
    #: Render even if an identical recipe has been rendered.
    fresh: bool = False
    #: Larger goes first among what the user has waiting.
    priority: int = 0


@dataclass(frozen=True, kw_only=True)
class LockedShot:
    """What a decision about a test shot needs; nobody else can change the row meanwhile."""

    id: int
    run_id: UUID
    status: ShotStatus
    scene_type_id: int
    character_id: int
    created_by_id: int
    is_promoted: bool
    cancel_requested: bool
    artefacts: SegmentArtefacts | None
    clip: ClipFacts | None
    gpu_seconds: float


_ADD = """
insert into test_shots (
    run_id, scene_type_id, character_id, workflow_id, parameters, seed_image_path, created_by_id,
    scene_id, batch_id, label, recipe, recipe_hash, prompt_text)
select * from unnest(
    $1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::jsonb[], $6::text[], $7::bigint[],
    $8::bigint[], $9::bigint[], $10::text[], $11::text[]::jsonb[], $12::text[], $13::text[])
returning run_id, id
"""


async def add_shots(tx: Tx, shots: Sequence[NewShot]) -> list[int]:
    """Insert test shots in one statement; returns their ids in the order given."""
    rows = [
        (
            shot.run_id,
            shot.plan.scene_type.id,
            shot.plan.character.id,
            shot.plan.workflow.id,
            shot.plan.parameters,
            shot.plan.seed_image.key,
            shot.created_by_id,
            shot.scene_id,
            shot.batch_id,
            shot.label,
            shot.plan.recipe_json,
            shot.plan.recipe_hash,
            _searched_text(shot.plan),
        )
        for shot in shots
    ]
    added = await tx.fetch(_ADD, *(list(column) for column in zip(*rows, strict=True)))
    ids = {row["run_id"]: row["id"] for row in added}
    return [ids[shot.run_id] for shot in shots]


def _searched_text(plan: Plan) -> str:
    texts = plan.recipe.prompts.model_dump(exclude_none=True).values()
    return "\n".join([*dict.fromkeys(texts), plan.recipe.negative_prompt])


#: What a `Shot` is made of; shared by every statement that shows one.
SHOT_COLUMNS = f"""
    s.id, s.status, s.scene_type_id, t.name as scene_type_name, s.character_id,
    c.name as character_name, s.workflow_id, s.scene_id, s.batch_id, s.label, s.parameters,
    s.recipe_hash, s.seed_image_path, s.output_video_path, s.last_frame_path, s.poster_path,
    s.duration_secs, s.quality_score, s.verdict, s.qa, s.is_promoted, s.promoted_to_scene_id,
    s.created_by_id, s.created_at, s.updated_at, s.run_id, s.artefacts, s.clip, s.worker, s.reused,
    s.gpu_seconds, s.failure, s.cancel_requested_at, s.started_at, s.rendered_at, s.finished_at,
    s.timings, k.estimate,
    (select sum(g.gpu_seconds) from gpu_spending g where g.run_id = s.run_id) as gpu_seconds_spent,
    {REVIEW_JSON} as review, r.strength
from test_shots s
join scene_types t on t.id = s.scene_type_id
join characters c on c.id = s.character_id
left join run_costs k on k.run_id = s.run_id
left join reviews v on v.test_shot_id = s.id
left join shot_strengths r on r.test_shot_id = s.id
"""  # noqa: S608 - constants

_ONE = f"select {SHOT_COLUMNS} where s.id = $1"


async def fetch_shot(connection: Connection, shot_id: int) -> Shot | None:
    """One test shot, or None."""
    row = await connection.fetchrow(_ONE, shot_id)
    return shot_of(row) if row else None


_SOME = f"select {SHOT_COLUMNS} where s.id = any($1::bigint[])"


async def fetch_shots(connection: Connection, shot_ids: Sequence[int]) -> list[Shot]:
    """The test shots of these ids that exist, in no order."""
    return [shot_of(row) for row in await connection.fetch(_SOME, list(shot_ids))]


# Whoever deletes a shot locks it first, and waits.
_HOLD = "select id from test_shots where id = any($1::bigint[]) order by id for key share"


async def hold_shots(tx: Tx, shot_ids: Iterable[int]) -> set[int]:
    """Keep test shots from being deleted until the transaction ends; those that are there."""
    return {row["id"] for row in await tx.fetch(_HOLD, list(shot_ids))}


_HAS_CLIP = "select artefacts is not null from test_shots where id = $1"


async def has_clip(connection: Connection, shot_id: int) -> bool:
    """Whether a test shot that exists is rendered."""
    return bool(await connection.fetchval(_HAS_CLIP, shot_id))


_OF_CELLS = f"""
select {SHOT_COLUMNS} join batch_cells b on b.test_shot_id = s.id
where b.batch_id = $1 order by b.index
"""


async def fetch_shots_of_cells(connection: Connection, batch_id: int) -> list[Shot]:
    """The test shots of a batch's cells, in their order."""
    return [shot_of(row) for row in await connection.fetch(_OF_CELLS, batch_id)]


def shot_of(row: asyncpg.Record) -> Shot:
    """A row of `SHOT_COLUMNS` as people see it."""
    facts: dict[str, Any] = dict(row)
    for noun in ("scene_type", "character"):
        facts[noun] = Named(id=facts.pop(f"{noun}_id"), name=facts.pop(f"{noun}_name"))
    facts["timings"] = timings_of(facts["timings"], facts["qa"])
    return Shot.model_validate(facts)


_LOCK = """
select id, run_id, status, scene_type_id, character_id, created_by_id, is_promoted,
    cancel_requested_at is not null as cancel_requested, artefacts, clip,
    -- What rendering it had cost, where an identical render was taken.
    coalesce(gpu_seconds, 0) + coalesce((
        select savings.gpu_seconds from savings where kind = 'reuse' and cause = render_id
    ), 0) as gpu_seconds
from test_shots where id = $1 for update
"""


async def lock_shot(tx: Tx, shot_id: int) -> LockedShot | None:
    """Lock a test shot until the transaction ends."""
    row = await tx.fetchrow(_LOCK, shot_id)
    if row is None:
        return None
    facts: dict[str, Any] = dict(row)
    facts["status"] = ShotStatus(facts["status"])
    if facts["artefacts"] is not None:
        facts["artefacts"] = SegmentArtefacts.model_validate(facts["artefacts"])
        facts["clip"] = ClipFacts.model_validate(facts["clip"])
    return LockedShot(**facts)


_RECIPE = "select recipe from test_shots where id = $1"


async def fetch_recipe(connection: Connection, shot_id: int) -> RunRecipe:
    """The recipe of a test shot that is known to exist."""
    return RunRecipe.model_validate(await connection.fetchval(_RECIPE, shot_id))


_MARK_CANCELLED = "update test_shots set cancel_requested_at = now() where id = $1"


async def mark_cancel_requested(tx: Tx, shot_id: int) -> None:
    """Remember that somebody no longer wants it; the dispatcher ends it."""
    await tx.execute(_MARK_CANCELLED, shot_id)


_DELETE = "delete from test_shots where id = $1"


async def delete_shot(tx: Tx, shot_id: int) -> None:
    """Remove the row. Its files stay: an identical recipe may have been completed with them."""
    await tx.execute(_DELETE, shot_id)
