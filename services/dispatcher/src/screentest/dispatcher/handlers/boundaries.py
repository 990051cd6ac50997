"""Boundary frames that people choose."""

from structlog.contextvars import bind_contextvars

from screentest.common.db import Tx
from screentest.common.events import BoundaryChosen
from screentest.common.logs import get_logger
from screentest.common.problems import Retryable
from screentest.dispatcher.domain.run import Refusal
from screentest.dispatcher.handlers.recording import record
from screentest.dispatcher.handlers.releasing import release
from screentest.dispatcher.store import renders, runs

log = get_logger()


async def on_boundary_chosen(event: BoundaryChosen, tx: Tx) -> None:
    """Let the run go on from the chosen frame, once.

    Raises:
        Retryable: the run, or that its segment is rendered, is not known yet.
    """
    bind_contextvars(run_id=str(event.run_id), segment=event.segment)
    run = await runs.load_run(tx, event.run_id)
    step = Refusal.TOO_EARLY if run is None else run.take_boundary(event)

    if step is Refusal.TOO_EARLY:
        raise Retryable(f"segment {event.segment} of run {event.run_id} is not known yet")
    if isinstance(step, Refusal):
        log.info("boundary_ignored", reason=str(step))
        return
    await renders.cut_segment(tx, event)
    await record(tx, step)
    await release(tx)
