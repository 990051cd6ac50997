"""Plain SQL migrations: one schema and one login role a service, applied in order, never edited.

`migrations/common/*.sql` is applied in every schema first, then `migrations/<schema>/*.sql`. A file
is named NNNN_{pre|post}_what.sql: pre before the code that needs it is deployed, post after the
last process of the code before it has ended. Each file is one transaction. Must never run as a
service's own role.
"""

import argparse
import asyncio
import hashlib
import re
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from screentest.common.db import Connection, connect
from screentest.common.settings import from_environment

SCHEMAS = ("api", "dispatcher", "gpu_runner", "qa", "promotion")
COMMON = "common"
_FILE_NAME = re.compile(r"^(?P<number>\d{4})_(?P<phase>pre|post)_[a-z0-9_]+\.sql$")

_CREATE_TABLE = """
create table if not exists migrations (
    set_name text not null,
    number integer not null,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now(),
    primary key (set_name, number)
)
"""

_APPLIED = "select set_name, number, name, sha256 from migrations"

_RECORD = "insert into migrations (set_name, number, name, sha256) values ($1, $2, $3, $4)"

# One migration at a time in a database, whoever runs it.
_LOCK = "select pg_advisory_lock(hashtext('screentest-migrations'))"
_UNLOCK = "select pg_advisory_unlock(hashtext('screentest-migrations'))"


_ROLE_ATTEMPTS = 20
_MET_OVER_A_ROLE = (
    asyncpg.DuplicateObjectError,
    asyncpg.UniqueViolationError,
    asyncpg.InternalServerError,  # "tuple concurrently updated"
)


class MigrationError(Exception):
    """What is wrong with a migration, and how to mend it."""


@dataclass(frozen=True)
class Migration:
    """One file."""

    set_name: str
    number: int
    name: str
    sql: str
    #: The code before it does not mind: new tables, columns, indexes. Else it only takes away what
    #: that code uses, and its own code does not.
    is_pre: bool

    @property
    def sha256(self) -> str:
        """Hash of the text, by which an edit is noticed."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def role_of(schema: str) -> str:
    """The login role that owns the data of ``schema``."""
    return f"screentest_{schema}"


def dsn_for(admin_dsn: str, schema: str, password: str | None = None) -> str:
    """The admin's address with the role of ``schema`` in place of the admin."""
    parts = urlsplit(admin_dsn)
    host = parts.netloc.rpartition("@")[2]
    secret = f":{password}" if password else ""
    return urlunsplit(parts._replace(netloc=f"{role_of(schema)}{secret}@{host}"))


def read_migrations(root: Path, set_name: str) -> list[Migration]:
    """The files of one set, in order.

    Raises:
        MigrationError: a file is misnamed, or two have one number.
    """
    found: dict[int, Migration] = {}
    for path in sorted((root / set_name).glob("*.sql")):
        match = _FILE_NAME.match(path.name)
        if match is None:
            raise MigrationError(f"{path}: name it NNNN_pre_what.sql or NNNN_post_what.sql")
        number = int(match["number"])
        if number in found:
            raise MigrationError(f"{path}: number {number} is taken by {found[number].name}")
        found[number] = Migration(
            set_name, number, path.name, path.read_text(), is_pre=match["phase"] == "pre"
        )
    return list(found.values())


async def migrate(
    admin_dsn: str,
    *,
    root: Path,
    role_passwords: Mapping[str, str] | None = None,
    only_pre: bool = False,
) -> list[str]:
    """Bring every schema up to date; returns the names of the files applied.

    With ``only_pre`` the post files wait for a later call, as the code before them still runs. It
    does not in a schema that is new, which gets all of them.

    Roles that do not exist are created: with the password given for their schema, else with one
    that nobody knows. Many processes may call this at once.

    Raises:
        MigrationError: a file applied before was edited or removed.
        asyncpg.PostgresError: a file failed; it and those after it are not applied.
    """
    connection = await connect(admin_dsn)
    try:
        await connection.execute("set lock_timeout = '30s'")
        await connection.execute(_LOCK)
        applied: list[str] = []
        for schema in SCHEMAS:
            await _prepare_patiently(connection, schema, (role_passwords or {}).get(schema))
            applied += await _migrate_schema(connection, schema, root, only_pre=only_pre)
        await connection.execute(_UNLOCK)
        return applied
    finally:
        await connection.close()


async def _prepare_patiently(connection: Connection, schema: str, password: str | None) -> None:
    """Prepare a schema while another database of this server may be doing the same.

    Roles are the server's and advisory locks a database's: two migrations can meet over a role.
    """
    for _ in range(_ROLE_ATTEMPTS):
        try:
            return await _prepare_schema(connection, schema, password)
        except _MET_OVER_A_ROLE:
            await asyncio.sleep(secrets.randbelow(100) / 1000)
    return await _prepare_schema(connection, schema, password)


async def _prepare_schema(connection: Connection, schema: str, password: str | None) -> None:
    """Create schema and role, and let the role touch this schema and nothing else."""
    role = role_of(schema)
    if not await connection.fetchval("select true from pg_roles where rolname = $1", role):
        secret = await _literal(connection, password or secrets.token_urlsafe(32))
        await connection.execute(f"create role {role} login password {secret}")
    elif password is not None:
        await connection.execute(
            f"alter role {role} password {await _literal(connection, password)}"
        )
    database = await connection.fetchval("select quote_ident(current_database())")
    await connection.execute(
        f"""
        create schema if not exists {schema};
        revoke all on database {database} from public;
        revoke all on schema public from public;
        grant connect, temporary on database {database} to {role};
        grant usage on schema {schema} to {role};
        alter default privileges in schema {schema}
            grant select, insert, update, delete on tables to {role};
        alter default privileges in schema {schema} grant usage on sequences to {role};
        alter role {role} in database {database} set search_path = {schema};
        """
    )


async def _migrate_schema(
    connection: Connection, schema: str, root: Path, *, only_pre: bool
) -> list[str]:
    await connection.execute(f"set search_path = {schema}")
    await connection.execute(_CREATE_TABLE)
    done = {(row["set_name"], row["number"]): row for row in await connection.fetch(_APPLIED)}
    leaves_post = only_pre and bool(done)
    names = []
    for migration in [*read_migrations(root, COMMON), *read_migrations(root, schema)]:
        row = done.pop((migration.set_name, migration.number), None)
        if row is None:
            if leaves_post and not migration.is_pre:
                continue
            async with connection.transaction():
                await connection.execute("set local lock_timeout = '5s'")
                await connection.execute(migration.sql)
                await connection.execute(
                    _RECORD,
                    migration.set_name,
                    migration.number,
                    migration.name,
                    migration.sha256,
                )
            names.append(f"{schema}: {migration.set_name}/{migration.name}")
        elif row["sha256"] != migration.sha256:
            raise MigrationError(
                f"{migration.set_name}/{migration.name} was edited after it was applied to schema "
                f"{schema}: restore it, and put the change into a new file"
            )
    if done:
        missing = ", ".join(f"{row['set_name']}/{row['name']}" for row in done.values())
        raise MigrationError(
            f"schema {schema} has migrations this code does not know ({missing}): deploy the newer "
            "code, or restore the files"
        )
    return names


async def _literal(connection: Connection, text: str) -> str:
    quoted: str = await connection.fetchval("select quote_literal($1::text)", text)
    return quoted


class MigrateSettings(BaseSettings):
    """What the command reads from the environment."""

    model_config = SettingsConfigDict(env_prefix="SCREENTEST_")

    #: Address with a role that may create schemas and roles.
    pg_dsn: str
    #: Passwords of the service roles by schema, as a JSON object.
    pg_role_passwords: dict[str, str] = Field(default_factory=dict)


def main() -> None:
    """``python -m screentest.common.migrate [--root migrations] [--only-pre]``."""
    parser = argparse.ArgumentParser(description="Bring every schema up to date.")
    parser.add_argument("--root", type=Path, default=Path("migrations"))
    parser.add_argument(
        "--only-pre",
        action="store_true",
        help="leave out what the code before does not survive; run it again without, once that"
        " code has ended",
    )
    chosen = parser.parse_args()
    settings = from_environment(MigrateSettings)
    try:
        names = asyncio.run(
            migrate(
                settings.pg_dsn,
                root=chosen.root,
                role_passwords=settings.pg_role_passwords,
                only_pre=chosen.only_pre,
            )
        )
    except (MigrationError, OSError) as error:
        sys.exit(f"migrate: {error}")
    sys.stdout.write("".join(f"{name}\n" for name in names) or "nothing to do\n")


if __name__ == "__main__":
    main()
