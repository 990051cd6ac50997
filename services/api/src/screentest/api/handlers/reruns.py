"""A part of a batch rendered again, as it was asked for."""

from collections.abc import Collection, Mapping, Sequence

from screentest.api.domain.batches import BatchCell
from screentest.api.domain.shots import TERMINAL, ShotStatus
from screentest.api.domain.sources import Sources
from screentest.api.domain.users import User
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.filling import Asking, lock_own, render
from screentest.api.handlers.matrices import Matrix, planned
from screentest.api.problems.batches import BatchNotRepeatable, NothingToRender, UnknownPlace
from screentest.api.schemas.batches import Again, BatchRequest, RerunRequest
from screentest.api.store import audit, batch_cells, changes
from screentest.api.store.batches import BatchFacts
from screentest.api.store.workflow_versions import are_known
from screentest.common.db import Tx

_WHY = {
    Again.MISSING: "lacks a clip",
    Again.FAILED: "has failed",
    Again.ALL: "has ended",
}


async def rerun_batch(
    tx: Tx, user: User, batch_id: int, again: RerunRequest, admission: Admission
) -> None:
    """Render a part of a batch again, planned with the catalogue as it was when it was asked for.

    Raises:
        BatchNotFound, NotYours: there is no such batch, or not for this user.
        BatchNotRepeatable: how it was asked for is not known, or a part of it is gone.
        UnknownPlace: it has no such axis, or no such label on it.
        NothingToRender: no cell is to be rendered again.
        NoWorkerCanRender: every live worker lacks something for a cell.
        BudgetExceeded: it would cost more than is left today.
    """
    batch = await lock_own(tx, user, batch_id)
    matrix = await _as_asked(tx, batch)
    places = _places(matrix, again.axes)
    wanted = {
        cell.index: cell
        for cell in await batch_cells.fetch_cells(tx, batch_id)
        if _is_at(cell, places) and _is_wanted(cell, again.only)
    }
    if not wanted:
        raise NothingToRender(
            f"Batch {batch_id} has no cell there that {_WHY[again.only]}: nothing is rendered."
        )
    due = [one for one in matrix.cells if one.cell.index in wanted]
    new = await render(
        tx,
        Asking(user=user, batch_id=batch_id, priority=batch.priority, admission=admission),
        due,
        afresh={index for index, cell in wanted.items() if cell.status is ShotStatus.SCORED},
    )
    await batch_cells.write_cells(tx, batch_id, new)
    shot_ids = [one.test_shot_id for one in new]
    after = {"only": again.only.value, "axes": again.axes, "test_shot_ids": shot_ids}
    await audit.record(tx, user, "batch.rerun", batch_id, after=after)
    await changes.tell_batch_changed(tx, batch_id, shot_ids)


async def _as_asked(tx: Tx, batch: BatchFacts) -> Matrix:
    """The matrix of a batch, planned with what it was planned with."""
    anew = f'POST /api/test-shots/batch with "batch_id": {batch.id}'
    if batch.asked is None or batch.sources is None or batch.seed is None or batch.draw is None:
        raise BatchNotRepeatable(
            f"Batch {batch.id} was made before batches could be run again: ask anew, {anew}."
        )
    sources = Sources.from_json(batch.sources)
    workflows = [sources.workflow, *(workflow for _, workflow in sources.chosen)]
    characters = [one.id for one in sources.characters]
    if not await are_known(tx, characters, [one.id for one in workflows]):
        raise BatchNotRepeatable(
            f"A character or workflow of batch {batch.id} was deleted: ask for the others, {anew}."
        )
    sweep = BatchRequest.model_validate(batch.asked).sweep()
    return planned(sweep, sources, seed=batch.seed, draw=batch.draw)


def _places(matrix: Matrix, asked: Mapping[str, Sequence[str]]) -> dict[int, set[int]]:
    """Number of an axis -> positions on it that are asked for."""
    axes = matrix.axes
    names = [axis.name for axis in axes]
    places: dict[int, set[int]] = {}
    for name, labels in asked.items():
        if name not in names:
            raise UnknownPlace(f'The batch has no axis "{name}": it has {", ".join(names)}.')
        number = names.index(name)
        known = axes[number].labels
        for label in labels:
            if label not in known:
                raise UnknownPlace(
                    f'Axis "{name}" has no value "{label}": it has {", ".join(known[:20])}.'
                )
        places[number] = {known.index(label) for label in labels}
    return places


def _is_at(cell: BatchCell, places: Mapping[int, Collection[int]]) -> bool:
    return all(cell.at[number] in wanted for number, wanted in places.items())


def _is_wanted(cell: BatchCell, only: Again) -> bool:
    match only:
        case Again.MISSING:
            return not cell.is_kept
        case Again.FAILED:
            return cell.status is ShotStatus.FAILED
        case Again.ALL:
            return cell.status is None or cell.status in TERMINAL
