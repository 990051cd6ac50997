"""The servers of a bench: those the environment names, else private and durable ones."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from screentest.common.ids import new_id
from screentest.common.migrate import migrate
from screentest.stack.servers import Servers

MIGRATIONS = Path(__file__).parents[1] / "migrations"


@contextmanager
def servers(folder: Path) -> Iterator[tuple[str, str]]:
    """Addresses of Postgres (as admin) and RabbitMQ."""
    pg_dsn, amqp_url = os.environ.get("SCREENTEST_PG_DSN"), os.environ.get("SCREENTEST_AMQP_URL")
    if pg_dsn and amqp_url:
        yield pg_dsn, amqp_url
        return
    with Servers(folder / "servers", durable=True) as private:
        yield private.pg_admin_dsn("postgres"), private.amqp_url()


async def new_database(admin_dsn: str, role_passwords: dict[str, str]) -> str:
    """Address of a fresh, migrated database, as admin."""
    name = f"screentest_bench_{new_id().hex}"
    connection = await asyncpg.connect(admin_dsn)
    await connection.execute(f"create database {name}")
    await connection.close()
    dsn = urlunsplit(urlsplit(admin_dsn)._replace(path=f"/{name}"))
    await migrate(dsn, root=MIGRATIONS, role_passwords=role_passwords)
    return dsn
