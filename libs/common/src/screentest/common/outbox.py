"""The transactional outbox: an event is committed with the change that caused it, then published.

`add` writes the event inside the caller's transaction; the service's `Relay` publishes it with
confirms and deletes the row. Must never publish an event whose transaction did not commit.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from screentest.common.clock import utc_now
from screentest.common.db import Connection, Tx, connect, is_transient
from screentest.common.events import Envelope, Event
from screentest.common.ids import new_id
from screentest.common.inbox import forget_old
from screentest.common.logs import get_logger
from screentest.common.metrics import OUTBOX_AGE_SECONDS, OUTBOX_FAILED, OUTBOX_PUBLISHED
from screentest.common.tracing import current_traceparent

log = get_logger()

CHANNEL = "outbox"
"""NOTIFY channel, completed by the schema: notifications are global to a database."""

MAX_BODY_BYTES = 64 * 1024

_ADD = """
with added as (
    insert into outbox
        (message_id, type, routing_key, subject, traceparent, body, occurred_at)
    select message_id, type, routing_key, subject, $6, body::jsonb, $7
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality
        as e (message_id, type, routing_key, subject, body, place)
    order by place)
select pg_notify('outbox_' || current_schema(), '')
"""

_UNPUBLISHED = """
select position, message_id, type, routing_key, subject, traceparent, body, occurred_at
from outbox where not subject = any($1::text[])
order by position limit $2
"""

_PUBLISHED = "delete from outbox where position = any($1::bigint[])"

_OLDEST = "select coalesce(extract(epoch from now() - min(occurred_at)), 0)::float from outbox"

# A session lock: held as long as the relay's connection lives, free at once when it dies.
_LEAD = "select pg_try_advisory_lock(hashtext('outbox'), hashtext(current_schema()))"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An event on its way out."""

    position: int
    message_id: UUID
    type: str
    routing_key: str
    subject: str
    traceparent: str | None
    body: dict[str, Any]
    occurred_at: datetime

    def envelope(self, source: str) -> Envelope:
        """The letter's envelope, said by ``source``."""
        return Envelope(
            id=self.message_id,
            source=source,
            type=self.type,
            time=self.occurred_at,
            subject=self.subject,
            traceparent=self.traceparent,
        )


async def add(tx: Tx, event: Event) -> UUID:
    """Commit ``event`` with the transaction; returns the id of the message it becomes.

    Raises:
        ValueError: the event is larger than 64 kB.
    """
    return (await add_all(tx, [event]))[0]


async def add_all(tx: Tx, events: Sequence[Event]) -> list[UUID]:
    """Commit many events with one statement, to be published in this order.

    Raises:
        ValueError: an event is larger than 64 kB.
    """
    ids = [new_id() for _ in events]
    await tx.execute(
        _ADD,
        ids,
        [event.type for event in events],
        [event.routing_key for event in events],
        [event.subject for event in events],
        [_body(event) for event in events],
        current_traceparent.get(),
        utc_now(),
    )
    return ids


def _body(event: Event) -> str:
    body = event.model_dump_json()
    size = len(body.encode())
    if size > MAX_BODY_BYTES:
        raise ValueError(
            f"{event.type} of {event.subject} has {size} bytes and events carry at most "
            f"{MAX_BODY_BYTES}: store what is large and send its key"
        )
    return body


class Relay:
    """Publishes a schema's outbox. Many replicas may run one; one of them leads at a time."""

    batch = 100
    #: Published at the same time: more would keep the rest of the process waiting, an api's answers
    #: for one, while they are written.
    at_once = 10
    #: How soon an event is found when its notification was lost, and a failed one tried again.
    poll_s = 1.0

    def __init__(self, dsn: str, schema: str, publish: Callable[[Letter], Awaitable[None]]) -> None:
        self._dsn = dsn
        self._schema = schema
        self._publish = publish
        self._doorbell = asyncio.Event()
        self._turn = asyncio.Semaphore(self.at_once)

    async def run(self) -> None:
        """Publish for ever; survives the loss of the database and of the broker."""
        while True:
            try:
                await self._session()
            except Exception as error:
                if not is_transient(error):
                    log.exception("outbox_relay_failed")
                log.warning("outbox_relay_reconnects", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(self.poll_s)

    async def _session(self) -> None:
        connection = await connect(self._dsn, schema=self._schema)
        try:
            while not await connection.fetchval(_LEAD):  # noqa: ASYNC110 - the lock has no event
                await asyncio.sleep(self.poll_s)
            await connection.add_listener(f"{CHANNEL}_{self._schema}", self._ring)
            log.info("outbox_relay_leads", schema=self._schema)
            while True:
                self._doorbell.clear()
                await self.drain(connection)
                OUTBOX_AGE_SECONDS.set(await connection.fetchval(_OLDEST))
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.poll_s):
                        await self._doorbell.wait()
                    continue
                await forget_old(connection)
        finally:
            connection.terminate()

    def _ring(self, *_: object) -> None:
        self._doorbell.set()

    async def drain(self, connection: Connection) -> int:
        """Publish until nothing more can be; returns how many events were.

        A failed event holds back the later ones of its subject, and nobody else's.
        """
        total = 0
        blocked: set[str] = set()
        while letters := await self._unpublished(connection, blocked):
            by_subject: dict[str, list[Letter]] = defaultdict(list)
            for letter in letters:
                by_subject[letter.subject].append(letter)
            results = await asyncio.gather(*map(self._publish_in_order, by_subject.values()))
            published = [letter.position for sent in results for letter in sent]
            await connection.execute(_PUBLISHED, published)
            total += len(published)
            blocked |= {
                subject
                for (subject, wanted), sent in zip(by_subject.items(), results, strict=True)
                if len(sent) < len(wanted)
            }
        return total

    async def _unpublished(self, connection: Connection, blocked: set[str]) -> list[Letter]:
        rows = await connection.fetch(_UNPUBLISHED, list(blocked), self.batch)
        return [Letter(**dict(row)) for row in rows]

    async def _publish_in_order(self, letters: list[Letter]) -> list[Letter]:
        """Publish one subject's letters until one fails; returns those that were accepted."""
        sent = []
        for letter in letters:
            try:
                async with self._turn:
                    await self._publish(letter)
            except Exception as error:  # noqa: BLE001 - whatever it was, the event stays and is tried again
                OUTBOX_FAILED.labels(letter.type).inc()
                log.warning(
                    "event_not_published",
                    type=letter.type,
                    subject=letter.subject,
                    error=f"{type(error).__name__}: {error}",
                )
                break
            OUTBOX_PUBLISHED.labels(letter.type).inc()
            sent.append(letter)
        return sent
