"""Leases: who may work on something, until when, and a fencing token that outdates the others.

Time is the database's, so that workers with wrong clocks agree.
"""

from dataclasses import dataclass

from screentest.common.db import Connection, Tx

_CLAIM = """
insert into leases (name, owner, token, expires_at)
values ($1, $2, 1, now() + make_interval(secs => $3))
on conflict (name) do update
set owner = excluded.owner, token = leases.token + 1, expires_at = excluded.expires_at
where leases.expires_at < now()
returning token
"""

_RENEW = """
update leases set expires_at = now() + make_interval(secs => $4)
where name = $1 and owner = $2 and token = $3
returning true
"""

_HOLDS = """
select true from leases where name = $1 and owner = $2 and token = $3 for update
"""

_RELEASE = "delete from leases where name = $1 and owner = $2 and token = $3"

_HAND_BACK = """
update leases set expires_at = now() - interval '1 microsecond'
where name = $1 and owner = $2 and token = $3
"""


@dataclass(frozen=True)
class Lease:
    """The right of ``owner`` to work on ``name`` until it expires."""

    name: str
    owner: str
    #: 1 for the first claim, one more for every later one.
    token: int


async def claim(connection: Connection, name: str, owner: str, *, ttl_s: float) -> Lease | None:
    """Claim ``name`` if nobody holds it; None when somebody does."""
    token = await connection.fetchval(_CLAIM, name, owner, ttl_s)
    return None if token is None else Lease(name, owner, token)


async def renew(connection: Connection, lease: Lease, *, ttl_s: float) -> bool:
    """Extend the lease; False when another claim has outdated it.

    A lease that ran out but was not claimed by anybody is renewed: no work need be lost.
    """
    return bool(await connection.fetchval(_RENEW, lease.name, lease.owner, lease.token, ttl_s))


async def holds(tx: Tx, lease: Lease) -> bool:
    """Whether the lease is still the newest claim; locks it until the transaction ends."""
    return bool(await tx.fetchval(_HOLDS, lease.name, lease.owner, lease.token))


async def release(connection: Connection, lease: Lease) -> None:
    """Forget the lease: the work is done. An outdated lease is left to its new owner."""
    await connection.execute(_RELEASE, lease.name, lease.owner, lease.token)


async def hand_back(connection: Connection, lease: Lease) -> None:
    """Let the lease expire at once, so that somebody else may go on with the work."""
    await connection.execute(_HAND_BACK, lease.name, lease.owner, lease.token)
