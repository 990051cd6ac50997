"""Answers already given to requests with an Idempotency-Key."""

from dataclasses import dataclass

import asyncpg

from screentest.api.problems.general import RequestInProgress
from screentest.api.store.rows import only
from screentest.common.db import Connection, Tx


@dataclass(frozen=True)
class StoredAnswer:
    """What was answered, and to which request."""

    fingerprint: str
    status: int
    headers: dict[str, str]
    #: None when it held a secret and was not kept.
    body: bytes | None


_LIMIT_WAIT = "select set_config('lock_timeout', $1, true)"

# Waits for a transaction that has inserted the same key: whether it commits decides. A key of
# yesterday is taken over.
_CLAIM = """
insert into idempotency_keys as known (user_id, key, fingerprint) values ($1, $2, $3)
on conflict (user_id, key) do update
    set fingerprint = excluded.fingerprint, status = null, headers = '{}', body = null,
        created_at = now()
    where known.created_at < now() - interval '24 hours'
returning true
"""

_STORED = """
select fingerprint, status, headers, body from idempotency_keys where user_id = $1 and key = $2
"""


async def claim(
    tx: Tx, *, user_id: int, key: str, fingerprint: str, wait_s: float
) -> StoredAnswer | None:
    """None: the key is the caller's, who must `remember` an answer or roll back.

    Raises:
        RequestInProgress: another request with the key was not answered within ``wait_s``.
    """
    await tx.execute(_LIMIT_WAIT, f"{wait_s * 1000:.0f}ms")
    try:
        if await tx.fetchval(_CLAIM, user_id, key, fingerprint):
            return None
    except asyncpg.LockNotAvailableError:
        raise RequestInProgress(
            f'The first request with Idempotency-Key "{key}" is still being answered: '
            "send this one again in a few seconds.",
            headers={"Retry-After": "2"},
        ) from None
    return StoredAnswer(**await only(tx, _STORED, user_id, key))


_REMEMBER = """
update idempotency_keys set status = $3, headers = $4, body = $5 where user_id = $1 and key = $2
"""


async def remember(
    tx: Tx, *, user_id: int, key: str, status: int, headers: dict[str, str], body: bytes | None
) -> None:
    """Keep the answer with the change it reports."""
    await tx.execute(_REMEMBER, user_id, key, status, headers, body)


_FORGET = "delete from idempotency_keys where created_at < now() - interval '24 hours'"


async def forget_old(connection: Connection) -> None:
    """Remove answers older than a day."""
    await connection.execute(_FORGET)
