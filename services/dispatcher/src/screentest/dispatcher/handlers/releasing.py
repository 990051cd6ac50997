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
from screentest.common.tracing import span
from screentest.dispatcher import metrics
from screentest.dispatcher.domain.displacing import given_place
from screentest.dispatcher.domain.lanes import free_slots, open_slots
from screentest.dispatcher.domain.policy import Pick
from screentest.dispatcher.domain.run import Release, Run, Status, Step
from screentest.dispatcher.domain.shares import Shares
from screentest.dispatcher.handlers.displacing import displace
from screentest.dispatcher.handlers.policy import policy_now
from screentest.dispatcher.handlers.recalling import recall
from screentest.dispatcher.handlers.recording import record
from screentest.dispatcher.handlers.sharing import settle
from screentest.dispatcher.store import queue, renders
from screentest.dispatcher.store.locks import lock_release
from screentest.dispatcher.store.reuse import join
from screentest.dispatcher.store.runs import count_open, take_waiting
from screentest.dispatcher.store.shares import (
    balance,
    forget_places,
    guarantee,
    load_shares,
    save_shares,
)
from screentest.dispatcher.store.workers import forget_workers, live_workers

log = get_logger()


async def release(tx: Tx, *, first: UUID | None = None) -> None:
    """Release as much waiting work as slots are free. The last thing a transaction does.

    ``first`` is the run that a render has just given its place to.

    The lock comes first, even where nothing seems to wait: of two transactions, one that adds work
    and one that frees a slot, the later must see what the earlier did.
    """
    await lock_release(tx)
    await settle(tx)
    shares = await load_shares(tx)
    changed = await balance(tx, shares)
    if first is not None:
        chose, _ = await _fill_slots(tx, shares, first)
        changed = changed or chose
    more = True
    while more:
        chose, more = await _fill_slots(tx, shares)
        changed = changed or chose
    await displace(tx, shares)
    if changed:
        await save_shares(tx, shares)


async def _fill_slots(tx: Tx, shares: Shares, first: UUID | None = None) -> tuple[bool, bool]:
    """Give each free slot a run; returns whether any was chosen, and whether slots stay free.

    With ``first``, only the one that it was given. Slots stay free where a run turned out to share
    the render of another, or cannot be rendered.
    """
    workers = await live_workers(tx)
    free = free_slots(workers, await queue.released_renders(tx))
    if not free:
        return False, False
    waiting = await queue.first_waiting(tx, {slot.place.renderer for slot in free}, len(free))
    if not waiting:
        return False, False
    policy = await policy_now(tx, shares, workers)
    if first is not None:
        waiting, free = given_place(first, waiting, free, policy)
    picks = {pick.run.run_id: pick for pick in policy.choose(waiting, free)}
    if policy.passed:
        await queue.count_passed(tx, policy.passed)
    runs = await take_waiting(tx, list(picks))
    released, sharing = set[UUID](), set[UUID]()
    for run in runs:
        run_id = run.plan.run_id
        if run_id not in sharing:
            joined = await _release_run(tx, run, picks[run_id])
            if joined is not None:
                released.add(run_id)
                sharing |= joined
    for run_id in picks.keys() - released:
        policy.take_back(picks[run_id])
    # What could not be taken is being decided about elsewhere; a release follows there.
    return bool(picks), len(runs) > len(released)


async def _release_run(tx: Tx, run: Run, pick: Pick) -> set[UUID] | None:
    """Release a run's segment; returns the runs that share its render from now on, None if not."""
    with span(
        "release render",
        parent=run.traceparent,
        attributes={"screentest.run_id": str(run.plan.run_id), "screentest.segment": run.segment},
    ):
        return await _release(tx, run, pick)


async def _release(tx: Tx, run: Run, pick: Pick) -> set[UUID] | None:
    match run.release(new_id()):
        case Step() as failed:
            await record(tx, failed)
            return None
        case Release(request=request):
            waited_s = await renders.waited_s(tx, request.run_id)
            request = request.model_copy(
                update={
                    "needs": pick.run.needs,
                    "capability_class": pick.slot.place.capability_class,
                    "waited_s": waited_s,
                }
            )
            try:
                await outbox.add(tx, request)
            except ValueError as error:
                # Must not stand in the way of others: every handler would fail with it.
                await record(tx, run.fail(Failure(code="recipe_too_large", message=str(error))))
                return None
            await renders.release(tx, request, pick)
            metrics.QUEUE_WAIT_SECONDS.labels(request.lane).observe(waited_s)
            log.info(
                "render_released",
                run_id=str(request.run_id),
                segment=request.segment,
                render_id=str(request.render_id),
                attempt=request.attempt,
                waited_s=round(waited_s, 3),
            )
            return await join(tx, request.render_id)


async def sweep(pool: Pool, *, every_s: float, production_share: float) -> None:
    """Release, and measure the backlog, every ``every_s`` for ever; outlives the database."""
    is_told = False
    while True:
        try:
            async with transaction(pool) as tx:
                await forget_workers(tx)
                await recall(tx)
                await lock_release(tx)
                await forget_places(tx)
                if not is_told:
                    await guarantee(tx, production_share)
                await release(tx)
            is_told = True
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
