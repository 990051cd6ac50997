"""Whether the database answers."""

from screentest.common.db import Connection

_PING = "select 1"


async def ping(connection: Connection) -> None:
    """Ask the database anything.

    Raises:
        OSError, asyncpg.PostgresError: it is away.
    """
    await connection.fetchval(_PING)
