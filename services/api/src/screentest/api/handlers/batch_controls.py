"""Batches cancelled, paused, resumed, moved in the queue: said to the dispatcher, and audited."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from screentest.api.domain.users import User
from screentest.api.handlers.filling import lock_own
from screentest.api.problems.batches import BatchFinished
from screentest.api.store import audit, batch_cells, batches, changes
from screentest.api.store.batches import BatchFacts
from screentest.common import outbox
from screentest.common.clock import utc_now
from screentest.common.db import Tx
from screentest.common.events import QueueControlled, ShotCancelled


async def cancel_batch(tx: Tx, user: User, batch_id: int) -> None:
    """Ask for the end of every open test shot of a batch; asking again changes nothing.

    Raises:
        BatchNotFound, NotYours, BatchFinished: there is nothing to cancel, or not for this user.
    """
    batch = await lock_own(tx, user, batch_id)
    await _check_open(tx, batch, "cancel")
    cancelled = await cancel_open(tx, user, batch_id, reason=f"batch {batch_id} was cancelled")
    if cancelled:
        after = {"test_shot_ids": cancelled}
        await audit.record(tx, user, "batch.cancelled", batch_id, after=after)
        await changes.tell_batch_changed(tx, batch_id, cancelled)


async def cancel_open(
    tx: Tx, user: User, batch_id: int, *, reason: str, but: Collection[int] = ()
) -> list[int]:
    """Ask for the end of the open test shots of a locked batch ``but`` some; returns their ids."""
    cancelled = await batch_cells.cancel_open(tx, batch_id, but=but)
    await outbox.add_all(
        tx, [ShotCancelled(run_id=run_id, by=user.id, reason=reason) for _, run_id in cancelled]
    )
    return [shot_id for shot_id, _ in cancelled]


async def pause_batch(tx: Tx, user: User, batch_id: int) -> None:
    """Begin no more cells of a batch; those that render go on. Asking again changes nothing.

    Raises:
        BatchNotFound, NotYours, BatchFinished: there is nothing to pause, or not for this user.
    """
    batch = await lock_own(tx, user, batch_id)
    await _check_open(tx, batch, "pause")
    if batch.paused_at is None:
        await _control(tx, user, batch, replace(batch, paused_at=utc_now()), "batch.paused")


async def resume_batch(tx: Tx, user: User, batch_id: int) -> None:
    """Begin cells of a batch again. Asking again changes nothing.

    Raises:
        BatchNotFound, NotYours: there is no such batch, or not for this user.
    """
    batch = await lock_own(tx, user, batch_id)
    if batch.paused_at is not None:
        await _control(tx, user, batch, replace(batch, paused_at=None), "batch.resumed")


async def change_batch(
    tx: Tx, user: User, batch_id: int, *, name: str | None, priority: int | None
) -> None:
    """Rename a batch, or move what of it waits among the user's other runs.

    Raises:
        BatchNotFound, NotYours: there is no such batch, or not for this user.
    """
    batch = await lock_own(tx, user, batch_id)
    changed = replace(
        batch,
        name=batch.name if name is None else name,
        priority=batch.priority if priority is None else priority,
    )
    if changed.priority != batch.priority:
        await _control(tx, user, batch, changed, "batch.prioritised")
    elif changed != batch:
        await _store(tx, changed)
        await changes.tell_batch_changed(tx, batch_id)


async def _control(tx: Tx, user: User, batch: BatchFacts, changed: BatchFacts, action: str) -> None:
    changed = replace(changed, control_version=batch.control_version + 1)
    await _store(tx, changed)
    # All of it every time: of two controls that arrive out of order only the newer one counts.
    await outbox.add(
        tx,
        QueueControlled(
            version=changed.control_version,
            batch_id=batch.id,
            paused=changed.paused_at is not None,
            priority=changed.priority,
            by=user.id,
        ),
    )
    await audit.record(
        tx, user, action, batch.id, before=_standing(batch), after=_standing(changed)
    )
    await changes.tell_batch_changed(tx, batch.id)


def _standing(batch: BatchFacts) -> dict[str, Any]:
    return {"paused": batch.paused_at is not None, "priority": batch.priority}


async def _store(tx: Tx, changed: BatchFacts) -> None:
    await batches.control(
        tx,
        changed.id,
        name=changed.name,
        priority=changed.priority,
        version=changed.control_version,
        is_paused=changed.paused_at is not None,
    )


async def _check_open(tx: Tx, batch: BatchFacts, verb: str) -> None:
    if not await batch_cells.count_open(tx, batch.id):
        raise BatchFinished(
            f"Every test shot of batch {batch.id} has ended: there is nothing to {verb}."
        )
