"""Batches: a matrix of test shots, all of them or none; laid out anew, and run again in part."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from screentest.api.domain.batches import BatchCell
from screentest.api.domain.shots import TERMINAL, ShotStatus
from screentest.api.domain.sources import Sources
from screentest.api.domain.users import User
from screentest.api.handlers.asking import ask, check_owner, draw_seed
from screentest.api.handlers.matrices import Matrix, PlannedCell, plan_matrix, planned, sweep_of
from screentest.api.problems.shots import BatchNotFound
from screentest.api.problems.sweeps import BatchNotRepeatable, NothingToRender, UnknownPlace
from screentest.api.schemas.batches import Again, BatchRequest, RerunRequest
from screentest.api.store import batch_cells, batches, changes
from screentest.api.store.batch_cells import FilledCell
from screentest.api.store.batches import Layout, LockedBatch
from screentest.api.store.shots import NewShot
from screentest.api.store.workflow_versions import are_known
from screentest.common.db import Tx
from screentest.common.ids import new_id


@dataclass(frozen=True, kw_only=True)
class _For:
    """Whom and what test shots are asked for."""

    user: User
    batch_id: int
    priority: int
    #: Render even what has been rendered.
    fresh: bool = False


async def request_batch(tx: Tx, user: User, asked: BatchRequest, *, max_cells: int) -> int:
    """Ask for a whole batch in one transaction, or lay one out anew; returns its id.

    Raises:
        BatchTooLarge, InvalidAxes: it has too many cells, or its axes contradict each other.
        SceneTypeNotFound, CharacterNotFound, WorkflowNotFound, BatchNotFound: no such thing.
        NotYours: the batch to lay out anew is somebody else's.
        Problem: a cell cannot be rendered; the answer names those that cannot.
    """
    sweep = sweep_of(asked, max_cells=max_cells)
    if asked.batch_id is not None:
        batch = await _lock(tx, user, asked.batch_id)
        seed = draw_seed() if batch.seed is None else batch.seed
        matrix = await plan_matrix(tx, asked, sweep, seed=seed)
        return await _lay_out(tx, user, batch, asked, matrix)
    matrix = await plan_matrix(tx, asked, sweep, seed=draw_seed())
    batch_id = await batches.add_batch(tx, _layout(asked, matrix), user.id)
    filled = await _render(
        tx,
        _For(user=user, batch_id=batch_id, priority=asked.priority, fresh=asked.fresh),
        matrix.cells,
    )
    await batch_cells.write_cells(tx, batch_id, filled)
    await changes.tell_batch(tx, batch_id, [one.test_shot_id for one in filled])
    return batch_id


async def _lay_out(
    tx: Tx, user: User, batch: LockedBatch, asked: BatchRequest, matrix: Matrix
) -> int:
    """Keep the cells a batch has, link those that are scored anywhere, render the others."""
    kept = _kept(await batch_cells.fetch_cells(tx, batch.id))
    scored = await batch_cells.fetch_scored(tx, [one.plan.recipe_hash for one in matrix.cells])
    filled: list[FilledCell] = []
    lacking: list[PlannedCell] = []
    for one in matrix.cells:
        recipe_hash = one.plan.recipe_hash
        if before := kept[recipe_hash]:
            shot_id, is_linked = before.pop(0)
        elif recipe_hash in scored and not asked.fresh:
            shot_id, is_linked = scored[recipe_hash], True
        else:
            lacking.append(one)
            continue
        filled.append(
            FilledCell(
                cell=one.cell, recipe_hash=recipe_hash, test_shot_id=shot_id, is_linked=is_linked
            )
        )
    new = await _render(
        tx,
        _For(user=user, batch_id=batch.id, priority=batch.priority, fresh=asked.fresh),
        lacking,
    )
    await batches.lay_out(tx, batch.id, _layout(asked, matrix))
    await batch_cells.write_cells(tx, batch.id, [*filled, *new])
    await batch_cells.cut_cells(tx, batch.id, len(matrix.cells))
    await changes.tell_batch_changed(tx, batch.id, [one.test_shot_id for one in new])
    return batch.id


def _kept(cells: Iterable[BatchCell]) -> dict[str, list[tuple[int, bool]]]:
    """Recipe hash -> the shots of cells that need none; some recipes are asked for twice."""
    kept: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for cell in cells:
        if cell.test_shot_id is not None and cell.is_kept:
            kept[cell.recipe_hash].append((cell.test_shot_id, cell.is_linked))
    return kept


async def rerun_batch(tx: Tx, user: User, batch_id: int, again: RerunRequest) -> None:
    """Render a part of a batch again, planned with the catalogue as it was when it was asked for.

    Raises:
        BatchNotFound, NotYours: there is no such batch, or not for this user.
        BatchNotRepeatable: how it was asked for is not known, or a part of it is gone.
        UnknownPlace: it has no such axis, or no such label on it.
        NothingToRender: no cell is to be rendered again.
    """
    batch = await _lock(tx, user, batch_id)
    matrix = await _as_asked(tx, batch)
    chosen = _places(matrix, again.axes)
    cells = await batch_cells.fetch_cells(tx, batch_id)
    wanted = {
        cell.index: cell for cell in cells if _is_at(cell, chosen) and _is_wanted(cell, again.only)
    }
    if not wanted:
        raise NothingToRender(
            f"Batch {batch_id} has no cell that {_WHY[again.only]} there: nothing is rendered."
        )
    scored: dict[str, int] = {}
    if again.only is not Again.ALL:
        scored = await batch_cells.fetch_scored(tx, [one.recipe_hash for one in wanted.values()])
    due = [one for one in matrix.cells if one.cell.index in wanted]
    linked = [
        FilledCell(
            cell=one.cell,
            recipe_hash=one.plan.recipe_hash,
            test_shot_id=scored[one.plan.recipe_hash],
            is_linked=True,
        )
        for one in due
        if one.plan.recipe_hash in scored
    ]
    new = await _render(
        tx,
        _For(user=user, batch_id=batch_id, priority=batch.priority),
        [one for one in due if one.plan.recipe_hash not in scored],
        afresh={index for index, cell in wanted.items() if cell.status is ShotStatus.SCORED},
    )
    await batch_cells.write_cells(tx, batch_id, [*linked, *new])
    await changes.tell_batch_changed(tx, batch_id, [one.test_shot_id for one in new])


_WHY = {
    Again.MISSING: "lacks a clip",
    Again.FAILED: "has failed",
    Again.ALL: "has ended",
}


async def _as_asked(tx: Tx, batch: LockedBatch) -> Matrix:
    """The matrix of a batch, planned with what it was planned with."""
    if batch.asked is None or batch.sources is None or batch.seed is None:
        raise BatchNotRepeatable(
            f"Batch {batch.id} was made before batches could be run again: ask for it anew with "
            f'POST /api/test-shots/batch and "batch_id": {batch.id}.'
        )
    sources = Sources.from_json(batch.sources)
    workflows = [sources.workflow, *(workflow for _, workflow in sources.chosen)]
    if not await are_known(
        tx, [one.id for one in sources.characters], [one.id for one in workflows]
    ):
        raise BatchNotRepeatable(
            f"A character or workflow of batch {batch.id} was deleted: ask for what is left of it "
            f'with POST /api/test-shots/batch and "batch_id": {batch.id}.'
        )
    sweep = BatchRequest.model_validate(batch.asked).sweep()
    return planned(sweep, sources, seed=batch.seed)


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


async def _render(
    tx: Tx, asked: _For, cells: Sequence[PlannedCell], *, afresh: Collection[int] = ()
) -> list[FilledCell]:
    """Ask for a test shot for every cell; those in ``afresh`` even if they were rendered."""
    new = [
        NewShot(
            run_id=new_id(),
            plan=one.plan,
            created_by_id=asked.user.id,
            batch_id=asked.batch_id,
            label=one.cell.label,
            fresh=asked.fresh or one.cell.index in afresh,
            priority=asked.priority,
        )
        for one in cells
    ]
    ids = await ask(tx, asked.user, new)
    return [
        FilledCell(cell=one.cell, recipe_hash=one.plan.recipe_hash, test_shot_id=shot_id)
        for one, shot_id in zip(cells, ids, strict=True)
    ]


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


async def _lock(tx: Tx, user: User, batch_id: int) -> LockedBatch:
    batch = await batches.lock_batch(tx, batch_id)
    if batch is None:
        raise BatchNotFound(batch_id)
    check_owner(user, batch.created_by_id, f"Batch {batch_id}")
    return batch
