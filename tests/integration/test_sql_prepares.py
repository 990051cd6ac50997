"""Every SQL statement of the program is accepted by the migrated database, with its own role."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import asyncpg
import pytest

from screentest.common.migrate import SCHEMAS

STATEMENT = re.compile(r"^\s*(--.*\n\s*)*(select|insert|update|delete|with)\b", re.IGNORECASE)
SHARED = ("outbox", "inbox", "leases")


def store_modules(schema: str) -> list[str]:
    """The store room of a service: one module, or a package of them."""
    name = f"screentest.{schema}.store"
    store = importlib.import_module(name)
    inner = [f"{name}.{m.name}" for m in pkgutil.iter_modules(getattr(store, "__path__", []))]
    return [name, *inner]


def statements() -> Iterator[tuple[str, str, str]]:
    """(schema, where, SQL) of every module constant that is a statement."""
    modules = [(schema, name) for schema in SCHEMAS for name in store_modules(schema)]
    modules += [(schema, f"screentest.common.{name}") for schema in SCHEMAS for name in SHARED]
    for schema, name in modules:
        module = importlib.import_module(name)
        for constant, text in vars(module).items():
            if constant.isupper() and isinstance(text, str) and STATEMENT.match(text):
                yield schema, f"{name}.{constant}", text


def test_every_service_has_statements():
    """Guards the search itself: a store that moved would otherwise be checked no more."""
    owners = {where.split(".")[1] for _, where, _ in statements()}

    assert owners == {"common", *SCHEMAS}


@pytest.mark.parametrize("schema", SCHEMAS)
async def test_statements_prepare(pool_of, schema):
    pool = await pool_of(schema)
    broken = []
    async with pool.acquire() as connection:
        for owner, where, text in statements():
            if owner == schema:
                try:
                    await connection.prepare(text)
                except asyncpg.PostgresError as error:
                    broken.append(f"{where}: {error}")

    assert broken == []
