"""The commands of ``python -m screentest.api``; without one it serves."""

import argparse
import asyncio
import json
import sys

from screentest.api.app import create_app
from screentest.api.app import main as serve
from screentest.api.domain.users import make_key
from screentest.api.settings import ApiSettings
from screentest.api.store import audit, users
from screentest.common.db import connect
from screentest.common.settings import from_environment


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m screentest.api", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    admin = commands.add_parser("admin-key", help="print a new key of an administrator")
    admin.add_argument("--name", required=True, help="the administrator; made if there is none")
    commands.add_parser("openapi", help="print the OpenAPI document")
    chosen = parser.parse_args()
    match chosen.command:
        case "admin-key":
            dsn = from_environment(ApiSettings).pg_dsn
            sys.stdout.write(f"{asyncio.run(make_admin_key(dsn, chosen.name))}\n")
        case "openapi":
            sys.stdout.write(openapi_text())
        case _:
            asyncio.run(serve())


async def make_admin_key(dsn: str, name: str) -> str:
    """A new key for the administrator of that name."""
    connection = await connect(dsn, schema="api")
    try:
        async with connection.transaction():
            admin = await users.ensure_admin(connection, name)
            key = make_key()
            made = await users.add_key(connection, admin.id, key)
            after = {"user_id": admin.id, "prefix": made.prefix}
            await audit.record(connection, None, "api-key.created", made.id, after=after)
    finally:
        await connection.close()
    return key.secret


def openapi_text() -> str:
    """The document as it is committed in docs/openapi.json."""
    return json.dumps(create_app().openapi(), indent=2, ensure_ascii=False) + "\n"
