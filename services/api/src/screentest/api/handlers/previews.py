"""A dry run of a batch: everything but the asking. Must never write."""

from screentest.api.domain.estimates import RenderShape, quote
from screentest.api.domain.previews import BatchPreview, PreviewedCell
from screentest.api.handlers.asking import draw_seed
from screentest.api.handlers.matrices import plan_matrix, sweep_of
from screentest.api.handlers.quoting import estimates_of
from screentest.api.problems.shots import BatchNotFound
from screentest.api.schemas.batches import BatchRequest
from screentest.api.store import batch_cells, batches
from screentest.common.db import Connection


async def preview_batch(
    connection: Connection, asked: BatchRequest, *, max_cells: int
) -> BatchPreview:
    """What the batch would be.

    Raises:
        Problem: the same as asking for it.
    """
    sweep = sweep_of(asked, max_cells=max_cells)
    seed = draw_seed()
    if asked.batch_id is not None:
        known = await batches.fetch_seed(connection, asked.batch_id)
        if known is None:
            raise BatchNotFound(asked.batch_id)
        seed = known
    matrix = await plan_matrix(connection, asked, sweep, seed=seed)
    scored = await batch_cells.fetch_scored(
        connection, [one.plan.recipe_hash for one in matrix.cells]
    )
    shapes = [RenderShape.of(one.plan.parameters) for one in matrix.cells]
    estimates = await estimates_of(connection, shapes)
    cells = [
        PreviewedCell(
            index=one.cell.index,
            at=list(one.cell.at),
            character_id=one.cell.character_id,
            label=one.cell.label,
            differs=dict(one.cell.differs),
            recipe_hash=one.plan.recipe_hash,
            is_rendered=one.plan.recipe_hash in scored,
            estimate_s=0 if one.plan.recipe_hash in scored else estimates[shape].median_s,
        )
        for one, shape in zip(matrix.cells, shapes, strict=True)
    ]
    lacking = [
        (one.plan, shape)
        for one, shape in zip(matrix.cells, shapes, strict=True)
        if one.plan.recipe_hash not in scored
    ]
    expected = [cell.estimate_s for cell in cells if cell.estimate_s is not None]
    return BatchPreview(
        scene_type_id=asked.scene_type_id,
        count=len(cells),
        limit=max_cells,
        to_render=sum(not cell.is_rendered for cell in cells),
        estimate_s=sum(expected) if len(expected) == len(cells) else None,
        quote=quote(
            [shape for _, shape in lacking],
            estimates,
            sum(plan.planned_segments for plan, _ in lacking),
        ),
        axes=matrix.axes,
        cells=cells,
    )
