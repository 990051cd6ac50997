"""Batches and how far their test shots are."""

from typing import Any

from screentest.api.domain.batches import Batch
from screentest.api.domain.shots import ShotStatus
from screentest.api.store import rows
from screentest.api.store.shots import fetch_batch_shots
from screentest.common.db import Connection, Tx

_ADD = """
insert into batches (name, scene_type_id, cells, created_by_id) values ($1, $2, $3, $4)
returning id
"""


async def add_batch(
    tx: Tx, *, name: str, scene_type_id: int, cells: int, created_by_id: int
) -> int:
    """Begin a batch; returns its id."""
    batch_id: int = await tx.fetchval(_ADD, name, scene_type_id, cells, created_by_id)
    return batch_id


_ONE = """
select id, name, scene_type_id, cells, created_by_id, created_at from batches where id = $1
"""


async def fetch_batch(connection: Connection, batch_id: int) -> Batch | None:
    """One batch with its test shots, or None."""
    row: dict[str, Any] | None = await rows.first(connection, _ONE, batch_id)
    if row is None:
        return None
    shots = await fetch_batch_shots(connection, batch_id)
    counts = {status: sum(shot.status is status for shot in shots) for status in ShotStatus}
    return Batch(**row, counts=counts, shots=shots)
