"""A dry run of a batch: everything but the asking. Must never write, nor lock."""

from screentest.api.domain.estimates import Estimate, RenderShape, quote
from screentest.api.domain.previews import BatchPreview, PreviewedCell
from screentest.api.domain.users import User
from screentest.api.handlers.filling import kept, plan_cells, read_own, without
from screentest.api.handlers.matrices import Matrix, PlannedCell, sweep_of
from screentest.api.handlers.quoting import estimates_of
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
    sweep = sweep_of(asked, max_cells=max_cells)
    batch = None if asked.batch_id is None else await read_own(connection, user, asked.batch_id)
    matrix = await plan_cells(connection, asked, sweep, batch)
    shapes = [RenderShape.of(one.plan.parameters) for one in matrix.cells]
    estimates = await estimates_of(connection, shapes)
    standing = await _standing(connection, asked, batch, matrix)
    cells = [
        _cell(one, estimates[shape], **standing.get(one.cell.index, {}))
        for one, shape in zip(matrix.cells, shapes, strict=True)
    ]
    due = [cell.index for cell in cells if cell.is_due]
    expected = [cell.estimate_s for cell in cells if cell.estimate_s is not None]
    return BatchPreview(
        scene_type_id=asked.scene_type_id,
        count=len(cells),
        limit=max_cells,
        to_render=len(due),
        estimate_s=sum(expected) if len(expected) == len(cells) else None,
        quote=quote(
            [shapes[index] for index in due],
            estimates,
            sum(matrix.cells[index].plan.planned_segments for index in due),
        ),
        axes=matrix.axes,
        cells=cells,
    )


async def _standing(
    connection: Connection, asked: BatchRequest, batch: BatchFacts | None, matrix: Matrix
) -> dict[int, dict[str, bool]]:
    """What there is for cells, by their index: those that are not in it have to be rendered."""
    if asked.fresh:
        return {}
    present = [] if batch is None else await batch_cells.fetch_cells(connection, batch.id)
    staying = kept(matrix.cells, present)
    others = without(matrix.cells, staying)
    identical = await batch_cells.fetch_identical(
        connection,
        [one.plan.recipe_hash for one in others],
        matrix.sources.scene_type.boundary,
    )
    taking = {
        one.cell.index: {"is_rendered" if identical[one.plan.recipe_hash] else "is_rendering": True}
        for one in others
        if one.plan.recipe_hash in identical
    }
    return {one.cell.index: {"is_kept": True} for one in staying} | taking


def _cell(one: PlannedCell, estimate: Estimate, **standing: bool) -> PreviewedCell:
    said = {"is_kept": False, "is_rendered": False, "is_rendering": False} | standing
    return PreviewedCell(
        index=one.cell.index,
        at=list(one.cell.at),
        character_id=one.cell.character_id,
        label=one.cell.label,
        differs=dict(one.cell.differs),
        recipe_hash=one.plan.recipe_hash,
        estimate_s=0 if standing else estimate.median_s,
        **said,
    )
