"""Sessions of browsers. Only the hash of a token is kept."""

import hashlib
import secrets
from datetime import datetime

from screentest.api.domain.sessions import IDLE_DAYS, MOST_DAYS
from screentest.api.domain.users import User
from screentest.api.store import live_events
from screentest.api.store.rows import first
from screentest.common.db import Connection, Tx

_ADD = """
insert into sessions (token_sha256, user_id, api_key_id, expires_at)
values ($1, $2, $3, now() + make_interval(days => $4))
returning expires_at
"""


async def add_session(tx: Tx, user_id: int, api_key_id: int) -> tuple[str, datetime]:
    """A new session: its token, seen this once, and when it ends if it is not used."""
    token = secrets.token_urlsafe(32)
    return token, await tx.fetchval(_ADD, _hash(token), user_id, api_key_id, IDLE_DAYS)


_HOLDER = """
select u.id, u.name, u.role, u.weight, u.created_at, u.updated_at,
    s.expires_at, s.api_key_id, s.last_used_at < now() - interval '1 minute' as is_stale
from sessions s
    join api_keys k on k.id = s.api_key_id and k.revoked_at is null
    join users u on u.id = s.user_id
where s.token_sha256 = $1 and s.expires_at > now()
"""


async def holder_of(connection: Connection, token: str) -> tuple[User, datetime, int, bool] | None:
    """(user, when the session ends, id of its key, whether its use should be noted)."""
    row = await first(connection, _HOLDER, _hash(token))
    if row is None:
        return None
    return User(**row), row["expires_at"], row["api_key_id"], row["is_stale"]


_NOTE_USE = """
update sessions set last_used_at = now(), expires_at = least(
    now() + make_interval(days => $2), created_at + make_interval(days => $3))
where token_sha256 = $1
returning expires_at
"""


async def note_use(connection: Connection, token: str) -> datetime | None:
    """Let a session last on; when it ends now. None when it has ended meanwhile."""
    ends: datetime | None = await connection.fetchval(_NOTE_USE, _hash(token), IDLE_DAYS, MOST_DAYS)
    return ends


_END = "delete from sessions where token_sha256 = $1"


async def end_session(tx: Tx, token: str) -> None:
    """Let a token open nothing from now on; one that opens nothing changes nothing."""
    await tx.execute(_END, _hash(token))
    await live_events.end_streams(tx, name_of(token))


_IS_OPEN = """
select true from sessions s join api_keys k on k.id = s.api_key_id and k.revoked_at is null
where s.token_sha256 = decode($1, 'hex') and s.expires_at > now()
"""


async def is_open(connection: Connection, session: str) -> bool:
    """Whether the session of that name goes on."""
    return bool(await connection.fetchval(_IS_OPEN, session))


def name_of(token: str) -> str:
    """What a session is called where its token must not be known."""
    return _hash(token).hex()


_FORGET = "delete from sessions where expires_at < now()"


async def forget_ended(connection: Connection) -> None:
    """Remove sessions that have run out."""
    await connection.execute(_FORGET)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
