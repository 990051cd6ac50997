"""Comparisons and their two test shots."""

from collections.abc import Sequence

import asyncpg

from screentest.api.domain.comparisons import Comparison, Difference
from screentest.api.store.shots import fetch_shots
from screentest.common.db import Connection, Tx

_ADD = """
insert into comparisons (name, a_shot_id, b_shot_id, differs, created_by_id)
values ($1, $2, $3, $4, $5) returning id
"""


async def add_comparison(
    tx: Tx, *, name: str, shot_ids: Sequence[int], differs: Sequence[Difference], created_by_id: int
) -> int:
    """Put two test shots side by side; returns the id."""
    listed = [one.model_dump() for one in differs]
    comparison_id: int = await tx.fetchval(_ADD, name, *shot_ids, listed, created_by_id)
    return comparison_id


_ONE = """
select id, name, a_shot_id, b_shot_id, differs, created_by_id, created_at
from comparisons where id = $1
"""


async def fetch_comparison(connection: Connection, comparison_id: int) -> Comparison | None:
    """One comparison with its shots, or None."""
    row = await connection.fetchrow(_ONE, comparison_id)
    return None if row is None else (await _with_shots(connection, [row]))[0]


_PAGE = """
select id, name, a_shot_id, b_shot_id, differs, created_by_id, created_at
from comparisons where $1::bigint is null or id < $1 order by id desc limit $2
"""


async def fetch_comparisons(
    connection: Connection, *, before: int | None, limit: int
) -> list[Comparison]:
    """Comparisons, newest first, from before the given one."""
    return await _with_shots(connection, await connection.fetch(_PAGE, before, limit))


async def _with_shots(connection: Connection, rows: Sequence[asyncpg.Record]) -> list[Comparison]:
    ids = [shot_id for row in rows for shot_id in (row["a_shot_id"], row["b_shot_id"]) if shot_id]
    shots = {shot.id: shot for shot in await fetch_shots(connection, ids)}
    return [
        Comparison(**dict(row), a=shots.get(row["a_shot_id"]), b=shots.get(row["b_shot_id"]))
        for row in rows
    ]
