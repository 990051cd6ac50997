"""The live feed: what changes, from the database to every browser that watches this process.

One LISTEN connection a process; the table is the truth and a notification only a doorbell. Must
never let a slow browser hold up the others, or grow without bound: it is cut, and resumes.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

from screentest.api.store import live_events, sessions
from screentest.api.store.live_events import LiveEvent, StoredEvent
from screentest.common.db import Pool, connect, is_transient
from screentest.common.logs import get_logger

log = get_logger()

SCHEMA = "api"
HEARTBEAT_S = 15.0
"""Proxies close what is silent for a minute; 15 s is what the HTML standard suggests."""

_PAGE = 500
_QUEUED = 1000
"""Events a browser may be behind: what half a minute of a busy evening makes."""
_POLL_S = 5.0
"""How soon an event is found when its notification was lost, and a lost connection made again."""


class Watcher:
    """One browser, and what it has not been sent yet."""

    def __init__(self, session: str | None = None) -> None:
        #: The name of the session it may watch by; None where an API key or a ticket said so.
        self.session = session
        self._queue: asyncio.Queue[LiveEvent] = asyncio.Queue(_QUEUED)
        self._cut = asyncio.Event()

    def offer(self, event: LiveEvent) -> None:
        """Queue an event; cut the browser off when it is too far behind.

        Progress, which the next report replaces, is dropped long before that.
        """
        if not isinstance(event, StoredEvent) and self._queue.qsize() > _QUEUED // 2:
            return
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            self.cut()

    def cut(self) -> None:
        """End the stream; the browser comes back and resumes from the table."""
        self._cut.set()

    async def next(self, timeout_s: float) -> LiveEvent | None:
        """The next event, or None when none comes in time.

        Raises:
            EOFError: the stream has ended.
        """
        getting = asyncio.create_task(self._queue.get())
        await self._unless_cut(getting, timeout_s)
        return None if getting.cancelled() else getting.result()

    async def until(self, moment: asyncio.Event) -> None:
        """Wait for ``moment``.

        Raises:
            EOFError: the stream has ended before.
        """
        await self._unless_cut(asyncio.create_task(moment.wait()), None)

    async def _unless_cut(self, task: asyncio.Task[Any], timeout_s: float | None) -> None:
        cut = asyncio.create_task(self._cut.wait())
        try:
            await asyncio.wait([task, cut], timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if self._cut.is_set():
                raise EOFError
        finally:
            cut.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait([task])


class LiveFeed:
    """Hands every new live event to every watcher of this process, in the order of their ids."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()
        self._last_id = 0
        self._doorbell = asyncio.Event()
        #: Set once events reach watchers; a stream that begins earlier could miss some.
        self._following = asyncio.Event()
        self._stopped = False

    def publish(self, event: LiveEvent) -> None:
        """Hand on an event that is not stored."""
        for watcher in self._watchers:
            watcher.offer(event)

    async def run(self, dsn: str) -> None:
        """Follow the table until cancelled; survives the loss of the database."""
        try:
            while True:
                try:
                    await self._session(dsn)
                except Exception as error:
                    if not is_transient(error):
                        log.exception("live_feed_failed")
                    log.warning("live_feed_reconnects", error=f"{type(error).__name__}: {error}")
                await asyncio.sleep(1)
        finally:
            self._stopped = True
            for watcher in self._watchers:
                watcher.cut()

    async def _session(self, dsn: str) -> None:
        connection = await connect(dsn, schema=SCHEMA)
        try:
            await connection.add_listener(f"{live_events.CHANNEL}_{SCHEMA}", self._hear)
            if not self._following.is_set():
                _, self._last_id = await live_events.bounds(connection)
                self._following.set()
            while True:
                self._doorbell.clear()
                while events := await live_events.events_after(connection, self._last_id, _PAGE):
                    for event in events:
                        self.publish(event)
                    self._last_id = events[-1].id
                with suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_S):
                        await self._doorbell.wait()
        finally:
            connection.terminate()

    def _hear(self, *notification: object) -> None:
        *_, ended_session = notification
        if ended_session:
            for watcher in self._watchers:
                if watcher.session == ended_session:
                    watcher.cut()
        else:
            self._ring()

    def _ring(self) -> None:
        self._doorbell.set()

    @contextmanager
    def _watch(self, session: str | None) -> Iterator[Watcher]:
        watcher = Watcher(session)
        if self._stopped:
            watcher.cut()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    async def stream(
        self,
        pool: Pool,
        last_id: int | None,
        *,
        session: str | None = None,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> AsyncIterator[str]:
        """Server-sent events: those after ``last_id`` first, then every new one, until cut.

        Without ``last_id`` it begins now. Watching begins before the table is read, and what was
        read is not sent again: nothing is lost or repeated between the two.

        ``session``: with its end the stream ends: at once, or within a heartbeat where it ran out
        or nobody could be told.
        """
        with self._watch(session) as watcher, suppress(EOFError):
            await watcher.until(self._following)
            async for event in _backlog(pool, last_id):
                last_id = event.id
                yield written(event)
            assert last_id is not None, "a backlog says at least where it begins"
            look_at = monotonic() + heartbeat_s
            while True:
                news = await watcher.next(heartbeat_s)
                if session is not None and monotonic() >= look_at:
                    look_at = monotonic() + heartbeat_s
                    async with pool.acquire() as connection:
                        if not await sessions.is_open(connection, session):
                            return
                if news is None:
                    yield ": heartbeat\n\n"
                elif not isinstance(news, StoredEvent):
                    yield written(news)
                elif news.id > last_id:
                    last_id = news.id
                    yield written(news)


async def _backlog(pool: Pool, last_id: int | None) -> AsyncIterator[StoredEvent]:
    """What a browser missed; begins with ``ready``, or with ``reset`` when that is lost."""
    async with pool.acquire() as connection:
        oldest, newest = await live_events.bounds(connection)
    if last_id is None:
        yield live_events.marker("ready", newest)
        return
    if not oldest - 1 <= last_id <= newest:
        yield live_events.marker("reset", newest)
        return
    yield live_events.marker("ready", last_id)
    while True:
        async with pool.acquire() as connection:
            events = await live_events.events_after(connection, last_id, _PAGE)
        for event in events:
            yield event
        if len(events) < _PAGE:
            return
        last_id = events[-1].id


def written(event: LiveEvent) -> str:
    """An event as the HTML standard writes it."""
    data = event.data
    head = ""
    if isinstance(event, StoredEvent):
        head, data = f"id: {event.id}\n", {**data, "at": event.at.isoformat()}
    return f"{head}event: {event.type}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
