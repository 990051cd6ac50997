"""Private Postgres and RabbitMQ side by side in one folder.

Owns the folder's lock and the order of things: hold the folder, end what a killed stack left
there, start both servers at once. Knows nothing of the services.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import asyncpg

from screentest.common.migrate import SCHEMAS, role_of
from screentest.stack.folder import StackFolder
from screentest.stack.postgres import Postgres
from screentest.stack.processes import end_marked
from screentest.stack.rabbitmq import RabbitMQ

DATABASE = "screentest"


class Servers:
    """Two private servers; `start` and `stop` block and may be called from any thread."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        """Name the folder; `durable=False` gives up safety on power failure for speed (tests)."""
        self.folder = StackFolder(folder)
        self.postgres = Postgres(self.folder, durable=durable)
        self.rabbitmq = RabbitMQ(self.folder, durable=durable)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, *, once_postgres_is_up: Callable[[], None] = lambda: None) -> None:
        """Start both servers at once; the database `screentest` then exists.

        `once_postgres_is_up` runs in a thread while RabbitMQ, the slower of the two, still starts.

        Raises:
            FolderInUseError: another process runs servers in this folder.
            ServerMissingError: a server is not installed.
            StartError: a server did not come up.
        """
        self._hold()
        try:
            together(lambda: self._start_postgres(once_postgres_is_up), self.rabbitmq.start)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop both servers and let the folder go; harmless when they are not running."""
        try:
            together(self.rabbitmq.stop, self.postgres.stop)
        finally:
            if self.folder.is_locked_by_us:
                # A killed service's own children end by themselves, but a moment later.
                end_marked(self.folder.path)
            self.folder.unlock()

    @contextlib.contextmanager
    def postgres_alone(self) -> Iterator[None]:
        """Only Postgres, for as long as the block lasts.

        Raises:
            FolderInUseError, ServerMissingError, StartError: as `start`.
        """
        self._hold()
        try:
            self._start_postgres(lambda: None)
            yield
        finally:
            self.stop()

    def pg_admin_dsn(self, database: str = DATABASE) -> str:
        """Address for the superuser."""
        return self.postgres.admin_dsn(database)

    def pg_dsn(self, role: str, database: str = DATABASE) -> str:
        """Address for a service's login role, e.g. `screentest_api`; migrations make the role."""
        return self.postgres.dsn(role, self._role_password(role), database)

    def amqp_url(self, vhost: str = "/") -> str:
        """The administrator's address of `/`, or of `test-0` to `test-7` for tests at once."""
        return self.rabbitmq.url(vhost)

    @property
    def role_passwords(self) -> dict[str, str]:
        """The password `pg_dsn` uses for each schema's login role, by schema."""
        return {schema: self._role_password(role_of(schema)) for schema in SCHEMAS}

    def create_database(self, name: str) -> None:
        """Make an empty database unless it exists."""
        asyncio.run(_create_database(self.pg_admin_dsn("postgres"), name))

    def _hold(self) -> None:
        self.folder.prepare()
        self.folder.lock()
        end_marked(self.folder.path)

    def _start_postgres(self, then: Callable[[], None]) -> None:
        self.postgres.start()
        self.create_database(DATABASE)
        then()

    def _role_password(self, role: str) -> str:
        return self.folder.secret(f"role-{role}")


def together(*steps: Callable[[], None]) -> None:
    """Run the steps at once; wait for all, then raise the first failure."""
    with ThreadPoolExecutor(max_workers=len(steps)) as threads:
        running = [threads.submit(step) for step in steps]
    for step in running:
        step.result()


async def _create_database(maintenance_dsn: str, name: str) -> None:
    connection = await asyncpg.connect(maintenance_dsn)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            quoted = name.replace('"', '""')
            await connection.execute(f'CREATE DATABASE "{quoted}"')
    finally:
        await connection.close()
