"""Rows as dictionaries of values, so that no other module sees what the driver returns."""

from typing import Any

from screentest.common.db import Connection


async def first(connection: Connection, sql: str, *values: Any) -> dict[str, Any] | None:
    """The first row, or None."""
    row = await connection.fetchrow(sql, *values)
    return None if row is None else dict(row)


async def only(connection: Connection, sql: str, *values: Any) -> dict[str, Any]:
    """The row of a statement that always has one (``insert ... returning``)."""
    row = await connection.fetchrow(sql, *values)
    assert row is not None
    return dict(row)
