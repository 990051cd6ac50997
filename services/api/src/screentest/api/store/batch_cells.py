"""Cells of batches, and the test shots that fill them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from screentest.api.domain.batches import BatchCell
from screentest.api.domain.shots import ShotStatus
from screentest.api.domain.sweeps import Cell
from screentest.common.db import Connection, Tx
from screentest.common.events import Boundary


@dataclass(frozen=True, kw_only=True)
class FilledCell:
    """A cell and the test shot that fills it."""

    cell: Cell
    recipe_hash: str
    test_shot_id: int


_WRITE = """
insert into batch_cells (
    batch_id, index, at, character_id, label, differs, recipe_hash, test_shot_id)
select $1, cell.* from jsonb_to_recordset($2) as cell (
    index integer, at jsonb, character_id bigint, label text, differs jsonb, recipe_hash text,
    test_shot_id bigint)
on conflict (batch_id, index) do update set
    at = excluded.at, character_id = excluded.character_id, label = excluded.label,
    differs = excluded.differs, recipe_hash = excluded.recipe_hash,
    test_shot_id = excluded.test_shot_id
"""


async def write_cells(tx: Tx, batch_id: int, cells: Sequence[FilledCell]) -> None:
    """Fill cells of a locked batch; others stay as they are."""
    rows = [
        {
            "index": filled.cell.index,
            "at": filled.cell.at,
            "character_id": filled.cell.character_id,
            "label": filled.cell.label,
            "differs": dict(filled.cell.differs),
            "recipe_hash": filled.recipe_hash,
            "test_shot_id": filled.test_shot_id,
        }
        for filled in cells
    ]
    await tx.execute(_WRITE, batch_id, rows)


_CUT = "delete from batch_cells where batch_id = $1 and index >= $2"


async def cut_cells(tx: Tx, batch_id: int, count: int) -> None:
    """Leave a locked batch its first ``count`` cells."""
    await tx.execute(_CUT, batch_id, count)


_CELLS = """
select c.index, c.at, c.label, c.differs, c.recipe_hash, c.test_shot_id, s.status,
    coalesce(s.reused, false) as reused, s.cancel_requested_at is not null as cancel_requested,
    s.quality_score, s.verdict,
    s.poster_path, s.output_video_path
from batch_cells c left join test_shots s on s.id = c.test_shot_id
where c.batch_id = $1 order by c.index
"""


async def fetch_cells(connection: Connection, batch_id: int) -> list[BatchCell]:
    """The cells of a batch, in their order."""
    found = await connection.fetch(_CELLS, batch_id)
    return [BatchCell.model_validate(dict(row)) for row in found]


@dataclass(frozen=True, kw_only=True)
class OpenShot:
    """The test shot of a cell that has not ended and is wanted."""

    index: int
    run_id: UUID
    status: ShotStatus
    #: Seconds of GPU it is expected to take.
    estimate_s: float | None
    #: Seconds since its render began; 0 before.
    rendering_s: float


_OPEN_SHOTS = """
select c.batch_id, c.index, s.run_id, s.status, k.estimate_s,
    coalesce(extract(epoch from now() - s.started_at), 0)::float8 as rendering_s
from batch_cells c
join test_shots s on s.id = c.test_shot_id
left join run_costs k on k.run_id = s.run_id
where c.batch_id = any($1::bigint[]) and s.status in ('waiting', 'rendering', 'rendered')
    and s.cancel_requested_at is null
order by c.batch_id, c.index
"""


async def fetch_open(connection: Connection, batch_ids: Sequence[int]) -> dict[int, list[OpenShot]]:
    """Batch -> its cells that have not ended, in their order."""
    found: dict[int, list[OpenShot]] = {}
    for row in await connection.fetch(_OPEN_SHOTS, list(batch_ids)):
        facts = dict(row) | {"status": ShotStatus(row["status"])}
        found.setdefault(facts.pop("batch_id"), []).append(OpenShot(**facts))
    return found


# As the dispatcher's reuse key has it: the boundary decides where a clip is cut.
_IDENTICAL = """
select recipe_hash, bool_or(status = 'scored') as is_rendered from test_shots
where recipe_hash = any($1::text[])
    and (status = 'scored'
        or status in ('waiting', 'rendering', 'rendered') and cancel_requested_at is null)
    and coalesce(parameters #>> '{boundary,mode}', 'last') = $2
    and ($2 = 'last' or parameters #> '{boundary,window}' = to_jsonb($3::integer))
group by recipe_hash
"""


async def fetch_identical(
    connection: Connection, recipe_hashes: Sequence[str], boundary: Boundary
) -> dict[str, bool]:
    """Recipe hash -> whether it is rendered, or only on its way; others nobody asked for."""
    found = await connection.fetch(
        _IDENTICAL, list(recipe_hashes), boundary.mode.value, boundary.window
    )
    return {row["recipe_hash"]: row["is_rendered"] for row in found}


# Locked in the order of their ids, as everybody who locks many does.
_CANCEL = """
with open as (
    select id from test_shots
    where batch_id = $1 and status in ('waiting', 'rendering', 'rendered')
        and cancel_requested_at is null and id <> all($2::bigint[])
    order by id for update)
update test_shots s set cancel_requested_at = now() from open where s.id = open.id
returning s.id, s.run_id
"""


async def cancel_open(
    tx: Tx, batch_id: int, *, but: Collection[int] = ()
) -> list[tuple[int, UUID]]:
    """Mark every open test shot of a batch as no longer wanted; (id, run) of each, by id."""
    found = await tx.fetch(_CANCEL, batch_id, list(but))
    return sorted((row["id"], row["run_id"]) for row in found)


_OPEN = """
select count(*) from test_shots
where batch_id = $1 and status in ('waiting', 'rendering', 'rendered')
"""


async def count_open(connection: Connection, batch_id: int) -> int:
    """How many test shots of a batch have not ended."""
    found: int = await connection.fetchval(_OPEN, batch_id)
    return found
