"""Batches: a matrix of test shots, all of them or none; or an earlier one laid out anew."""

from screentest.api.domain.users import User
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.batch_controls import cancel_open, change_batch
from screentest.api.handlers.filling import Asking, kept, lock_own, plan_cells, render, without
from screentest.api.handlers.matrices import Matrix, sweep_of
from screentest.api.schemas.batches import BatchRequest
from screentest.api.store import audit, batch_cells, batches, changes, shots
from screentest.api.store.batch_cells import FilledCell
from screentest.api.store.batches import BatchFacts, Layout
from screentest.common.db import Tx


async def request_batch(
    tx: Tx, user: User, asked: BatchRequest, admission: Admission, *, max_cells: int
) -> int:
    """Ask for a whole batch in one transaction, or lay one out anew; returns its id.

    Raises:
        BatchTooLarge, InvalidAxes: it has too many cells, or its axes contradict each other.
        SceneTypeNotFound, CharacterNotFound, WorkflowNotFound, BatchNotFound: no such thing.
        NotYours: the batch to lay out anew is somebody else's.
        NoWorkerCanRender: every live worker lacks something for a cell.
        BudgetExceeded: it would cost more than is left today.
        Problem: a cell cannot be rendered; the answer names those that cannot.
    """
    sweep = sweep_of(asked, max_cells=max_cells)
    if asked.batch_id is not None:
        batch = await lock_own(tx, user, asked.batch_id)
        matrix = await plan_cells(tx, asked, sweep, batch)
        await _lay_out(tx, user, batch, asked, matrix, admission)
        return batch.id
    matrix = await plan_cells(tx, asked, sweep, None)
    batch_id = await batches.add_batch(tx, _layout(asked, matrix), user.id)
    asking = Asking(
        user=user,
        batch_id=batch_id,
        priority=asked.priority,
        admission=admission,
        fresh=asked.fresh,
    )
    new = await render(tx, asking, matrix.cells)
    await batch_cells.write_cells(tx, batch_id, new)
    await changes.tell_batch(tx, batch_id, [one.test_shot_id for one in new])
    return batch_id


async def _lay_out(
    tx: Tx,
    user: User,
    batch: BatchFacts,
    asked: BatchRequest,
    matrix: Matrix,
    admission: Admission,
) -> None:
    """Keep the cells a batch has, ask for the others, and cancel what no cell is left for."""
    staying = [] if asked.fresh else await _keep(tx, batch.id, matrix)
    cancelled = await cancel_open(
        tx,
        user,
        batch.id,
        but=[one.test_shot_id for one in staying],
        reason=f"batch {batch.id} was laid out without it",
    )
    name, priority = _given(asked, batch)
    asking = Asking(
        user=user, batch_id=batch.id, priority=priority, admission=admission, fresh=asked.fresh
    )
    new = await render(tx, asking, without(matrix.cells, staying))
    await batches.lay_out(tx, batch.id, _layout(asked, matrix))
    await batch_cells.write_cells(tx, batch.id, [*staying, *new])
    await batch_cells.cut_cells(tx, batch.id, len(matrix.cells))
    shot_ids = [one.test_shot_id for one in new]
    after = {
        "cells": len(matrix.cells),
        "test_shot_ids": shot_ids,
        "cancelled_test_shot_ids": cancelled,
    }
    await audit.record(tx, user, "batch.laid-out", batch.id, after=after)
    await changes.tell_batch_changed(tx, batch.id, [*cancelled, *shot_ids])
    await change_batch(tx, user, batch.id, name=name, priority=priority)


async def _keep(tx: Tx, batch_id: int, matrix: Matrix) -> list[FilledCell]:
    """Cells of the matrix that stay as they are; nobody deletes their test shots meanwhile."""
    present = await batch_cells.fetch_cells(tx, batch_id)
    held = await shots.hold_shots(tx, {one.test_shot_id for one in present if one.test_shot_id})
    return kept(matrix.cells, [one for one in present if one.test_shot_id in held])


def _given(asked: BatchRequest, batch: BatchFacts) -> tuple[str, int]:
    """Name and priority of a batch that is laid out anew: what is not given stays."""
    given = asked.model_fields_set
    return (
        asked.name if "name" in given else batch.name,
        asked.priority if "priority" in given else batch.priority,
    )


def _layout(asked: BatchRequest, matrix: Matrix) -> Layout:
    return Layout(
        name=asked.name,
        scene_type_id=asked.scene_type_id,
        cells=len(matrix.cells),
        axes=matrix.axes,
        priority=asked.priority,
        asked=asked.model_dump(
            mode="json",
            exclude_unset=True,
            exclude={"batch_id", "dry_run", "fresh", "wait_for_worker"},
        ),
        sources=matrix.sources.to_json(),
        seed=matrix.seed,
        draw=matrix.draw,
    )
