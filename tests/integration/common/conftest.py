"""What tests of the shared machinery share."""

from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from screentest.common.ids import new_id


@pytest.fixture
async def empty_database(servers):
    """Administrator's address of a database without a table."""
    name = f"screentest_empty_{new_id().hex}"
    admin = await asyncpg.connect(servers.pg_admin_dsn)
    await admin.execute(f"create database {name}")
    yield urlunsplit(urlsplit(servers.pg_admin_dsn)._replace(path=f"/{name}"))
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()
