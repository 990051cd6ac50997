"""The runs of scenes: at most one of a scene is live."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from screentest.api.domain.chains import RunState, SceneRun
from screentest.common.chain_length import ChainLength
from screentest.common.db import Connection, Tx
from screentest.common.events import (
    Boundary,
    BoundaryMode,
    RunFinished,
    RunStatus,
    ShotRequested,
    Verdict,
)

LIVE = frozenset({"waiting", "rendering", "awaiting_qa", "awaiting_frame"})
"""States of a run that may still make segments."""


@dataclass(frozen=True, kw_only=True)
class RunProgress:
    """How far a scene's run is, as its row says."""

    run_id: UUID
    scene_id: int
    status: str
    first_segment: int
    last_segment: int
    planned_segments: int
    boundary: Boundary
    qa_mode: str
    target_duration_s: float | None
    tolerance_s: float

    @property
    def is_live(self) -> bool:
        """Whether it may still make segments."""
        return self.status in LIVE

    def status_after(self, segment: int, elapsed_s: float, verdict: Verdict | None) -> RunState:
        """Where it stands with so many seconds rendered, the last of them ``segment``.

        The dispatcher decides alike; it says nothing of it, because all it knows was said to both.
        """
        length = ChainLength(
            last_segment=self.last_segment,
            target_duration_s=self.target_duration_s,
            tolerance_s=self.tolerance_s,
        )
        if length.is_reached(next_segment=segment + 1, elapsed_s=elapsed_s):
            return "rendering"
        if self.qa_mode == "halt" and verdict in (None, Verdict.FAIL):
            return "awaiting_qa"
        return "awaiting_frame" if self.boundary.mode is BoundaryMode.MANUAL else "waiting"

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
    run_id, scene_id, first_segment, last_segment, planned_segments, requested_by_id, boundary,
    qa_mode, target_duration_s, tolerance_s, status)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
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
        run.boundary.model_dump(mode="json"),
        run.qa.mode,
        run.target_duration_s,
        run.tolerance_s,
        "awaiting_frame" if run.awaits_frame_of else "waiting",
    )


_LATEST_RUN = """
select r.run_id, r.status, r.first_segment, r.last_segment, r.requested_by_id, r.failure,
    (select sum(g.gpu_seconds) from gpu_spending g where g.run_id = r.run_id) as gpu_seconds_spent,
    r.gpu_seconds_saved, r.cancel_requested_at, r.created_at, r.started_at, r.finished_at,
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
    (select sum(g.gpu_seconds) from gpu_spending g where g.run_id = r.run_id) as gpu_seconds_spent,
    r.gpu_seconds_saved, r.cancel_requested_at, r.created_at, r.started_at, r.finished_at,
    k.estimate
from scene_runs r left join run_costs k on k.run_id = r.run_id
where r.scene_id = $1 and r.finished_at is null
"""


async def fetch_live_run(connection: Connection, scene_id: int) -> SceneRun | None:
    """The scene's run that may still make segments."""
    row = await connection.fetchrow(_LIVE_RUN, scene_id)
    return SceneRun.model_validate(dict(row)) if row else None


# Before the run, as everybody locks who decides about a scene.
_LOCK_SCENE_OF = """
select true from scenes where id = (select scene_id from scene_runs where run_id = $1)
for no key update
"""

_LOCK_RUN = """
select run_id, scene_id, status, first_segment, last_segment, planned_segments, boundary, qa_mode,
    target_duration_s, tolerance_s
from scene_runs where run_id = $1 for update
"""


async def lock_run(tx: Tx, run_id: UUID) -> RunProgress | None:
    """Lock a scene and its run; None when the run is no scene's, or the scene was deleted."""
    await tx.execute(_LOCK_SCENE_OF, run_id)
    row = await tx.fetchrow(_LOCK_RUN, run_id)
    if row is None:
        return None
    facts: dict[str, Any] = dict(row)
    return RunProgress(**facts | {"boundary": Boundary.model_validate(facts["boundary"])})


_SET_RUN_STATUS = """
update scene_runs set
    status = $2,
    started_at = case when $2 = 'rendering' then coalesce(started_at, now()) else started_at end,
    finished_at = case
        when $2 in ('completed', 'failed', 'cancelled', 'halted_by_qa')
            then coalesce(finished_at, now()) end
where run_id = $1
"""


async def set_run_status(tx: Tx, run_id: UUID, status: str) -> None:
    """Move a locked run to a state."""
    await tx.execute(_SET_RUN_STATUS, run_id, status)


_MARK_STARTED = """
update scene_runs set started_at = coalesce(started_at, now()) where run_id = $1
"""


async def mark_run_started(tx: Tx, run_id: UUID) -> None:
    """Something of it was rendered, whether or not it was seen to begin."""
    await tx.execute(_MARK_STARTED, run_id)


_RECORD_RUN_FAILURE = "update scene_runs set failure = $2 where run_id = $1"


async def record_run_failure(tx: Tx, run_id: UUID, failure: dict[str, Any] | None) -> None:
    """Keep why the last attempt, or the run, failed."""
    await tx.execute(_RECORD_RUN_FAILURE, run_id, failure)


_RECORD_SAVED = "update scene_runs set gpu_seconds_saved = $2 where run_id = $1"


async def record_run_saved(tx: Tx, ended: RunFinished) -> None:
    """Keep what a halt saved."""
    await tx.execute(_RECORD_SAVED, ended.run_id, ended.gpu_seconds_saved)


_MARK_CANCELLED = "update scene_runs set cancel_requested_at = now() where run_id = $1"


async def mark_run_cancel_requested(tx: Tx, run_id: UUID) -> None:
    """Remember that somebody no longer wants it; the dispatcher ends it."""
    await tx.execute(_MARK_CANCELLED, run_id)


_SHOW_STATUS = "update scenes set status = $2 where id = $1"


async def show_scene_status(tx: Tx, scene_id: int, status: str) -> None:
    """Let the scene itself say what became of its latest run."""
    await tx.execute(_SHOW_STATUS, scene_id, status)


_BOUNDARY = "select boundary from scene_runs where run_id = $1"


async def fetch_boundary(connection: Connection, run_id: UUID) -> Boundary:
    """How the segments of a run that exists end."""
    return Boundary.model_validate(await connection.fetchval(_BOUNDARY, run_id))
