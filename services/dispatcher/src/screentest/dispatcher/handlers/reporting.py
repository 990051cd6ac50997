"""Saying why everything waits: at most once a second, and when something has changed.

Transient: it is lost where nobody listens, so it is also said again every now and then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from time import perf_counter

from screentest.common.db import Pool, Tx, is_transient, transaction
from screentest.common.events import QueueChanged, WaitingRun
from screentest.common.ids import new_id
from screentest.common.logs import get_logger
from screentest.dispatcher import metrics
from screentest.dispatcher.domain.waiting import Queue
from screentest.dispatcher.store import queue
from screentest.dispatcher.store.reports import fingerprint, take_turn
from screentest.dispatcher.store.shares import load_shares
from screentest.dispatcher.store.workers import capabilities, live_workers

log = get_logger()

_AT_MOST_EVERY_S = 1.0

#: A replica of the api that has just started, or missed a part, hears all of it again.
#: The api believes no picture that is older than 10 s.
_AGAIN_AFTER_S = 4.0

#: Of the JSON of one event: the longest run's, and the frame around them, stay below 48 kB.
_PART_BYTES = 47_000

#: A long queue is explained less often: it takes a tenth of the time at most.
_PART_OF_TIME = 10

Publish = Callable[[QueueChanged], Awaitable[None]]


async def report(pool: Pool, publish: Publish) -> None:
    """Say why everything waits, for ever; outlives the database."""
    while True:
        took_s = 0.0
        try:
            began = perf_counter()
            for part in await changes(pool):
                await publish(part)
                took_s = perf_counter() - began
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("report_put_off", error=f"{type(error).__name__}: {error}")
        if took_s:
            metrics.QUEUE_REPORT_SECONDS.observe(took_s)
        await asyncio.sleep(max(_AT_MOST_EVERY_S, took_s * _PART_OF_TIME))


async def changes(pool: Pool) -> list[QueueChanged]:
    """What is to be said now: all parts of a new picture, or nothing."""
    async with transaction(pool) as tx:
        is_due = await take_turn(
            tx,
            await fingerprint(tx),
            at_most_every_s=_AT_MOST_EVERY_S * 0.9,
            again_after_s=_AGAIN_AFTER_S,
        )
        if not is_due:
            return []
        waiting = await _waiting(tx)
    parts = list(_parts(waiting)) or [[]]
    snapshot = new_id()
    return [
        QueueChanged(snapshot=snapshot, part=number, parts=len(parts), waiting=tuple(part))
        for number, part in enumerate(parts, start=1)
    ]


async def _waiting(tx: Tx) -> list[WaitingRun]:
    workers = await live_workers(tx)
    now = Queue(
        waiting=await queue.all_waiting(tx),
        workers=workers,
        released=await queue.released_renders(tx),
        capabilities=await capabilities(tx, {worker.place for worker in workers}),
        shares=await load_shares(tx),
        paused_lanes=await queue.paused_lanes(tx),
    )
    waiting = [WaitingRun(**vars(reason)) for reason in now.reasons()]
    waiting += [
        WaitingRun(
            run_id=run_id,
            code="awaiting_frame",
            reason="it goes on once somebody has chosen the boundary frame",
        )
        for run_id in await queue.awaiting_frame(tx)
    ]
    return waiting


def _parts(waiting: Sequence[WaitingRun]) -> Iterator[list[WaitingRun]]:
    part: list[WaitingRun] = []
    left_bytes = _PART_BYTES
    for each in waiting:
        size_bytes = len(each.model_dump_json()) + 1
        if part and size_bytes > left_bytes:
            yield part
            part, left_bytes = [], _PART_BYTES
        part.append(each)
        left_bytes -= size_bytes
    if part:
        yield part
