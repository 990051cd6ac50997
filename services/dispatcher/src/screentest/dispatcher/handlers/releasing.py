"""Releasing work: a waiting run becomes a RenderRequested when a slot is free for it.

One transaction at a time does so, in all replicas together.
"""

import asyncio
from uuid import UUID

from screentest.common import outbox
from screentest.common.db import Pool, Tx, is_transient, transaction
from screentest.common.events import Failure, Lane
from screentest.common.ids import new_id
from screentest.common.logs import get_logger
from screentest.common.recipes import Renderer
from screentest.dispatcher import metrics
from screentest.dispatcher.domain.lanes import choose, free_slots, open_slots
from screentest.dispatcher.domain.run import Release, Run, Status, Step
from screentest.dispatcher.handlers.recording import record
from screentest.dispatcher.handlers.sharing import settle
from screentest.dispatcher.store import renders
from screentest.dispatcher.store.locks import lock_release
from screentest.dispatcher.store.reuse import join
from screentest.dispatcher.store.runs import count_open, take_waiting
from screentest.dispatcher.store.workers import forget_workers, live_workers

log = get_logger()


async def release(tx: Tx) -> None:
    """Release as much waiting work as slots are free. The last thing a transaction does.

    The lock comes first, even where nothing seems to wait: of two transactions, one that adds work
    and one that frees a slot, the later must see what the earlier did.
    """
    await lock_release(tx)
    await settle(tx)
    while await _fill_slots(tx):
        pass


async def _fill_slots(tx: Tx) -> bool:
    """Give each free slot a run; True when some runs share a render and left slots free."""
    free = free_slots(await live_workers(tx), await renders.released_renders(tx))
    if not free:
        return False
    chosen = choose(await renders.oldest_waiting(tx, free), free)
    if not chosen:
        return False
    sharing: set[UUID] = set()
    runs = await take_waiting(tx, [waiting.run_id for waiting in chosen])
    for run in runs:
        if run.plan.run_id not in sharing:
            sharing |= await _release_run(tx, run)
    return any(run.plan.run_id in sharing for run in runs)


async def _release_run(tx: Tx, run: Run) -> set[UUID]:
    """Release a run's segment; returns the runs that share its render from now on."""
    match run.release(new_id()):
        case Step() as failed:
            await record(tx, failed)
            return set()
        case Release(request=request):
            try:
                await outbox.add(tx, request)
            except ValueError as error:
                # Must not stand in the way of others: every handler would fail with it.
                await record(tx, run.fail(Failure(code="recipe_too_large", message=str(error))))
                return set()
            waited = await renders.release(tx, request)
            metrics.QUEUE_WAIT_SECONDS.labels(request.lane).observe(waited.total_seconds())
            log.info(
                "render_released",
                run_id=str(request.run_id),
                segment=request.segment,
                render_id=str(request.render_id),
                attempt=request.attempt,
                waited_s=round(waited.total_seconds(), 3),
            )
            return await join(tx, request.render_id)


async def sweep(pool: Pool, *, every_s: float) -> None:
    """Release, and measure the backlog, every ``every_s`` for ever; outlives the database."""
    while True:
        try:
            async with transaction(pool) as tx:
                await forget_workers(tx)
                await release(tx)
            async with pool.acquire() as connection:
                await _measure(connection)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("sweep_put_off", error=f"{type(error).__name__}: {error}")
        await asyncio.sleep(every_s)


async def _measure(tx: Tx) -> None:
    runs = await count_open(tx)
    for lane in Lane:
        for status in (Status.WAITING, Status.RELEASED):
            metrics.OPEN_RUNS.labels(lane, status).set(runs.get((lane, status), 0))
    slots = open_slots(await live_workers(tx))
    for renderer in Renderer:
        metrics.LIVE_SLOTS.labels(renderer).set(slots[renderer])
