"""How far batches are and when they will end: their rows, with what is known at this moment.

Must never write.
"""

from collections.abc import Sequence

from screentest.api.deps import Deps
from screentest.api.domain.batches import Batch, BatchCell, BatchSummary
from screentest.api.domain.etas import OpenCell, Pace, batch_eta_s
from screentest.api.domain.shots import TERMINAL, ShotStatus
from screentest.api.store.batch_cells import OpenShot, fetch_open
from screentest.api.store.batches import fetch_batch, fetch_batches
from screentest.common.db import Connection


async def batch_now(connection: Connection, deps: Deps, batch_id: int) -> Batch | None:
    """One batch with every cell as it is now, or None."""
    found = await fetch_batch(connection, batch_id)
    if found is None:
        return None
    batch, pace = found
    open_shots = (await fetch_open(connection, [batch_id])).get(batch_id, [])
    known = {shot.index: _known(shot, deps) for shot in open_shots}
    cells = [_cell_now(cell, known.get(cell.index)) for cell in batch.grid.cells]
    return batch.model_copy(
        update={
            "eta_s": _eta_s(batch, pace, list(known.values())),
            "grid": batch.grid.model_copy(update={"cells": cells}),
            "shots": deps.queue.of_shots(batch.shots),
        }
    )


async def page_now(
    connection: Connection,
    deps: Deps,
    *,
    before: int | None,
    scene_type_id: int | None,
    created_by_id: int | None,
    limit: int,
) -> list[BatchSummary]:
    """Batches without their cells, newest first, from before the given one."""
    found = await fetch_batches(
        connection,
        before=before,
        scene_type_id=scene_type_id,
        created_by_id=created_by_id,
        limit=limit,
    )
    open_shots = await fetch_open(connection, [batch.id for batch, _ in found])
    known = {
        batch_id: [_known(shot, deps) for shot in shots] for batch_id, shots in open_shots.items()
    }
    return [
        batch.model_copy(update={"eta_s": _eta_s(batch, pace, known.get(batch.id, []))})
        for batch, pace in found
    ]


def _known(shot: OpenShot, deps: Deps) -> OpenCell:
    is_waiting = shot.status is ShotStatus.WAITING
    progress = deps.renders.of(shot.run_id) if shot.status is ShotStatus.RENDERING else None
    return OpenCell(
        status=shot.status,
        estimate_s=shot.estimate_s,
        rendering_s=shot.rendering_s,
        waiting=deps.queue.of_run(shot.run_id) if is_waiting else None,
        left_s=progress.left_s if progress else None,
        fraction=progress.fraction if progress else 0.0,
    )


def _cell_now(cell: BatchCell, known: OpenCell | None) -> BatchCell:
    if known is None:
        has_ended = cell.status in TERMINAL
        return cell.model_copy(
            update={"progress": float(has_ended), "eta_s": 0.0 if has_ended else None}
        )
    return cell.model_copy(
        update={"progress": known.progress, "waiting": known.waiting, "eta_s": known.eta_s}
    )


def _eta_s(batch: BatchSummary, pace: Pace, cells: Sequence[OpenCell]) -> float | None:
    return batch_eta_s(cells, pace, is_paused=batch.paused_at is not None)
