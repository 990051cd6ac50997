"""Waits until the database has what this version of a service needs: its pre migrations.

For a service that is started beside the migration, in a pod's init container. Changes nothing, and
runs as the service's own role.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from screentest.common.db import Connection, connect
from screentest.common.migrate import COMMON, SCHEMAS, read_migrations
from screentest.common.settings import from_environment

_LOOK_EVERY_S = 1.0

_HAS_TABLE = "select to_regclass('migrations') is not null"

_APPLIED = "select set_name, number from migrations"


class MigratedSettings(BaseSettings):
    """What the command reads from the environment."""

    model_config = SettingsConfigDict(env_prefix="SCREENTEST_")

    #: Address with the role of the service that waits.
    pg_dsn: str


async def missing(connection: Connection, schema: str, root: Path) -> list[str]:
    """The pre migrations that are not applied to ``schema`` yet, as set/file.

    Of what a newer version has applied nothing is said: this one can do with it.

    Raises:
        MigrationError: a file is misnamed, or two have one number.
    """
    applied = set()
    if await connection.fetchval(_HAS_TABLE):
        applied = {(row["set_name"], row["number"]) for row in await connection.fetch(_APPLIED)}
    return [
        f"{each.set_name}/{each.name}"
        for each in [*read_migrations(root, COMMON), *read_migrations(root, schema)]
        if each.is_pre and (each.set_name, each.number) not in applied
    ]


async def until_migrated(dsn: str, schema: str, root: Path) -> None:
    """Return once nothing is missing; say what is waited for when that changes.

    A database that is away, and a role that is not made yet or has another password, are waited for
    as well: the migration makes roles.
    """
    told = ""
    while problem := await _problem(dsn, schema, root):
        if problem != told:
            sys.stderr.write(f"waiting: {problem}\n")
        told = problem
        await asyncio.sleep(_LOOK_EVERY_S)


async def _problem(dsn: str, schema: str, root: Path) -> str | None:
    try:
        connection = await connect(dsn, schema=schema)
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody is about to mend it
        return f"{type(error).__name__}: {error}"
    try:
        files = await missing(connection, schema, root)
    finally:
        await connection.close()
    return f"schema {schema} lacks {', '.join(files)}" if files else None


def main() -> None:
    """``python -m screentest.common.migrated --schema SCHEMA [--root migrations]``."""
    parser = argparse.ArgumentParser(description="Wait until a schema has what its service needs.")
    parser.add_argument("--schema", choices=SCHEMAS, required=True)
    parser.add_argument("--root", type=Path, default=Path("migrations"))
    chosen = parser.parse_args()
    settings = from_environment(MigratedSettings)
    asyncio.run(until_migrated(settings.pg_dsn, chosen.schema, chosen.root))
    sys.stdout.write(f"schema {chosen.schema} is migrated\n")


if __name__ == "__main__":
    main()
