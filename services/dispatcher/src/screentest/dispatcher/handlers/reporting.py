"""Saying why everything waits: at most once a second, and when something has changed.

Transient: it is lost where nobody listens, so it is also said again every now and then.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from time import perf_counter

from screentest.common.db import Pool, Tx, is_transient, transaction
from screentest.common.events import Lane, Outlook, QueueChanged, WaitingCode, WaitingRun
from screentest.common.ids import new_id
from screentest.common.logs import get_logger
from screentest.dispatcher import metrics
from screentest.dispatcher.domain.waiting import Queue
from screentest.dispatcher.store import queue
from screentest.dispatcher.store.reports import fingerprint, take_turn
from screentest.dispatcher.store.shares import load_shares
from screentest.dispatcher.store.waiting import all_waiting, awaiting
from screentest.dispatcher.store.workers import capabilities, live_workers

log = get_logger()

_AT_MOST_EVERY_S = 1.0

#: A replica of the api that has just started, or missed a part, hears all of it again.
#: The api believes no picture that is older than 10 s.
_AGAIN_AFTER_S = 4.0

_BELIEVED_S = 10.0

#: Of the JSON of one event: the longest run's, and the frame around them, stay below 48 kB.
_PART_BYTES = 47_000

#: A long queue is explained less often: it takes a tenth of the time at most, as long as the api
#: does not forget what was said before it is said again.
_PART_OF_TIME = 10

Publish = Callable[[QueueChanged], Awaitable[None]]


async def report(pool: Pool, publish: Publish) -> None:
    """Say why everything waits, for ever; outlives the database."""
    silent_s = 0.0
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
        silent_s = 0.0 if took_s else silent_s + _AT_MOST_EVERY_S
        if silent_s > _BELIEVED_S:
            _measure({})  # another replica explains
        await asyncio.sleep(pause_s(took_s))


def pause_s(took_s: float) -> float:
    """How long nothing is said after a report that took so long."""
    return min(max(_AT_MOST_EVERY_S, took_s * _PART_OF_TIME), _AGAIN_AFTER_S)


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
        now = await _queue(tx)
    # Thousands of reasons take a while: events are handled meanwhile.
    return await asyncio.to_thread(_said_of, now)


async def _queue(tx: Tx) -> Queue:
    workers = await live_workers(tx)
    return Queue(
        waiting=await all_waiting(tx),
        workers=workers,
        released=await queue.released_renders(tx),
        capabilities=await capabilities(tx, {worker.place for worker in workers}),
        shares=await load_shares(tx),
        paused_lanes=await queue.paused_lanes(tx),
        awaiting=await awaiting(tx),
    )


def _said_of(now: Queue) -> list[QueueChanged]:
    reasons, found = now.explain()
    lanes = now.lanes
    _measure(Counter((lanes[reason.run_id], reason.code) for reason in reasons))
    outlooks = tuple(
        Outlook(
            renderer=each.place.renderer,
            capability_class=each.place.capability_class,
            lane=each.lane,
            starts_in_s=each.starts_in_s,
        )
        for each in found
    )
    # Not validated again: that took longer than all the rest.
    waiting = [WaitingRun.model_construct(**vars(reason)) for reason in reasons]
    parts = list(_parts(waiting, sum(_size_bytes(each) for each in outlooks))) or [[]]
    snapshot = new_id()
    return [
        QueueChanged(
            snapshot=snapshot,
            part=number,
            parts=len(parts),
            waiting=tuple(part),
            outlooks=outlooks if number == 1 else (),
        )
        for number, part in enumerate(parts, start=1)
    ]


def _measure(runs: Mapping[tuple[Lane, WaitingCode], int]) -> None:
    for lane in Lane:
        for code in WaitingCode:
            metrics.BACKLOG.labels(lane, code).set(runs.get((lane, code), 0))


def _parts(waiting: Sequence[WaitingRun], taken_bytes: int) -> Iterator[list[WaitingRun]]:
    """The runs, in parts that fit an event; of the first so many bytes are taken."""
    part: list[WaitingRun] = []
    left_bytes = _PART_BYTES - taken_bytes
    for each in waiting:
        size_bytes = _size_bytes(each)
        if part and size_bytes > left_bytes:
            yield part
            part, left_bytes = [], _PART_BYTES
        part.append(each)
        left_bytes -= size_bytes
    if part:
        yield part


def _size_bytes(each: WaitingRun | Outlook) -> int:
    return len(each.model_dump_json()) + 1
