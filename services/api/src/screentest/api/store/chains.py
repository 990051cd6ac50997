"""What is there of a scene: the recipe of its chain, and its segments."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from screentest.api.domain.chains import Segment
from screentest.api.domain.planning import Plan
from screentest.api.domain.timings import timings_of
from screentest.common.db import Connection, Tx
from screentest.common.events import (
    BoundaryChosen,
    ClipFacts,
    QAScored,
    SegmentArtefacts,
    SegmentRendered,
    ShotPromoted,
)
from screentest.common.recipes import RunRecipe


@dataclass(frozen=True, kw_only=True)
class ChainRecipe:
    """With what a chain goes on."""

    recipe: RunRecipe
    parameters: dict[str, Any]
    recipe_hash: str
    #: The promoted shot it came from.
    test_shot_id: int | None = None

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """The recipe of a plan."""
        return cls(recipe=plan.recipe, parameters=plan.parameters, recipe_hash=plan.recipe_hash)


_RECIPE = """
select recipe, parameters, recipe_hash, test_shot_id from scene_recipes where scene_id = $1
"""


async def fetch_recipe(connection: Connection, scene_id: int) -> ChainRecipe | None:
    """With what the scene's chain goes on; None while it is not begun."""
    row = await connection.fetchrow(_RECIPE, scene_id)
    if row is None:
        return None
    facts: dict[str, Any] = dict(row)
    return ChainRecipe(**facts | {"recipe": RunRecipe.model_validate(facts["recipe"])})


_KEEP_RECIPE = """
insert into scene_recipes (scene_id, recipe, parameters, recipe_hash, test_shot_id)
values ($1, $2, $3, $4, $5)
on conflict (scene_id) do update set recipe = excluded.recipe, parameters = excluded.parameters,
    recipe_hash = excluded.recipe_hash, test_shot_id = excluded.test_shot_id, created_at = now()
"""


async def keep_recipe(tx: Tx, scene_id: int, chain: ChainRecipe) -> None:
    """Remember with what the scene's chain goes on."""
    await tx.execute(
        _KEEP_RECIPE,
        scene_id,
        chain.recipe.model_dump(mode="json"),
        chain.parameters,
        chain.recipe_hash,
        chain.test_shot_id,
    )


_SEGMENTS = """
select index, case when qa is null then 'rendered' else 'scored' end as status, source, run_id,
    test_shot_id, artefacts, clip, recipe_hash, seed_image_sha256, worker, gpu_seconds,
    quality_score, verdict, qa, rendered_at, timings, trimmed_frames, render_id,
    is_boundary_chosen,
    stale_by is not null as is_stale,
    exists (select from savings where kind = 'reuse' and cause = render_id) as reused
from scene_segments where scene_id = $1 order by index
"""


async def fetch_segments(connection: Connection, scene_id: int) -> list[Segment]:
    """The rendered segments of a scene, in order."""
    rows = await connection.fetch(_SEGMENTS, scene_id)
    return [
        Segment.model_validate({**row, "timings": timings_of(row["timings"], row["qa"])})
        for row in rows
    ]


_RECORD_RENDER = """
insert into scene_segments as kept (
    scene_id, index, source, run_id, artefacts, clip, render_id, recipe_hash, seed_image_sha256,
    worker, gpu_seconds, timings, trimmed_frames)
select $1, $2, 'run', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
where not exists (
    select from scene_runs where scene_id = $1 and first_segment <= $2 and run_id > $3)
on conflict (scene_id, index) do update set
    source = 'run', test_shot_id = null, stale_by = null, trimmed_frames = excluded.trimmed_frames,
    run_id = excluded.run_id, artefacts = excluded.artefacts, clip = excluded.clip,
    render_id = excluded.render_id, recipe_hash = excluded.recipe_hash,
    seed_image_sha256 = excluded.seed_image_sha256, worker = excluded.worker,
    gpu_seconds = excluded.gpu_seconds, timings = excluded.timings, quality_score = null,
    verdict = null, qa = null, is_boundary_chosen = false, rendered_at = now()
where coalesce(
    excluded.run_id >= kept.stale_by,
    kept.source = 'run'
        and (kept.run_id, kept.render_id) < (excluded.run_id, excluded.render_id))
returning true
"""


async def record_render(tx: Tx, scene_id: int, event: SegmentRendered) -> bool:
    """Keep a segment of a locked scene; False when it is there already, or a later run's to make.

    Ids are UUIDv7, so what was begun later has a larger one. A stale segment is replaced by the run
    that made it stale, or a later one. Of two renders of one run the dispatcher accepts the later
    one: it called the other back.
    """
    return bool(
        await tx.fetchval(
            _RECORD_RENDER,
            scene_id,
            event.segment,
            event.run_id,
            event.artefacts.model_dump(mode="json"),
            event.clip.model_dump(mode="json"),
            event.render_id,
            event.recipe_hash,
            event.seed_image.sha256,
            event.worker,
            event.gpu_seconds,
            event.timings.model_dump(mode="json"),
            event.trimmed_frames,
        )
    )


_RECORD_SCORE = """
update scene_segments set quality_score = $4, verdict = $5, qa = $6
where scene_id = $1 and index = $2 and render_id = $3 and (qa ->> 'rescore_id') is null
returning true
"""


async def record_score(tx: Tx, scene_id: int, event: QAScored) -> bool:
    """Score a segment; False when the render that was scored is not the one that is kept."""
    return bool(
        await tx.fetchval(
            _RECORD_SCORE,
            scene_id,
            event.segment,
            event.render_id,
            event.score,
            event.verdict.value,
            event.model_dump(mode="json"),
        )
    )


_CUT = """
update scene_segments
set artefacts = $3, clip = $4,
    trimmed_frames = trimmed_frames
        + (clip ->> 'frames')::integer - ($4::jsonb ->> 'frames')::integer,
    is_boundary_chosen = true
where scene_id = $1 and index = $2
"""


async def record_boundary(tx: Tx, scene_id: int, event: BoundaryChosen) -> None:
    """Keep a segment of a locked scene as it was cut for the boundary that somebody chose."""
    await tx.execute(
        _CUT,
        scene_id,
        event.segment,
        event.artefacts.model_dump(mode="json"),
        event.clip.model_dump(mode="json"),
    )


_MARK_STALE = """
update scene_segments set stale_by = $3 where scene_id = $1 and index >= $2 returning index
"""


async def mark_stale(tx: Tx, scene_id: int, *, from_segment: int, by: UUID) -> list[int]:
    """Put segments out of date, until a run of that id or a later one replaces them."""
    rows = await tx.fetch(_MARK_STALE, scene_id, from_segment, by)
    return sorted(row["index"] for row in rows)


_RETIRE = """
delete from scene_segments where scene_id = $1 and index > $2 and stale_by is not null
"""


async def retire_stale(tx: Tx, scene_id: int, *, behind: int) -> None:
    """Let go of what no run will replace any more: the scene ends before it. Its files stay."""
    await tx.execute(_RETIRE, scene_id, behind)


_PROMOTED_FROM = """
select test_shot_id from scene_segments
where scene_id = $1 and index = $2 and source = 'promotion'
"""


async def promoted_from(tx: Tx, scene_id: int, index: int) -> int | None:
    """The test shot that a segment was promoted from; None when a run made it."""
    shot_id: int | None = await tx.fetchval(_PROMOTED_FROM, scene_id, index)
    return shot_id


_IS_FRESH = """
select exists (
    select from scene_segments where scene_id = $1 and index = $2 and stale_by is null)
"""


async def is_fresh(tx: Tx, scene_id: int, index: int) -> bool:
    """Whether the scene has that segment, and it is not out of date."""
    return bool(await tx.fetchval(_IS_FRESH, scene_id, index))


_IS_RENDERED = "select exists (select from scene_segments where scene_id = $1 and index = $2)"


async def is_rendered(tx: Tx, scene_id: int, index: int) -> bool:
    """Whether the scene has that segment."""
    return bool(await tx.fetchval(_IS_RENDERED, scene_id, index))


_PROMOTE = """
insert into scene_segments (
    scene_id, index, source, test_shot_id, artefacts, clip, recipe_hash, seed_image_sha256, worker,
    gpu_seconds, quality_score, verdict, qa, timings)
select $1, 1, 'promotion', id, $3, $4, recipe_hash, parameters ->> 'seed_image_sha256', worker,
    0, quality_score, verdict, qa, timings
from test_shots where id = $2
on conflict (scene_id, index) do nothing
"""


async def record_promotion(tx: Tx, event: ShotPromoted) -> None:
    """Make a test shot's files in scene storage segment 1; it costs the scene nothing."""
    await tx.execute(
        _PROMOTE,
        event.scene_id,
        event.test_shot_id,
        event.artefacts.model_dump(mode="json"),
        event.clip.model_dump(mode="json"),
    )


def kept_files(segment: Segment) -> tuple[SegmentArtefacts, ClipFacts]:
    """Files and facts of a segment that is rendered."""
    assert segment.artefacts is not None
    assert segment.clip is not None
    return segment.artefacts, segment.clip
