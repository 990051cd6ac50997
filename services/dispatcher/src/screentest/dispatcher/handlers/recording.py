"""Recording a decision: the run as it is now, and the events that say so."""

from screentest.common import outbox
from screentest.common.db import Tx
from screentest.common.events import RenderCancelled, RunFinished
from screentest.common.logs import get_logger
from screentest.dispatcher import metrics
from screentest.dispatcher.domain.run import Step
from screentest.dispatcher.handlers.sharing import goes_on, note
from screentest.dispatcher.store.renders import cancel_renders
from screentest.dispatcher.store.runs import save_run

log = get_logger()


async def record(tx: Tx, step: Step) -> None:
    """Save the run and say what has happened to it."""
    await save_run(tx, step.run)
    await announce(tx, step)


async def announce(tx: Tx, step: Step) -> None:
    """Say what has happened to a run that is saved."""
    await note(tx, step.run)
    for event in step.says:
        match event:
            case RenderCancelled() if await goes_on(tx, event.render_id):
                continue
            case RenderCancelled():
                await cancel_renders(tx, [event.render_id])
            case RunFinished():
                metrics.RUNS_FINISHED.labels(step.run.plan.lane, event.status).inc()
                metrics.HALT_GPU_SECONDS_SAVED.inc(event.gpu_seconds_saved)
                log.info(
                    "run_finished",
                    run_id=str(event.run_id),
                    status=event.status.value,
                    segments=event.segments,
                    failure=event.failure and event.failure.message,
                )
        await outbox.add(tx, event)
