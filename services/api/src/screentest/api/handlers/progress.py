"""What is heard of runs while they render: each event once, in any order, for shots and scenes.

A run that is neither a test shot's nor a scene's was deleted meanwhile: nothing is left to do.
"""

from uuid import UUID

from screentest.api.domain.savings import Cause
from screentest.api.domain.shots import TERMINAL, ShotFacts, ShotStatus, status_of
from screentest.api.handlers import gates
from screentest.api.handlers.rescoring import keep_rescore
from screentest.api.store import (
    chains,
    changes,
    costs,
    estimates,
    progress,
    promotions,
    runs,
    scene_videos,
)
from screentest.api.store.progress import ShotProgress
from screentest.api.store.runs import RunProgress
from screentest.api.store.savings import add_saving
from screentest.common.db import Tx
from screentest.common.events import (
    QAScored,
    RunFinished,
    RunStatus,
    SegmentFailed,
    SegmentRendered,
)


async def on_render_begun(run_id: UUID, segment: int, tx: Tx) -> None:
    """A worker was heard to render a run: it waits no longer. Ended runs stay as they are.

    A report of a segment that is rendered is a late one: the run waits for the next.
    """
    await costs.expect_render(tx, run_id)
    if shot := await progress.lock_shot_of_run(tx, run_id):
        if shot.status is ShotStatus.WAITING:
            await progress.set_status(tx, shot.id, ShotStatus.RENDERING)
            await changes.tell_shot(tx, shot.id)
    elif (run := await runs.lock_run(tx, run_id)) and run.status == "waiting":
        if await chains.is_fresh(tx, run.scene_id, segment):
            return
        await runs.set_run_status(tx, run_id, "rendering")
        await changes.tell_run(tx, run_id)


async def on_segment_rendered(event: SegmentRendered, tx: Tx) -> None:
    """A segment's files are there: kept, unless what they are of has ended without them."""
    await costs.record_attempt(tx, event)
    if event.reused:
        await add_saving(tx, Cause.REUSE, event.render_id, event.gpu_seconds_saved)
    if shot := await progress.lock_shot_of_run(tx, event.run_id):
        score = await progress.take_parked_score(tx, event.render_id)
        if shot.render_id is not None or shot.status in TERMINAL:
            return
        await estimates.record_render(tx, event)
        await progress.record_render(tx, shot.id, event)
        if score:
            await progress.record_score(tx, shot.id, score)
            await estimates.record_score(tx, score)
        status = _status(shot, is_rendered=True, is_scored=score is not None)
        await progress.set_status(tx, shot.id, status)
        await changes.tell_shot(tx, shot.id)
    elif run := await runs.lock_run(tx, event.run_id):
        await _scene_segment_rendered(event, run, tx)


async def _scene_segment_rendered(event: SegmentRendered, run: RunProgress, tx: Tx) -> None:
    origin = await chains.promoted_from(tx, run.scene_id, event.segment)
    score = await progress.take_parked_score(tx, event.render_id)
    if not await chains.record_render(tx, run.scene_id, event):
        return
    if origin is not None:
        await promotions.supersede(tx, run.scene_id, origin)
        await changes.tell_shot(tx, origin)
    await estimates.record_render(tx, event)
    if score:
        await chains.record_score(tx, run.scene_id, score)
        await estimates.record_score(tx, score)
    await scene_videos.want(tx, run.scene_id)  # heard after the end of its run
    if run.is_live:
        await runs.record_run_failure(tx, run.run_id, None)
        await gates.after_render(tx, run, event.segment)
    await changes.tell_segment(tx, run.scene_id, event.segment)


async def on_qa_scored(event: QAScored, tx: Tx) -> None:
    """A segment has a score; it waits for its render when it is heard first."""
    if event.rescored:
        await keep_rescore(event, tx)
        return
    if shot := await progress.lock_shot_of_run(tx, event.run_id):
        if shot.status in TERMINAL:
            return
        if shot.render_id is None:
            await progress.park_score(tx, event)
        elif shot.render_id == event.render_id:
            await progress.record_score(tx, shot.id, event)
            await estimates.record_score(tx, event)
            await progress.set_status(tx, shot.id, _status(shot, is_scored=True))
            await changes.tell_shot(tx, shot.id)
    elif run := await runs.lock_run(tx, event.run_id):
        if await chains.record_score(tx, run.scene_id, event):
            await estimates.record_score(tx, event)
            await gates.after_score(tx, run, event.segment)
            await changes.tell_segment(tx, run.scene_id, event.segment)
        else:
            await progress.park_score(tx, event)


async def on_segment_failed(event: SegmentFailed, tx: Tx) -> None:
    """An attempt failed. Whether there will be another is the dispatcher's word, not ours.

    One that was recalled had not begun: nothing failed, and nothing was spent.
    """
    if event.was_recalled:
        return
    failure = {
        "code": event.code,
        "message": event.message,
        "detail": event.detail and event.detail.model_dump(),
        "segment": event.segment,
        "attempt": event.attempt,
        "retryable": event.retryable,
    }
    await costs.record_attempt(tx, event)
    if event.gpu_seconds_saved:
        await add_saving(tx, Cause.HOPELESS, event.render_id, event.gpu_seconds_saved)
    if shot := await progress.lock_shot_of_run(tx, event.run_id):
        if _status(shot, awaits_retry=True) is not ShotStatus.WAITING:
            return
        await progress.record_failure(tx, shot.id, failure)
        await progress.set_status(tx, shot.id, ShotStatus.WAITING)
        await changes.tell_shot(tx, shot.id)
    elif (run := await runs.lock_run(tx, event.run_id)) and run.is_live:
        if await chains.is_fresh(tx, run.scene_id, event.segment):
            return
        await runs.record_run_failure(tx, run.run_id, failure)
        await changes.tell_run(tx, run.run_id)


async def on_run_finished(event: RunFinished, tx: Tx) -> None:
    """A run has reached its one terminal state."""
    if event.status is RunStatus.HALTED_BY_QA:
        await add_saving(tx, Cause.HALT, event.run_id, event.gpu_seconds_saved)
    failure = None if event.failure is None else event.failure.model_dump()
    await costs.end_run(tx, event)
    if shot := await progress.lock_shot_of_run(tx, event.run_id):
        status = _status(shot, ended=event.status)
        if failure and status is ShotStatus.FAILED:
            await progress.record_failure(tx, shot.id, failure)
        await progress.set_status(tx, shot.id, status)
        await changes.tell_shot(tx, shot.id)
    elif (run := await runs.lock_run(tx, event.run_id)) and run.is_live:
        await runs.record_run_saved(tx, event)
        await runs.record_run_failure(tx, run.run_id, failure)
        await runs.set_run_status(tx, run.run_id, event.status.value)
        await _end_scene_run(event, run, tx)
        await changes.tell_run(tx, run.run_id)


async def _end_scene_run(event: RunFinished, run: RunProgress, tx: Tx) -> None:
    status = run.scene_status(event)
    await runs.show_scene_status(tx, run.scene_id, status)
    if status == "completed":
        end = run.first_segment + event.segments - 1
        await chains.retire_stale(tx, run.scene_id, behind=end)
        await scene_videos.want(tx, run.scene_id)


def _status(
    shot: ShotProgress,
    *,
    is_rendered: bool = False,
    is_scored: bool = False,
    ended: RunStatus | None = None,
    awaits_retry: bool = False,
) -> ShotStatus:
    """The state of a test shot with what was heard just now."""
    return status_of(
        ShotFacts(
            status=shot.status,
            is_rendered=is_rendered or shot.render_id is not None,
            is_scored=is_scored or shot.is_scored,
            ended=ended,
            awaits_retry=awaits_retry,
        )
    )
