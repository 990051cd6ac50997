"""What has a score that can be given anew, and scene segments that are given one."""

from collections.abc import Sequence

from screentest.api.domain.rescoring import Scored
from screentest.common.db import Connection, Tx
from screentest.common.events import QAScored

_OF_TYPE = """
select distinct on (render_id) (qa ->> 'run_id')::uuid as run_id,
    (qa ->> 'segment')::integer as segment, (qa ->> 'render_id')::uuid as render_id
from (
    select qa from test_shots where scene_type_id = $1 and qa is not null
    union all
    select g.qa from scene_segments g join scenes s on s.id = g.scene_id
    where s.scene_type_id = $1 and g.qa is not null
) as scored
"""


async def scored_of_type(connection: Connection, scene_type_id: int) -> list[Scored]:
    """Every scored render of a scene type, once: a promoted shot and its segment are one."""
    rows = await connection.fetch(_OF_TYPE, scene_type_id)
    return [Scored(**dict(row)) for row in rows]


_OF_SHOTS = """
select id, scene_type_id, run_id, render_id, qa is not null as is_scored
from test_shots where id = any($1::bigint[])
"""


async def scored_shots(
    connection: Connection, shot_ids: Sequence[int]
) -> dict[int, tuple[int, Scored | None]]:
    """Scene type and scored render of the test shots that exist; None where one has no score."""
    rows = await connection.fetch(_OF_SHOTS, list(shot_ids))
    return {
        row["id"]: (
            row["scene_type_id"],
            Scored(run_id=row["run_id"], segment=1, render_id=row["render_id"])
            if row["is_scored"]
            else None,
        )
        for row in rows
    }


# A promoted segment has the score of its test shot, and no render of its own.
_RESCORE_SEGMENTS = """
update scene_segments set quality_score = $2, verdict = $3, qa = $4
where qa ->> 'render_id' = $1::text
    and ((qa ->> 'rescore_id') is null or (qa ->> 'rescore_id')::uuid < $5)
    and scene_id = any($6::bigint[])
returning scene_id, index
"""

_SCENES_WITH = """
select distinct scene_id from scene_segments
where render_id = $1 or test_shot_id = (select id from test_shots where run_id = $2)
order by scene_id
"""

# Before its segments, as everybody locks who decides about a scene.
_LOCK_SCENES = "select id from scenes where id = any($1::bigint[]) order by id for no key update"


async def record_segments(tx: Tx, event: QAScored) -> list[tuple[int, int]]:
    """Keep a later score of segments with that render; (scene, index) of those it is news to."""
    found = await tx.fetch(_SCENES_WITH, event.render_id, event.run_id)
    scene_ids = [row["scene_id"] for row in found]
    if not scene_ids:
        return []
    await tx.execute(_LOCK_SCENES, scene_ids)
    rows = await tx.fetch(
        _RESCORE_SEGMENTS,
        str(event.render_id),
        event.score,
        event.verdict.value,
        event.model_dump(mode="json"),
        event.rescore_id,
        scene_ids,
    )
    return [(row["scene_id"], row["index"]) for row in rows]
