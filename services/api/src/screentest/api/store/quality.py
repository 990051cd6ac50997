"""Scores as qa said them, to be read."""

from screentest.common.db import Connection
from screentest.common.events import QAScored

_OF_SHOT = "select qa from test_shots where id = $1"


async def fetch_of_shot(connection: Connection, shot_id: int) -> tuple[bool, QAScored | None]:
    """Whether there is such a test shot, and its score."""
    row = await connection.fetchrow(_OF_SHOT, shot_id)
    if row is None or row["qa"] is None:
        return row is not None, None
    return True, QAScored.model_validate(row["qa"])


_OF_SCENE = """
select index, qa from scene_segments
where scene_id = $1 and qa is not null and stale_by is null order by index
"""


async def fetch_of_scene(connection: Connection, scene_id: int) -> dict[int, QAScored]:
    """Scores of a scene's segments that are up to date, by index."""
    rows = await connection.fetch(_OF_SCENE, scene_id)
    return {row["index"]: QAScored.model_validate(row["qa"]) for row in rows}


_CELLS = "select cells from batches where id = $1"

# A cell that was rendered again has its latest test shot; two cells may share one.
_OF_BATCH = """
select s.id, s.qa from test_shots s
where s.qa is not null and s.id in (select test_shot_id from batch_cells where batch_id = $1)
order by s.id
"""


async def fetch_of_batch(
    connection: Connection, batch_id: int
) -> tuple[int, dict[int, QAScored]] | None:
    """How many cells a batch has, and the scores of their test shots by id; None without one."""
    cells = await connection.fetchval(_CELLS, batch_id)
    if cells is None:
        return None
    rows = await connection.fetch(_OF_BATCH, batch_id)
    return cells, {row["id"]: QAScored.model_validate(row["qa"]) for row in rows}
