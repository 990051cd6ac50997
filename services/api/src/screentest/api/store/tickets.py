"""Tickets: how a browser's EventSource, which sends no headers, says who it is. Once each."""

import hashlib
import secrets

from screentest.api.domain.users import User
from screentest.api.store import rows
from screentest.common.db import Connection, Tx

LIFETIME_S = 60

_ADD = """
insert into event_tickets (ticket_sha256, user_id, expires_at)
values ($1, $2, now() + make_interval(secs => $3))
"""

_FORGET = "delete from event_tickets where expires_at < now()"


async def make_ticket(tx: Tx, user_id: int) -> str:
    """A ticket for a user; only its hash is kept. Tickets that nobody used are swept out."""
    ticket = secrets.token_urlsafe(32)
    await tx.execute(_FORGET)
    await tx.execute(_ADD, _hash(ticket), user_id, float(LIFETIME_S))
    return ticket


_TAKE = """
with taken as (delete from event_tickets where ticket_sha256 = $1 returning user_id, expires_at)
select u.id, u.name, u.role, u.created_at, u.updated_at
from taken join users u on u.id = taken.user_id
where taken.expires_at > now()
"""


async def take_ticket(connection: Connection, ticket: str) -> User | None:
    """The user a ticket was made for, the first time it is shown; else None."""
    row = await rows.first(connection, _TAKE, _hash(ticket))
    return User(**row) if row else None


def _hash(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()
