"""What people want: runs, the end of runs, and promotions to go on from."""

from dataclasses import replace

from structlog.contextvars import bind_contextvars

from screentest.common.db import Tx
from screentest.common.events import ShotCancelled, ShotPromoted, ShotRequested
from screentest.common.logs import get_logger
from screentest.common.tracing import current_traceparent
from screentest.dispatcher.domain.plan import PromotedChain
from screentest.dispatcher.domain.run import Refusal, Run, open_run
from screentest.dispatcher.handlers.recording import announce, record
from screentest.dispatcher.handlers.releasing import release
from screentest.dispatcher.store import chains, locks, queue, runs
from screentest.dispatcher.store.reuse import want_fresh

log = get_logger()


async def on_shot_requested(event: ShotRequested, tx: Tx) -> None:
    """Open the run once; a second request with its id changes nothing."""
    bind_contextvars(run_id=str(event.run_id))
    await locks.lock_run(tx, event.run_id)
    promoted = None
    if event.scene_id is not None:
        await locks.lock_scene(tx, event.scene_id)
        promoted = await chains.find_chain(tx, event.scene_id)
    cancelled = await runs.was_cancelled(tx, event.run_id)

    step = open_run(event, promoted=promoted, cancelled=cancelled)

    run = replace(step.run, traceparent=current_traceparent.get())
    if not await runs.add_run(tx, run):
        log.info("run_requested_again")
        return
    await locks.share_controls(tx)
    await queue.enqueue(tx, event)
    if event.fresh:
        await want_fresh(tx, event.run_id)
    log.info("run_opened", kind=event.kind.value, lane=event.lane.value, segments=event.segments)
    await announce(tx, step)
    await release(tx)


async def on_shot_cancelled(event: ShotCancelled, tx: Tx) -> None:
    """End the run in whatever state it is; one not yet heard of will end when it is."""
    bind_contextvars(run_id=str(event.run_id))
    await locks.lock_run(tx, event.run_id)
    run = await runs.load_run(tx, event.run_id)
    if run is None:
        await runs.remember_cancel(tx, event)
        log.info("run_cancelled_before_it_was_heard_of")
        return

    step = run.cancel()

    if isinstance(step, Refusal):
        log.info("run_cancelled_too_late", status=run.status.value)
        return
    await record(tx, step)
    await release(tx)


async def on_shot_promoted(event: ShotPromoted, tx: Tx) -> None:
    """Make a test shot segment 1 of the scene's chain, once; runs that go on from it adopt it."""
    chain = PromotedChain.of(event)
    await locks.lock_scene(tx, chain.scene_id)
    if not await chains.add_chain(tx, chain):
        log.info("chain_promoted_again", scene_id=chain.scene_id)
        return
    log.info("chain_promoted", scene_id=chain.scene_id, promotion_id=str(chain.promotion_id))
    for run in await runs.take_followers(tx, chain.scene_id):
        await _adopt(tx, run, chain)
    await release(tx)


async def _adopt(tx: Tx, run: Run, chain: PromotedChain) -> None:
    if run.agrees_with(chain):
        return
    step = run.adopt(chain)
    if step is None:
        return
    log.warning("promotion_overrules_request", run_id=str(run.plan.run_id))
    await runs.save_plan(tx, step.run)
    await record(tx, step)
