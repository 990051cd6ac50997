"""A dry run of a batch: everything but the asking. Must never write."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from screentest.api.domain.outlays import quote_of
from screentest.api.domain.previews import BatchPreview, PreviewedCell
from screentest.api.handlers.asking import draw_seed
from screentest.api.handlers.matrices import Matrix, plan_matrix, sweep_of
from screentest.api.handlers.quoting import outlay_of, priced
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
    kept = await _kept(connection, asked, matrix, scored)
    costs = await priced(
        connection,
        [
            replace(
                outlay_of(one.plan, fresh=asked.fresh), segments=int(one.cell.index not in kept)
            )
            for one in matrix.cells
        ],
    )
    cells = [
        PreviewedCell(
            index=one.cell.index,
            at=list(one.cell.at),
            character_id=one.cell.character_id,
            label=one.cell.label,
            differs=dict(one.cell.differs),
            recipe_hash=one.plan.recipe_hash,
            is_rendered=one.plan.recipe_hash in scored,
            estimate_s=cost.expected_s,
        )
        for one, cost in zip(matrix.cells, costs, strict=True)
    ]
    expected = [cell.estimate_s for cell in cells if cell.estimate_s is not None]
    return BatchPreview(
        scene_type_id=asked.scene_type_id,
        count=len(cells),
        limit=max_cells,
        to_render=sum(cost.renders for cost in costs),
        estimate_s=sum(expected) if len(expected) == len(cells) else None,
        quote=quote_of(
            costs,
            sum(
                one.plan.planned_segments
                for one, cost in zip(matrix.cells, costs, strict=True)
                if cost.renders
            ),
        ),
        axes=matrix.axes,
        cells=cells,
    )


async def _kept(
    connection: Connection, asked: BatchRequest, matrix: Matrix, scored: Collection[str]
) -> set[int]:
    """Cells nothing is asked for: the batch to lay out anew has them, or links them."""
    if asked.batch_id is None:
        return set()
    present = await batch_cells.fetch_cells(connection, asked.batch_id)
    spare = Counter(one.recipe_hash for one in present if one.is_kept)
    kept = set()
    for one in matrix.cells:
        recipe_hash = one.plan.recipe_hash
        if spare[recipe_hash]:
            spare[recipe_hash] -= 1
            kept.add(one.cell.index)
        elif recipe_hash in scored and not asked.fresh:
            kept.add(one.cell.index)
    return kept
