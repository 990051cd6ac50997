"""What became of renders: clips, failures, scores.

A result is accepted once, from the one render its run waits for; all others are counted and
otherwise leave no trace but their cost. A render whose run has ended may still be out because
others share it: its result is theirs.
"""

from structlog.contextvars import bind_contextvars

from screentest.common.db import Tx
from screentest.common.events import QAScored, SegmentFailed, SegmentRendered
from screentest.common.logs import get_logger
from screentest.dispatcher import metrics
from screentest.dispatcher.domain.run import Refusal, Status
from screentest.dispatcher.handlers.recalling import take_back
from screentest.dispatcher.handlers.recording import record
from screentest.dispatcher.handlers.releasing import release
from screentest.dispatcher.store import renders, reuse, runs
from screentest.dispatcher.store.displacing import displaced_for

log = get_logger()


async def on_segment_rendered(event: SegmentRendered, tx: Tx) -> None:
    """Accept a segment; the chain goes on, awaits what that depends on, or is complete."""
    if event.reused:
        return  # a dispatcher said so, and accepted it in the same transaction
    bind_contextvars(run_id=str(event.run_id), segment=event.segment)
    await accept(tx, event)
    await release(tx)


async def accept(tx: Tx, event: SegmentRendered) -> None:
    """Go on with a clip if its run waits for it; a finished render is there for others as well."""
    run = await runs.load_run(tx, event.run_id)
    if run is None:
        _ignore(event, "unknown_run")
        return
    verdict = await renders.verdict_of(tx, event.render_id)

    step = run.take_clip(event, verdict)

    was_live = await renders.end_render(tx, event)
    if was_live:
        await reuse.keep(tx, event, is_unpaid=isinstance(step, Refusal))
    if isinstance(step, Refusal):
        if not was_live:
            _ignore(event, step)
        return
    await renders.add_segment(tx, event)
    await record(tx, step)


async def on_segment_failed(event: SegmentFailed, tx: Tx) -> None:
    """Have the segment rendered again where that may help, else fail the run.

    One that was recalled did not fail: its place is another's, and its run waits again.
    """
    bind_contextvars(run_id=str(event.run_id), segment=event.segment)
    run = await runs.load_run(tx, event.run_id)
    if run is None:
        _ignore(event, "unknown_run")
        return
    if event.was_recalled:
        if await take_back(tx, event.render_id, run):
            log.info("render_gave_way", render_id=str(event.render_id))
            await release(tx, first=await displaced_for(tx, event.render_id))
        else:
            _ignore(event, Refusal.NOT_LIVE)
        return

    step = run.take_failure(event)

    was_live = await renders.end_render(tx, event)
    if isinstance(step, Refusal):
        if was_live:
            await release(tx)  # its run had ended; one that shared the render has it tried again
        else:
            _ignore(event, step)
        return
    if step.run.status is Status.WAITING:
        metrics.RENDERS_RETRIED.labels(event.code).inc()
        log.warning("render_retried", code=event.code, message=event.message)
    await record(tx, step)
    await release(tx)


async def on_qa_scored(event: QAScored, tx: Tx) -> None:
    """Keep the score with its render; a run that awaits it goes on, or ends.

    A re-score comes after the verdict that decided, and decides nothing: limits of today must not
    halt, or release, what went by those of yesterday.
    """
    if event.rescored:
        metrics.RESULTS_IGNORED.labels("rescored").inc()
        return
    bind_contextvars(run_id=str(event.run_id), segment=event.segment)
    # Locked before its render, as everywhere: a verdict and its render may be heard at once.
    run = await runs.load_run(tx, event.run_id)
    if not await renders.score_render(tx, event):
        metrics.RESULTS_IGNORED.labels("unknown_render").inc()
    if run is None:
        return

    step = run.take_verdict(event)

    if isinstance(step, Refusal):
        return
    await record(tx, step)
    await release(tx)


def _ignore(event: SegmentRendered | SegmentFailed, reason: str) -> None:
    metrics.RESULTS_IGNORED.labels(reason).inc()
    log.warning(
        "result_ignored",
        reason=str(reason),
        render_id=str(event.render_id),
        result=event.type,
        worker=event.worker,
    )
