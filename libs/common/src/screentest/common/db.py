"""Postgres connections: a pool whose sessions see one schema, and transactions.

Must never hold SQL of a service.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg
from pydantic_core import from_json, to_json

if TYPE_CHECKING:
    Connection = (
        asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    )
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool

#: A connection inside a transaction. Handlers and stores take one and never commit.
Tx = Connection

_AWAY_OR_BUSY = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
)
_ABOUT_FILES = (FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError)


def is_transient(error: BaseException) -> bool:
    """Whether the database or the network was away or busy, so that trying again may help."""
    return isinstance(error, _AWAY_OR_BUSY) and not isinstance(error, _ABOUT_FILES)


async def prepare_connection(connection: Connection) -> None:
    """Teach a new connection to read and write json(b) as Python values."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, encoder=_encoded, decoder=from_json, schema="pg_catalog"
        )


def _encoded(value: object) -> str:
    return to_json(value).decode()


async def create_pool(dsn: str, *, schema: str, size: int = 8) -> Pool:
    """Open a pool whose sessions resolve unqualified names in ``schema`` only.

    Raises:
        OSError, asyncpg.PostgresError: the server cannot be reached or refuses the role.
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        init=prepare_connection,
        server_settings={"search_path": schema, "application_name": f"screentest-{schema}"},
        command_timeout=30,
    )


async def connect(dsn: str, *, schema: str | None = None) -> "asyncpg.Connection[asyncpg.Record]":
    """Open one connection of its own, for LISTEN and session locks."""
    settings = {"search_path": schema} if schema else None
    connection = await asyncpg.connect(dsn, server_settings=settings)
    await prepare_connection(connection)
    return connection


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Tx]:
    """One transaction: commits when the block ends, rolls back when it raises."""
    async with pool.acquire() as connection, connection.transaction():
        yield connection


@asynccontextmanager
async def snapshot(pool: Pool) -> AsyncIterator[Tx]:
    """Reads that agree: none of them sees what commits after the first."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        yield connection
