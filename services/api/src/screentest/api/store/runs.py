"""The runs of scenes: at most one of a scene is live."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from screentest.api.domain.chains import SceneRun
from screentest.common.db import Connection, Tx
from screentest.common.events import RunFinished, RunStatus, ShotRequested


@dataclass(frozen=True, kw_only=True)
class RunProgress:
    """How far a scene's run is, as its row says."""

    run_id: UUID
    scene_id: int
    status: str
    first_segment: int
    last_segment: int
    planned_segments: int

    @property
    def is_live(self) -> bool:
        """Whether it may still make segments."""
        return self.status in {"waiting", "rendering"}

    def scene_status(self, ended: RunFinished) -> str:
        """What the scene is once the run has ended so.

        A run that stopped short of its last segment did so because the scene is long enough.
        """
        if ended.status is not RunStatus.COMPLETED:
            return ended.status.value
        asked_for = self.last_segment - self.first_segment + 1
        is_whole = self.last_segment >= self.planned_segments or ended.segments < asked_for
        return "completed" if is_whole else "draft"


_ADD_RUN = """
insert into scene_runs (
    run_id, scene_id, first_segment, last_segment, planned_segments, requested_by_id)
values ($1, $2, $3, $4, $5, $6)
"""


async def add_run(tx: Tx, run: ShotRequested) -> None:
    """Begin a run of a scene."""
    await tx.execute(
        _ADD_RUN,
        run.run_id,
        run.scene_id,
        run.first_segment,
        run.segments,
        run.planned_segments,
        run.requested_by,
    )


_LATEST_RUN = """
select r.run_id, r.status, r.first_segment, r.last_segment, r.requested_by_id, r.failure,
    r.gpu_seconds_spent, r.cancel_requested_at, r.created_at, r.started_at, r.finished_at,
    k.estimate
from scene_runs r left join run_costs k on k.run_id = r.run_id
where r.scene_id = $1 order by r.created_at desc, r.run_id desc limit 1
"""


async def fetch_latest_run(connection: Connection, scene_id: int) -> SceneRun | None:
    """The scene's latest run."""
    row = await connection.fetchrow(_LATEST_RUN, scene_id)
    return SceneRun.model_validate(dict(row)) if row else None


_LIVE_RUN = """
select r.run_id, r.status, r.first_segment, r.last_segment, r.requested_by_id, r.failure,
    r.gpu_seconds_spent, r.cancel_requested_at, r.created_at, r.started_at, r.finished_at,
    k.estimate
from scene_runs r left join run_costs k on k.run_id = r.run_id
where r.scene_id = $1 and r.status in ('waiting', 'rendering')
"""


async def fetch_live_run(connection: Connection, scene_id: int) -> SceneRun | None:
    """The scene's run that may still make segments."""
    row = await connection.fetchrow(_LIVE_RUN, scene_id)
    return SceneRun.model_validate(dict(row)) if row else None


_LOCK_RUN = """
select run_id, scene_id, status, first_segment, last_segment, planned_segments
from scene_runs where run_id = $1 for update
"""


async def lock_run(tx: Tx, run_id: UUID) -> RunProgress | None:
    """Lock a scene's run; None when the run is no scene's, or the scene was deleted."""
    row = await tx.fetchrow(_LOCK_RUN, run_id)
    return RunProgress(**dict(row)) if row else None


_SET_RUN_STATUS = """
update scene_runs set
    status = $2,
    started_at = case when $2 = 'rendering' then coalesce(started_at, now()) else started_at end,
    finished_at = case
        when $2 not in ('waiting', 'rendering') then coalesce(finished_at, now()) end
where run_id = $1
"""


async def set_run_status(tx: Tx, run_id: UUID, status: str) -> None:
    """Move a locked run to a state."""
    await tx.execute(_SET_RUN_STATUS, run_id, status)


_RECORD_RUN_FAILURE = "update scene_runs set failure = $2 where run_id = $1"


async def record_run_failure(tx: Tx, run_id: UUID, failure: dict[str, Any] | None) -> None:
    """Keep why the last attempt, or the run, failed."""
    await tx.execute(_RECORD_RUN_FAILURE, run_id, failure)


_RECORD_RUN_SPENT = "update scene_runs set gpu_seconds_spent = $2 where run_id = $1"


async def record_run_spent(tx: Tx, run_id: UUID, gpu_seconds: float) -> None:
    """Keep what all attempts of the run cost together."""
    await tx.execute(_RECORD_RUN_SPENT, run_id, gpu_seconds)


_MARK_CANCELLED = "update scene_runs set cancel_requested_at = now() where run_id = $1"


async def mark_run_cancel_requested(tx: Tx, run_id: UUID) -> None:
    """Remember that somebody no longer wants it; the dispatcher ends it."""
    await tx.execute(_MARK_CANCELLED, run_id)


_SHOW_STATUS = "update scenes set status = $2 where id = $1"


async def show_scene_status(tx: Tx, scene_id: int, status: str) -> None:
    """Let the scene itself say what became of its latest run."""
    await tx.execute(_SHOW_STATUS, scene_id, status)
