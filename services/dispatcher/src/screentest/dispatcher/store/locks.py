"""Locks on names: they order transactions about things that have no row yet."""

from uuid import UUID

from screentest.common.db import Tx

_LOCK = "select pg_advisory_xact_lock(hashtextextended('dispatcher/' || $1, 0))"

_SHARE = "select pg_advisory_xact_lock_shared(hashtextextended('dispatcher/' || $1, 0))"


async def lock_run(tx: Tx, run_id: UUID) -> None:
    """Wait until nobody else opens or cancels the run."""
    await tx.execute(_LOCK, f"run/{run_id}")


async def lock_scene(tx: Tx, scene_id: int) -> None:
    """Wait until nobody else opens a run of the scene or hears of its promotion."""
    await tx.execute(_LOCK, f"scene/{scene_id}")


async def share_controls(tx: Tx) -> None:
    """Wait until nobody else controls the queue: what people said of a new run is known by then."""
    await tx.execute(_SHARE, "controls")


async def lock_controls(tx: Tx) -> None:
    """Wait until nobody else controls the queue or opens a run: each is seen by the other."""
    await tx.execute(_LOCK, "controls")


async def lock_release(tx: Tx) -> None:
    """Wait until nobody else counts free slots; replicas release one after the other."""
    await tx.execute(_LOCK, "release")
