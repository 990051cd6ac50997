"""Runs: open, load, save; and the cancellations that came before them."""

from collections.abc import Sequence
from uuid import UUID

from asyncpg import Record

from screentest.common.db import Tx
from screentest.common.events import (
    Artefact,
    Boundary,
    Failure,
    Lane,
    QAPolicy,
    RunKind,
    ShotCancelled,
)
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import RunRecipe
from screentest.dispatcher.domain.held import Held
from screentest.dispatcher.domain.plan import Plan
from screentest.dispatcher.domain.run import Run, Status

_COLUMNS = """
id, kind, test_shot_id, scene_id, requested_by, lane, recipe, first_segment, last_segment,
planned_segments, target_duration_s, tolerance_s, boundary, frame_rule, follows_promotion, qa,
status, segment, seed_image, attempts, render_id, elapsed_s, rendered, gpu_seconds, failure,
held_segment, gpu_seconds_saved, reference_image, traceparent
"""

_ADD = """
insert into runs
    (id, kind, test_shot_id, scene_id, requested_by, lane, recipe, renderer, first_segment,
     last_segment, planned_segments, target_duration_s, tolerance_s, boundary, frame_rule,
     follows_promotion, qa, status, segment, seed_image, elapsed_s, failure, held_segment,
     reference_image, traceparent, finished_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22, $23, $24, $25, case when $26::boolean then now() end)
on conflict (id) do nothing
returning true
"""


async def add_run(tx: Tx, run: Run) -> bool:
    """Store a run that nothing was rendered of yet; False when it is there already."""
    plan = run.plan
    added = await tx.fetchval(
        _ADD,
        plan.run_id,
        plan.kind,
        plan.test_shot_id,
        plan.scene_id,
        plan.requested_by,
        plan.lane,
        plan.recipe.model_dump(mode="json"),
        plan.recipe.renderer,
        plan.first_segment,
        plan.last_segment,
        plan.planned_segments,
        plan.target_duration_s,
        plan.tolerance_s,
        plan.boundary.model_dump(mode="json"),
        plan.frame_rule and plan.frame_rule.model_dump(mode="json"),
        plan.follows_promotion,
        plan.qa.model_dump(mode="json"),
        run.status,
        run.segment,
        run.seed_image.model_dump(mode="json"),
        run.elapsed_s,
        run.failure and run.failure.model_dump(mode="json"),
        run.held and run.held.model_dump(mode="json"),
        plan.reference_image and plan.reference_image.model_dump(mode="json"),
        run.traceparent,
        run.status.is_final,
    )
    return bool(added)


_LOAD = f"select {_COLUMNS} from runs where id = $1 for update"  # noqa: S608 - constants


async def load_run(tx: Tx, run_id: UUID) -> Run | None:
    """The run, locked until the transaction ends; None when it is not known."""
    row = await tx.fetchrow(_LOAD, run_id)
    return None if row is None else _run(row)


_TAKE = f"""
select {_COLUMNS} from runs
where id = any($1::uuid[]) and status = 'waiting'
order by array_position($1::uuid[], id)
for update skip locked
"""  # noqa: S608 - constants


async def take_waiting(tx: Tx, run_ids: Sequence[UUID]) -> list[Run]:
    """Those of the runs that wait and that nobody else is deciding about, locked, in order."""
    return [_run(row) for row in await tx.fetch(_TAKE, run_ids)]


_FOLLOWERS = f"""
select {_COLUMNS} from runs
where scene_id = $1 and status = 'waiting' and first_segment = 2 and segment = 2 and attempts = 0
order by id
for update
"""  # noqa: S608 - constants


async def take_followers(tx: Tx, scene_id: int) -> list[Run]:
    """Runs of the scene that begin with segment 2 and have not begun, locked."""
    return [_run(row) for row in await tx.fetch(_FOLLOWERS, scene_id)]


_SAVE = """
update runs set
    status = $2, segment = $3, seed_image = $4, attempts = $5, render_id = $6, elapsed_s = $7,
    rendered = $8, gpu_seconds = $9, failure = $10, held_segment = $11, gpu_seconds_saved = $12,
    waiting_since = case when status <> 'waiting' and $2 = 'waiting' then now()
        else waiting_since end,
    finished_at = case when $13::boolean then now() end
where id = $1
"""


async def save_run(tx: Tx, run: Run) -> None:
    """Record how far the run has come."""
    await tx.execute(
        _SAVE,
        run.plan.run_id,
        run.status,
        run.segment,
        run.seed_image.model_dump(mode="json"),
        run.attempts,
        run.render_id,
        run.elapsed_s,
        run.rendered,
        run.gpu_seconds,
        run.failure and run.failure.model_dump(mode="json"),
        run.held and run.held.model_dump(mode="json"),
        run.gpu_seconds_saved,
        run.status.is_final,
    )


_SAVE_PLAN = """
update runs set recipe = $2, renderer = $3, seed_image = $4, elapsed_s = $5 where id = $1
"""


async def save_plan(tx: Tx, run: Run) -> None:
    """Record that the run goes on from something else than was asked."""
    await tx.execute(
        _SAVE_PLAN,
        run.plan.run_id,
        run.plan.recipe.model_dump(mode="json"),
        run.plan.recipe.renderer,
        run.seed_image.model_dump(mode="json"),
        run.elapsed_s,
    )


_REMEMBER_CANCEL = """
insert into cancelled_runs (run_id, cancelled_by, reason) values ($1, $2, $3)
on conflict (run_id) do nothing
"""


async def remember_cancel(tx: Tx, event: ShotCancelled) -> None:
    """Keep a cancellation for when its run is heard of."""
    await tx.execute(_REMEMBER_CANCEL, event.run_id, event.by, event.reason)


_WAS_CANCELLED = "select exists (select from cancelled_runs where run_id = $1)"


async def was_cancelled(tx: Tx, run_id: UUID) -> bool:
    """Whether the run was cancelled before it was heard of."""
    return bool(await tx.fetchval(_WAS_CANCELLED, run_id))


_COUNT_OPEN = """
select lane, status, count(*) as runs from runs
where finished_at is null group by lane, status
"""


async def count_open(tx: Tx) -> dict[tuple[Lane, Status], int]:
    """Runs that have not ended, by lane and status."""
    rows = await tx.fetch(_COUNT_OPEN)
    return {(Lane(row["lane"]), Status(row["status"])): row["runs"] for row in rows}


def _run(row: Record) -> Run:
    plan = Plan(
        run_id=row["id"],
        kind=RunKind(row["kind"]),
        test_shot_id=row["test_shot_id"],
        scene_id=row["scene_id"],
        requested_by=row["requested_by"],
        lane=Lane(row["lane"]),
        recipe=RunRecipe.model_validate(row["recipe"]),
        first_segment=row["first_segment"],
        last_segment=row["last_segment"],
        planned_segments=row["planned_segments"],
        target_duration_s=row["target_duration_s"],
        tolerance_s=row["tolerance_s"],
        boundary=Boundary.model_validate(row["boundary"]),
        frame_rule=row["frame_rule"] and FrameRule.model_validate(row["frame_rule"]),
        follows_promotion=row["follows_promotion"],
        qa=QAPolicy.model_validate(row["qa"]),
        reference_image=row["reference_image"] and Artefact.model_validate(row["reference_image"]),
    )
    return Run(
        plan=plan,
        status=Status(row["status"]),
        segment=row["segment"],
        seed_image=Artefact.model_validate(row["seed_image"]),
        attempts=row["attempts"],
        render_id=row["render_id"],
        elapsed_s=row["elapsed_s"],
        rendered=row["rendered"],
        gpu_seconds=row["gpu_seconds"],
        failure=row["failure"] and Failure.model_validate(row["failure"]),
        held=row["held_segment"] and Held.model_validate(row["held_segment"]),
        gpu_seconds_saved=row["gpu_seconds_saved"],
        traceparent=row["traceparent"],
    )
