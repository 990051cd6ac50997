"""How cells of a batch get their test shots: kept, or asked for.

Whether what is asked for has been rendered before is the dispatcher's to tell: it knows every
render, looks for the files, and takes them or renders again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from screentest.api.domain.batches import BatchCell
from screentest.api.domain.seeds import usual_seed
from screentest.api.domain.sweeps import Sweep
from screentest.api.domain.users import User
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.asking import ask, check_owner, draw_seed
from screentest.api.handlers.matrices import Matrix, PlannedCell, plan_matrix
from screentest.api.problems.batches import BatchNotFound
from screentest.api.schemas.batches import BatchRequest
from screentest.api.store import batches
from screentest.api.store.batch_cells import FilledCell
from screentest.api.store.batches import BatchFacts
from screentest.api.store.shots import NewShot
from screentest.common.db import Connection, Tx
from screentest.common.ids import new_id


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who asks for test shots, for which batch, and how urgently."""

    user: User
    batch_id: int
    priority: int
    admission: Admission
    #: Render even what has been rendered.
    fresh: bool = False


async def lock_own(tx: Tx, user: User, batch_id: int) -> BatchFacts:
    """A batch that nobody else decides about until the transaction ends.

    Raises:
        BatchNotFound, NotYours: there is no such batch, or not for this user.
    """
    return _own(user, batch_id, await batches.lock_batch(tx, batch_id))


async def read_own(connection: Connection, user: User, batch_id: int) -> BatchFacts:
    """The same as it is now, without a lock.

    Raises:
        BatchNotFound, NotYours: there is no such batch, or not for this user.
    """
    return _own(user, batch_id, await batches.fetch_facts(connection, batch_id))


def _own(user: User, batch_id: int, batch: BatchFacts | None) -> BatchFacts:
    if batch is None:
        raise BatchNotFound(batch_id)
    check_owner(user, batch.created_by_id, f"Batch {batch_id}")
    return batch


async def plan_cells(
    connection: Connection, asked: BatchRequest, sweep: Sweep, batch: BatchFacts | None
) -> Matrix:
    """The matrix of a new batch, or of one that is laid out anew and keeps its seeds.

    Raises:
        Problem: the same as `plan_matrix`.
    """
    known, drawn = (None, None) if batch is None else (batch.seed, batch.draw)
    return await plan_matrix(
        connection,
        asked,
        sweep,
        seed=usual_seed(asked.scene_type_id) if known is None else known,
        draw=draw_seed() if drawn is None else drawn,
    )


def kept(cells: Iterable[PlannedCell], present: Iterable[BatchCell]) -> list[FilledCell]:
    """Cells that a batch has a test shot for already, done or to come."""
    # Some recipes are asked for twice, and have a test shot each.
    spare: defaultdict[str, list[int]] = defaultdict(list)
    for cell in present:
        if cell.is_kept and cell.test_shot_id is not None:
            spare[cell.recipe_hash].append(cell.test_shot_id)
    return [
        filled(one, spare[one.plan.recipe_hash].pop(0))
        for one in cells
        if spare[one.plan.recipe_hash]
    ]


async def render(
    tx: Tx, asking: Asking, cells: Sequence[PlannedCell], *, afresh: Collection[int] = ()
) -> list[FilledCell]:
    """Ask for a test shot for every cell; for those in ``afresh`` even if it was rendered."""
    new = [
        NewShot(
            run_id=new_id(),
            plan=one.plan,
            created_by_id=asking.user.id,
            batch_id=asking.batch_id,
            label=one.cell.label,
            fresh=asking.fresh or one.cell.index in afresh,
            priority=asking.priority,
        )
        for one in cells
    ]
    await batches.go_on(tx, asking.batch_id)
    ids = await ask(tx, asking.user, new, asking.admission)
    return [filled(one, shot_id) for one, shot_id in zip(cells, ids, strict=True)]


def filled(one: PlannedCell, shot_id: int) -> FilledCell:
    """A cell with its test shot."""
    return FilledCell(cell=one.cell, recipe_hash=one.plan.recipe_hash, test_shot_id=shot_id)


def without(cells: Iterable[PlannedCell], done: Iterable[FilledCell]) -> list[PlannedCell]:
    """The cells that are not filled yet."""
    indices = {one.cell.index for one in done}
    return [one for one in cells if one.cell.index not in indices]
