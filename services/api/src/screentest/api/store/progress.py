"""What is heard of test shots: rendering, rendered, scored, failed, ended."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from screentest.api.domain.shots import ShotStatus
from screentest.common.db import Connection, Tx
from screentest.common.events import QAScored, SegmentRendered


@dataclass(frozen=True, kw_only=True)
class ShotProgress:
    """How far a test shot is, as its row says."""

    id: int
    batch_id: int | None
    status: ShotStatus
    #: The render whose files are kept.
    render_id: UUID | None
    is_scored: bool


_LOCK = """
select id, batch_id, status, render_id, qa is not null as is_scored
from test_shots where run_id = $1 for update
"""


async def lock_shot_of_run(tx: Tx, run_id: UUID) -> ShotProgress | None:
    """Lock the test shot of a run; None when the run is no test shot's, or it was deleted."""
    row = await tx.fetchrow(_LOCK, run_id)
    if row is None:
        return None
    facts: dict[str, Any] = dict(row)
    facts["status"] = ShotStatus(facts["status"])
    return ShotProgress(**facts)


_SET_STATUS = """
update test_shots set
    status = $2,
    started_at = case when $2 in ('rendering', 'rendered', 'scored')
        then coalesce(started_at, now()) else started_at end,
    finished_at = case
        when $2 in ('scored', 'failed', 'cancelled') then coalesce(finished_at, now()) end
where id = $1
"""


async def set_status(tx: Tx, shot_id: int, status: ShotStatus) -> None:
    """Move a locked test shot to a state."""
    await tx.execute(_SET_STATUS, shot_id, status.value)


_RECORD_RENDER = """
update test_shots set
    render_id = $2, attempt = $3, recipe_hash = $4, artefacts = $5, clip = $6,
    output_video_path = $7, last_frame_path = $8, poster_path = $9, duration_secs = $10,
    worker = $11, reused = $12, gpu_seconds = $13, timings = $14, failure = null,
    rendered_at = now()
where id = $1
"""


async def record_render(tx: Tx, shot_id: int, event: SegmentRendered) -> None:
    """Keep the files of a render."""
    files = event.artefacts
    await tx.execute(
        _RECORD_RENDER,
        shot_id,
        event.render_id,
        event.attempt,
        event.recipe_hash,
        files.model_dump(mode="json"),
        event.clip.model_dump(mode="json"),
        files.video.key,
        files.last_frame.key,
        files.poster.key,
        event.clip.duration_s,
        event.worker,
        event.reused,
        event.gpu_seconds,
        event.timings.model_dump(mode="json"),
    )


_RECORD_SCORE = "update test_shots set quality_score = $2, verdict = $3, qa = $4 where id = $1"

# The latest re-score counts, in whatever order they are heard; ids are UUIDv7.
_RECORD_RESCORE = """
update test_shots set quality_score = $3, verdict = $4, qa = $5
where id = $1 and render_id = $2 and qa is not null
    and ((qa ->> 'rescore_id') is null or (qa ->> 'rescore_id')::uuid < $6)
returning true
"""


async def record_score(tx: Tx, shot_id: int, event: QAScored) -> None:
    """Keep the score of the render that is kept."""
    await tx.execute(
        _RECORD_SCORE, shot_id, event.score, event.verdict.value, event.model_dump(mode="json")
    )


async def record_rescore(tx: Tx, shot_id: int, event: QAScored) -> bool:
    """Keep a later score of a scored test shot; False when it is not of its render, or outdated."""
    return bool(
        await tx.fetchval(
            _RECORD_RESCORE,
            shot_id,
            event.render_id,
            event.score,
            event.verdict.value,
            event.model_dump(mode="json"),
            event.rescore_id,
        )
    )


_RECORD_FAILURE = "update test_shots set failure = $2 where id = $1"


async def record_failure(tx: Tx, shot_id: int, failure: dict[str, Any]) -> None:
    """Keep why the last attempt, or the run, failed."""
    await tx.execute(_RECORD_FAILURE, shot_id, failure)


_PARK_SCORE = """
insert into parked_scores (render_id, qa) values ($1, $2) on conflict do nothing
"""


async def park_score(tx: Tx, event: QAScored) -> None:
    """Keep a score that is heard before its render."""
    await tx.execute(_PARK_SCORE, event.render_id, event.model_dump(mode="json"))


_TAKE_PARKED_SCORE = "delete from parked_scores where render_id = $1 returning qa"


async def take_parked_score(tx: Tx, render_id: UUID) -> QAScored | None:
    """The score heard before this render, if there was one."""
    qa = await tx.fetchval(_TAKE_PARKED_SCORE, render_id)
    return None if qa is None else QAScored.model_validate(qa)


_TRIM_PARKED = "delete from parked_scores where parked_at < now() - make_interval(days => $1)"


async def trim_parked_scores(tx: Tx, *, days: int) -> None:
    """Forget scores whose render never came."""
    await tx.execute(_TRIM_PARKED, days)


_SUBJECT = """
select jsonb_build_object('test_shot_id', id, 'batch_id', batch_id)
from test_shots where run_id = $1
union all
select jsonb_build_object('scene_id', scene_id) from scene_runs where run_id = $1
"""


async def subject_of_run(connection: Connection, run_id: UUID) -> dict[str, Any] | None:
    """Ids of the test shot or scene a run is for; None when that was deleted."""
    subject: dict[str, Any] | None = await connection.fetchval(_SUBJECT, run_id)
    return subject
