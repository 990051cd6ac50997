"""live_events: what browsers are told, in an order they can resume from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from screentest.common.clock import utc_now
from screentest.common.db import Connection, Tx

CHANNEL = "live_events"
"""NOTIFY channel, completed by the schema: notifications are global to a database."""


@dataclass(frozen=True, kw_only=True)
class LiveEvent:
    """Something that changed."""

    #: Noun and what happened to it: ``test-shot.changed``.
    type: str
    #: The id of the thing, and what of it may have changed.
    data: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class StoredEvent(LiveEvent):
    """A live event with the id a client resumes from."""

    id: int
    at: datetime


def marker(kind: str, last_id: int) -> StoredEvent:
    """An event that changes nothing and says from where a reader goes on."""
    return StoredEvent(type=kind, data={}, id=last_id, at=utc_now())


# Ids are drawn at the insert and become visible at the commit. Whoever holds this lock is the only
# one between the two, so a reader that has seen id 41 will never meet a 40 later.
_TAKE_TURN = "select pg_advisory_xact_lock(hashtext('live_events'), hashtext(current_schema()))"

_APPEND = "insert into live_events (type, data) values ($1, $2)"

_RING = "select pg_notify('live_events_' || current_schema(), '')"


async def append(tx: Tx, events: Sequence[LiveEvent]) -> None:
    """Tell browsers, once the transaction commits. Must be the last thing a transaction does.

    Later statements would make everybody else wait for them, and row locks taken later could
    deadlock.
    """
    await tx.execute(_TAKE_TURN)
    await tx.executemany(_APPEND, [(event.type, event.data) for event in events])
    await tx.execute(_RING)


# On the same channel: who listens for events hears it as well. Nothing says who it was.
_END_STREAMS = "select pg_notify('live_events_' || current_schema(), $1)"


async def end_streams(tx: Tx, session: str) -> None:
    """Cut the streams of a session, by its name, once the transaction commits."""
    await tx.execute(_END_STREAMS, session)


_AFTER = "select id, type, data, at from live_events where id > $1 order by id limit $2"


async def events_after(connection: Connection, last_id: int, limit: int) -> list[StoredEvent]:
    """The events that follow ``last_id``, oldest first."""
    return [StoredEvent(**dict(row)) for row in await connection.fetch(_AFTER, last_id, limit)]


_BOUNDS = "select coalesce(min(id), 1), coalesce(max(id), 0) from live_events"


async def bounds(connection: Connection) -> tuple[int, int]:
    """The oldest id that can still be read, and the newest."""
    row = await connection.fetchrow(_BOUNDS)
    assert row is not None
    return row[0], row[1]


# The newest row stays, whatever its age: it says where a reader stands.
_TRIM = """
delete from live_events
where at < now() - make_interval(hours => $1) and id < (select max(id) from live_events)
"""


async def trim(connection: Connection, *, hours: int) -> None:
    """Drop events that are older than anybody resumes from."""
    await connection.execute(_TRIM, hours)
