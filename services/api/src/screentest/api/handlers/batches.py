"""Batches: a matrix of test shots, all of them or none; or an earlier one laid out anew."""

from collections import defaultdict
from collections.abc import Iterable

from screentest.api.domain.batches import BatchCell
from screentest.api.domain.users import User
from screentest.api.handlers.asking import draw_seed
from screentest.api.handlers.filling import (
    Asking,
    filled,
    link_scored,
    lock_own,
    render,
    without,
)
from screentest.api.handlers.matrices import Matrix, plan_matrix, sweep_of
from screentest.api.schemas.batches import BatchRequest
from screentest.api.store import audit, batch_cells, batches, changes, shots
from screentest.api.store.batch_cells import FilledCell
from screentest.api.store.batches import Layout, LockedBatch
from screentest.common.db import Tx


async def request_batch(tx: Tx, user: User, asked: BatchRequest, *, max_cells: int) -> int:
    """Ask for a whole batch in one transaction, or lay one out anew; returns its id.

    Raises:
        BatchTooLarge, InvalidAxes: it has too many cells, or its axes contradict each other.
        SceneTypeNotFound, CharacterNotFound, WorkflowNotFound, BatchNotFound: no such thing.
        NotYours: the batch to lay out anew is somebody else's.
        BudgetExceeded: it would cost more than is left today.
        Problem: a cell cannot be rendered; the answer names those that cannot.
    """
    sweep = sweep_of(asked, max_cells=max_cells)
    if asked.batch_id is not None:
        batch = await lock_own(tx, user, asked.batch_id)
        seed = draw_seed() if batch.seed is None else batch.seed
        await _lay_out(tx, user, batch, asked, await plan_matrix(tx, asked, sweep, seed=seed))
        return batch.id
    matrix = await plan_matrix(tx, asked, sweep, seed=draw_seed())
    batch_id = await batches.add_batch(tx, _layout(asked, matrix), user.id)
    asking = Asking(user=user, batch_id=batch_id, priority=asked.priority, fresh=asked.fresh)
    new = await render(tx, asking, matrix.cells)
    await batch_cells.write_cells(tx, batch_id, new)
    await changes.tell_batch(tx, batch_id, [one.test_shot_id for one in new])
    return batch_id


async def _lay_out(
    tx: Tx, user: User, batch: LockedBatch, asked: BatchRequest, matrix: Matrix
) -> None:
    """Keep the cells a batch has, link those that are scored anywhere, render the others."""
    kept = await _keep(tx, batch.id, matrix)
    linked = [] if asked.fresh else await link_scored(tx, without(matrix.cells, kept))
    asking = Asking(user=user, batch_id=batch.id, priority=batch.priority, fresh=asked.fresh)
    new = await render(tx, asking, without(matrix.cells, [*kept, *linked]))
    await batches.lay_out(tx, batch.id, _layout(asked, matrix))
    await batch_cells.write_cells(tx, batch.id, [*kept, *linked, *new])
    await batch_cells.cut_cells(tx, batch.id, len(matrix.cells))
    shot_ids = [one.test_shot_id for one in new]
    after = {"cells": len(matrix.cells), "test_shot_ids": shot_ids}
    await audit.record(tx, user, "batch.laid-out", batch.id, after=after)
    await changes.tell_batch_changed(tx, batch.id, shot_ids)


async def _keep(tx: Tx, batch_id: int, matrix: Matrix) -> list[FilledCell]:
    """Cells of the matrix that the batch has a test shot for, done or to come."""
    present = await batch_cells.fetch_cells(tx, batch_id)
    held = await shots.hold_shots(tx, {one.test_shot_id for one in present if one.test_shot_id})
    spare = _by_recipe(one for one in present if one.test_shot_id in held and one.is_kept)
    kept = []
    for one in matrix.cells:
        if before := spare[one.plan.recipe_hash]:
            cell = before.pop(0)
            assert cell.test_shot_id is not None, "a cell without a test shot is not kept"
            kept.append(filled(one, cell.test_shot_id, is_linked=cell.is_linked))
    return kept


def _by_recipe(cells: Iterable[BatchCell]) -> defaultdict[str, list[BatchCell]]:
    """Cells by recipe hash; some recipes are asked for twice, and rendered twice."""
    found: defaultdict[str, list[BatchCell]] = defaultdict(list)
    for cell in cells:
        found[cell.recipe_hash].append(cell)
    return found


def _layout(asked: BatchRequest, matrix: Matrix) -> Layout:
    return Layout(
        name=asked.name,
        scene_type_id=asked.scene_type_id,
        cells=len(matrix.cells),
        axes=matrix.axes,
        priority=asked.priority,
        asked=asked.model_dump(
            mode="json", exclude_unset=True, exclude={"batch_id", "dry_run", "fresh"}
        ),
        sources=matrix.sources.to_json(),
        seed=matrix.seed,
    )
