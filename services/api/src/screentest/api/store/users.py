"""Users and their API keys."""

import asyncpg

from screentest.api.domain.users import ApiKey, NewKey, Role, User
from screentest.api.problems.people import UserNameTaken
from screentest.api.store.rows import first, only
from screentest.common.db import Connection, Tx

_KEY_HOLDER = """
select u.id, u.name, u.role, u.weight, u.created_at, u.updated_at, k.id as key_id, k.sha256,
       k.last_used_at is null or k.last_used_at < now() - interval '1 minute' as is_stale
from api_keys k join users u on u.id = k.user_id
where k.prefix = $1 and k.revoked_at is null
"""


async def holder_of(connection: Connection, prefix: str) -> tuple[User, str, int, bool] | None:
    """(user, sha256 of the key, id of the key, whether its last use should be noted)."""
    row = await first(connection, _KEY_HOLDER, prefix)
    if row is None:
        return None
    return User(**row), row["sha256"], row["key_id"], row["is_stale"]


_NOTE_USE = "update api_keys set last_used_at = now() where id = $1"


async def note_use(connection: Connection, key_id: int) -> None:
    """Remember that a key was used just now."""
    await connection.execute(_NOTE_USE, key_id)


_ADD_USER = """
insert into users (name, role) values ($1, $2)
returning id, name, role, weight, created_at, updated_at
"""


async def add_user(tx: Tx, name: str, role: Role) -> User:
    """Make a user.

    Raises:
        UserNameTaken: somebody has that name.
    """
    try:
        return User(**await only(tx, _ADD_USER, name, role))
    except asyncpg.UniqueViolationError:
        raise UserNameTaken(name) from None


_ADMIN = """
insert into users (name, role) values ($1, 'admin')
on conflict (name) do update set role = 'admin'
returning id, name, role, weight, created_at, updated_at
"""


async def ensure_admin(tx: Tx, name: str) -> User:
    """The user of that name, made or raised to administrator."""
    return User(**await only(tx, _ADMIN, name))


_USER = "select id, name, role, weight, created_at, updated_at from users where id = $1"


async def user(tx: Tx, user_id: int) -> User | None:
    """The user of that id."""
    row = await first(tx, _USER, user_id)
    return None if row is None else User(**row)


_USERS = """
select id, name, role, weight, created_at, updated_at from users
where $1::bigint is null or id > $1
order by id limit $2
"""


async def users(tx: Tx, *, after: int | None, limit: int) -> list[User]:
    """Users by id, from after the given one."""
    return [User(**dict(row)) for row in await tx.fetch(_USERS, after, limit)]


_CHANGE_USER = """
update users set name = coalesce($2, name), role = coalesce($3, role),
    weight = coalesce($4, weight)
where id = $1
returning id, name, role, weight, created_at, updated_at
"""


async def change_user(
    tx: Tx, user_id: int, *, name: str | None, role: Role | None, weight: float | None = None
) -> User | None:
    """Change what is not None.

    Raises:
        UserNameTaken: somebody has that name.
    """
    try:
        row = await first(tx, _CHANGE_USER, user_id, name, role, weight)
    except asyncpg.UniqueViolationError:
        raise UserNameTaken(name or "") from None
    return None if row is None else User(**row)


# Locked, so that two administrators cannot remove each other at the same moment.
_ADMINS = "select id from users where role = 'admin' order by id for update"


async def admins(tx: Tx) -> list[int]:
    """Ids of all administrators, who stay so until the transaction ends."""
    return [row["id"] for row in await tx.fetch(_ADMINS)]


# Administrators as well, in one order: two who remove each other would wait for each other.
_LOCK_USER = "select true from users where id = $1 or role = 'admin' order by id for update"


async def lock_user(tx: Tx, user_id: int) -> None:
    """Let nobody ask for anything in a user's name until the transaction ends."""
    await tx.execute(_LOCK_USER, user_id)


_DELETE_USER = "delete from users where id = $1 returning id"


async def delete_user(tx: Tx, user_id: int) -> bool:
    """Remove a user, the keys and the test shots of theirs; whether there was one."""
    return await tx.fetchval(_DELETE_USER, user_id) is not None


_ADD_KEY = """
insert into api_keys (user_id, prefix, sha256) values ($1, $2, $3)
returning id, user_id, prefix, created_at, last_used_at, revoked_at
"""


async def add_key(tx: Tx, user_id: int, key: NewKey) -> ApiKey:
    """Store what is needed to recognise a key."""
    return ApiKey(**await only(tx, _ADD_KEY, user_id, key.prefix, key.sha256))


_KEYS = """
select id, user_id, prefix, created_at, last_used_at, revoked_at from api_keys
where user_id = $1 and ($2::bigint is null or id > $2)
order by id limit $3
"""


async def keys_of(tx: Tx, user_id: int, *, after: int | None, limit: int) -> list[ApiKey]:
    """A user's keys by id, revoked ones too."""
    return [ApiKey(**dict(row)) for row in await tx.fetch(_KEYS, user_id, after, limit)]


_REVOKE_KEY = """
update api_keys set revoked_at = coalesce(revoked_at, now()) where user_id = $1 and id = $2
returning id
"""


async def revoke_key(tx: Tx, user_id: int, key_id: int) -> bool:
    """Let a key open nothing from now on; whether the user has it."""
    return await tx.fetchval(_REVOKE_KEY, user_id, key_id) is not None
