"""Servers, databases and brokers for tests.

SCREENTEST_PG_DSN and SCREENTEST_AMQP_URL say which servers to use (`make test` starts private ones
and sets both); without them one session starts private servers of its own.
"""

import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import aio_pika
import asyncpg
import pytest
from _pytest.nodeid import coerce_node_id
from hypothesis import settings

from screentest.common.db import Pool, create_pool
from screentest.common.events import CONTRACTS
from screentest.common.ids import new_id
from screentest.common.migrate import SCHEMAS, dsn_for, migrate
from screentest.common.recipes import Renderer
from screentest.common.topology import RETRY_DELAYS, queue_name, render_queue

# A machine that is busy with something else is no fault of the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

ROOT = Path(__file__).parents[1]
MIGRATIONS = ROOT / "migrations"
ROLE_PASSWORDS = {schema: f"test-{schema}" for schema in SCHEMAS}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Write groups into the ids of tests, by which they are given to test processes.

    xdist 3.8 does so in a field that pytest 9.2 no longer reads: every process would start a whole
    stack of its own.
    """
    if not config.getoption("loadgroup", False):
        return
    for item in items:
        mark = item.get_closest_marker("xdist_group")
        if mark is not None and not item.nodeid.endswith(f"@{mark.args[0]}"):
            item._id = coerce_node_id(f"{item.nodeid}@{mark.args[0]}")


@dataclass(frozen=True)
class Database:
    """A migrated database of one test's own."""

    admin_dsn: str

    def dsn(self, schema: str) -> str:
        """Address with the role of that schema's service."""
        return dsn_for(self.admin_dsn, schema, ROLE_PASSWORDS[schema])


@dataclass(frozen=True)
class ServerAddresses:
    pg_admin_dsn: str
    amqp_url: str


@pytest.fixture(scope="session")
def servers() -> Iterator[ServerAddresses]:
    """Postgres and RabbitMQ: the ones the environment names, else private ones."""
    pg_dsn, amqp_url = os.environ.get("SCREENTEST_PG_DSN"), os.environ.get("SCREENTEST_AMQP_URL")
    if pg_dsn and amqp_url:
        yield ServerAddresses(pg_dsn, amqp_url)
        return
    from screentest.stack.servers import Servers

    with tempfile.TemporaryDirectory(prefix="screentest-") as folder:
        private = Servers(Path(folder), durable=False)
        private.start()
        try:
            yield ServerAddresses(private.pg_admin_dsn("postgres"), private.amqp_url())
        finally:
            private.stop()


def _with_path(address: str, path: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=path))


async def _admin(dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def template_database(servers: ServerAddresses) -> Iterator[str]:
    """The name of a migrated database that others are cloned from."""
    import asyncio

    name = f"screentest_template_{new_id().hex}"
    asyncio.run(_admin(servers.pg_admin_dsn, f"create database {name}"))
    asyncio.run(
        migrate(
            _with_path(servers.pg_admin_dsn, f"/{name}"),
            root=MIGRATIONS,
            role_passwords=ROLE_PASSWORDS,
        )
    )
    yield name
    asyncio.run(_admin(servers.pg_admin_dsn, f"drop database {name} with (force)"))


@pytest.fixture
async def database(servers: ServerAddresses, template_database: str) -> AsyncIterator[Database]:
    """A migrated, empty database that is dropped afterwards."""
    name = f"screentest_test_{new_id().hex}"
    await _admin(
        servers.pg_admin_dsn,
        f"create database {name} template {template_database}",
        # What `migrate` sets per database is not cloned.
        f"revoke all on database {name} from public",
        *(f"grant connect, temporary on database {name} to screentest_{s}" for s in SCHEMAS),
    )
    yield Database(_with_path(servers.pg_admin_dsn, f"/{name}"))
    await _admin(servers.pg_admin_dsn, f"drop database {name} with (force)")


@pytest.fixture
async def pool_of(database: Database) -> AsyncIterator[Callable[[str], Awaitable[Pool]]]:
    """Open a pool with the role of a schema: ``pool = await pool_of("qa")``."""
    pools: list[Pool] = []

    async def open_pool(schema: str) -> Pool:
        pool = await create_pool(database.dsn(schema), schema=schema, size=4)
        pools.append(pool)
        return pool

    yield open_pool
    for pool in pools:
        pool.terminate()


@pytest.fixture
async def amqp_url(servers: ServerAddresses, worker_id: str) -> AsyncIterator[str]:
    """A broker without our queues; parallel test processes have a virtual host each."""
    url = servers.amqp_url
    if worker_id != "master":
        url = _with_path(url, f"/test-{worker_id.removeprefix('gw')}")
    await _delete_queues(url)
    yield url
    await _delete_queues(url)


async def _delete_queues(url: str) -> None:
    services = [schema.replace("_", "-") for schema in SCHEMAS] + ["test"]
    names = [queue_name(service, event) for service in services for event in CONTRACTS.values()]
    names += [render_queue(service, renderer) for service in services for renderer in Renderer]
    names += [f"{name}.dead" for name in names]
    names += [delay.queue(service).name for service in services for delay in RETRY_DELAYS]
    connection = await aio_pika.connect(url)
    async with connection, connection.channel() as channel:
        for name in names:
            await channel.queue_delete(name)


@pytest.fixture
def objects_url(tmp_path: Path) -> str:
    """A folder as object storage."""
    return f"file://{tmp_path}/objects"
