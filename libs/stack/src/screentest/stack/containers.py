"""The servers as containers, for machines with a Docker engine and no native binaries.

Only `servers -- COMMAND` uses it; `up` always runs native servers.
"""

import contextlib
from collections.abc import Iterator

from screentest.stack.errors import ServerMissingError
from screentest.stack.rabbitmq_files import TEST_VHOSTS, USER
from screentest.stack.servers import DATABASE

_POSTGRES_IMAGE = "postgres:16-alpine"
_RABBITMQ_IMAGE = "rabbitmq:4.1-alpine"


def engine_answers() -> bool:
    """Whether a Docker engine can be reached from here."""
    try:
        import docker  # type: ignore[import-untyped]
        from docker.errors import DockerException  # type: ignore[import-untyped]
    except ImportError:
        return False
    try:
        docker.from_env(timeout=5).ping()
    except DockerException:
        return False
    return True


@contextlib.contextmanager
def container_servers() -> Iterator[tuple[str, str]]:
    """The admin DSN and the AMQP address of two containers that end with the block.

    Raises:
        ServerMissingError: testcontainers is not installed.
    """
    try:
        from testcontainers.community.postgres import PostgresContainer
        from testcontainers.community.rabbitmq import RabbitMqContainer
    except ImportError:
        raise ServerMissingError(
            "To use Docker for the servers, testcontainers must be installed: run `make setup`."
        ) from None
    postgres = PostgresContainer(_POSTGRES_IMAGE, username=USER, password=USER, dbname=DATABASE)
    rabbitmq = RabbitMqContainer(_RABBITMQ_IMAGE, username=USER, password=USER)
    with postgres, rabbitmq:
        for vhost in TEST_VHOSTS:
            rabbitmq.exec(["rabbitmqctl", "add_vhost", vhost])
            rabbitmq.exec(["rabbitmqctl", "set_permissions", "-p", vhost, USER, ".*", ".*", ".*"])
        host, port = rabbitmq.get_container_host_ip(), rabbitmq.get_exposed_port(5672)
        yield (
            postgres.get_connection_url(driver=None),
            f"amqp://{USER}:{USER}@{host}:{port}/%2F",
        )
