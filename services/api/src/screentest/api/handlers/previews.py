"""A dry run of a batch: everything but the asking. Must never write, nor lock."""

from dataclasses import replace

from screentest.api.domain.outlays import Priced, quote_of
from screentest.api.domain.previews import BatchPreview, PreviewedCell
from screentest.api.domain.users import User
from screentest.api.handlers.filling import kept, plan_cells, read_own
from screentest.api.handlers.matrices import Matrix, PlannedCell, sweep_of
from screentest.api.handlers.quoting import outlay_of, priced
from screentest.api.schemas.batches import BatchRequest
from screentest.api.store import batch_cells
from screentest.api.store.batches import BatchFacts
from screentest.common.db import Connection


async def preview_batch(
    connection: Connection, user: User, asked: BatchRequest, *, max_cells: int
) -> BatchPreview:
    """What the batch would be.

    Raises:
        Problem: the same as asking for it, but of what it would cost.
    """
    preview, _ = await preview_matrix(connection, user, asked, max_cells=max_cells)
    return preview


async def preview_matrix(
    connection: Connection, user: User, asked: BatchRequest, *, max_cells: int
) -> tuple[BatchPreview, Matrix]:
    """What the batch would be, and its cells as they are planned.

    Raises:
        Problem: the same as asking for it, but of what it would cost.
    """
    sweep = sweep_of(asked, max_cells=max_cells)
    batch = None if asked.batch_id is None else await read_own(connection, user, asked.batch_id)
    matrix = await plan_cells(connection, asked, sweep, batch)
    staying = await _staying(connection, asked, batch, matrix)
    costs = await priced(
        connection,
        [
            replace(
                outlay_of(one.plan, fresh=asked.fresh), segments=int(one.cell.index not in staying)
            )
            for one in matrix.cells
        ],
    )
    rendered = await _rendered(connection, matrix)
    cells = [
        _cell(
            one, cost, is_kept=one.cell.index in staying, is_there=one.plan.recipe_hash in rendered
        )
        for one, cost in zip(matrix.cells, costs, strict=True)
    ]
    expected = [cell.estimate_s for cell in cells if cell.estimate_s is not None]
    due = [one.plan for one, cost in zip(matrix.cells, costs, strict=True) if cost.renders]
    preview = BatchPreview(
        scene_type_id=asked.scene_type_id,
        count=len(cells),
        limit=max_cells,
        to_render=len(due),
        estimate_s=sum(expected) if len(expected) == len(cells) else None,
        quote=quote_of(costs, sum(plan.planned_segments for plan in due)),
        axes=matrix.axes,
        cells=cells,
    )
    return preview, matrix


async def _staying(
    connection: Connection, asked: BatchRequest, batch: BatchFacts | None, matrix: Matrix
) -> set[int]:
    """Indices of the cells that the batch to lay out anew has a test shot for already."""
    if batch is None or asked.fresh:
        return set()
    present = await batch_cells.fetch_cells(connection, batch.id)
    return {one.cell.index for one in kept(matrix.cells, present)}


async def _rendered(connection: Connection, matrix: Matrix) -> set[str]:
    """Recipe hashes of the cells an identical render is there for."""
    identical = await batch_cells.fetch_identical(
        connection,
        [one.plan.recipe_hash for one in matrix.cells],
        matrix.sources.scene_type.boundary,
    )
    return {recipe_hash for recipe_hash, is_rendered in identical.items() if is_rendered}


def _cell(one: PlannedCell, cost: Priced, *, is_kept: bool, is_there: bool) -> PreviewedCell:
    takes_another = cost.shared > 0
    return PreviewedCell(
        index=one.cell.index,
        at=list(one.cell.at),
        character_id=one.cell.character_id,
        label=one.cell.label,
        differs=dict(one.cell.differs),
        recipe_hash=one.plan.recipe_hash,
        is_kept=is_kept,
        is_rendered=takes_another and is_there,
        is_rendering=takes_another and not is_there,
        estimate_s=cost.expected_s,
    )
