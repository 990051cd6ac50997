"""How cells of a batch get their test shots: rendered, or linked to one that is there."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from screentest.api.domain.users import User
from screentest.api.handlers.asking import ask, check_owner
from screentest.api.handlers.matrices import PlannedCell
from screentest.api.problems.shots import BatchNotFound
from screentest.api.store import batch_cells, batches, shots
from screentest.api.store.batch_cells import FilledCell
from screentest.api.store.batches import LockedBatch
from screentest.api.store.shots import NewShot
from screentest.common.db import Tx
from screentest.common.ids import new_id


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who asks for test shots, for which batch, and how urgently."""

    user: User
    batch_id: int
    priority: int
    #: Render even what has been rendered.
    fresh: bool = False


async def lock_own(tx: Tx, user: User, batch_id: int) -> LockedBatch:
    """A batch that nobody else decides about until the transaction ends.

    Raises:
        BatchNotFound, NotYours: there is no such batch, or not for this user.
    """
    batch = await batches.lock_batch(tx, batch_id)
    if batch is None:
        raise BatchNotFound(batch_id)
    check_owner(user, batch.created_by_id, f"Batch {batch_id}")
    return batch


async def link_scored(tx: Tx, cells: Sequence[PlannedCell]) -> list[FilledCell]:
    """Those of the cells whose recipe was scored before, with the newest test shot of it."""
    scored = await batch_cells.fetch_scored(tx, [one.plan.recipe_hash for one in cells])
    held = await shots.hold_shots(tx, scored.values())
    return [
        filled(one, shot_id, is_linked=True)
        for one in cells
        if (shot_id := scored.get(one.plan.recipe_hash)) in held and shot_id is not None
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
    ids = await ask(tx, asking.user, new)
    return [filled(one, shot_id) for one, shot_id in zip(cells, ids, strict=True)]


def filled(one: PlannedCell, shot_id: int, *, is_linked: bool = False) -> FilledCell:
    """A cell with its test shot."""
    return FilledCell(
        cell=one.cell,
        recipe_hash=one.plan.recipe_hash,
        test_shot_id=shot_id,
        is_linked=is_linked,
    )


def without(cells: Iterable[PlannedCell], done: Iterable[FilledCell]) -> list[PlannedCell]:
    """The cells that are not filled yet."""
    indices = {one.cell.index for one in done}
    return [one for one in cells if one.cell.index not in indices]
