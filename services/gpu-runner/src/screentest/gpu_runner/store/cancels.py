"""Renders that are called back: before their request has come, before they begin, or later."""

from dataclasses import dataclass
from uuid import UUID

from screentest.common.db import Tx
from screentest.common.events import RenderRequested
from screentest.gpu_runner.domain import CANCELLED, lease_name
from screentest.gpu_runner.store.notices import CANCELLED_CHANNEL, tell
from screentest.gpu_runner.store.renders import lock_staged

_ADD_TOMBSTONE = """
insert into renders (render_id, run_id, status, ended_at, code)
values ($1, $2, 'cancelled', now(), $3)
on conflict (render_id) do nothing
returning true
"""


async def add_tombstone(tx: Tx, render_id: UUID, run_id: UUID, *, code: str) -> bool:
    """Record the cancellation of a render nobody has heard of; False when somebody has."""
    return bool(await tx.fetchval(_ADD_TOMBSTONE, render_id, run_id, code))


_ANSWER_TOMBSTONE = """
update renders set request = $2, renderer = $3, traceparent = $4
where render_id = $1 and request is null
returning code
"""


async def answer_tombstone(
    tx: Tx, request: RenderRequested, *, traceparent: str | None
) -> str | None:
    """Keep a request that was called back before it came; returns how, None when it was not.

    None as well when it was answered before.
    """
    row = await tx.fetchrow(
        _ANSWER_TOMBSTONE,
        request.render_id,
        request.model_dump(mode="json"),
        request.recipe.renderer,
        traceparent,
    )
    # Earlier versions knew one way only, and wrote none.
    return None if row is None else row["code"] or CANCELLED.code


_LOCK_LEASE = "select true from leases where name = $1 for update"


async def lock_unbegun(tx: Tx, render_id: UUID) -> bool:
    """Keep a render from beginning until the transaction ends; False when it has begun, or ended.

    The lease first, as everybody does who ends a render: two orders would be a deadlock.
    """
    return bool(
        await tx.fetchval(_LOCK_LEASE, lease_name(render_id)) and await lock_staged(tx, render_id)
    )


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """A render that was cancelled while a worker had it."""

    request: RenderRequested
    worker: str
    #: That worker's backend had it so long; 0 for one that was staged.
    gpu_seconds: float
    #: Earlier workers' backends had it so long.
    lost_gpu_seconds: float


_REVOKE_LEASE = "delete from leases where name = $1 returning expires_at"

_CANCEL = """
update renders set status = 'cancelled', ended_at = now(), code = $3,
    gpu_seconds = case when staged then 0 else coalesce(gpu_seconds, greatest(0,
        extract(epoch from least(now(), $2) - coalesce(started_at, claimed_at)))) end
where render_id = $1 and status = 'rendering'
returning request, worker, gpu_seconds, lost_gpu_seconds
"""


async def cancel(tx: Tx, render_id: UUID, *, code: str) -> Cancelled | None:
    """Cancel a render, take its lease away and tell its worker; None when it has ended already."""
    # The lease first, as everybody does who ends a render: two orders would be a deadlock.
    lease_until = await tx.fetchval(_REVOKE_LEASE, lease_name(render_id))
    row = await tx.fetchrow(_CANCEL, render_id, lease_until, code)
    if row is None:
        return None
    await tell(tx, CANCELLED_CHANNEL, str(render_id))
    return Cancelled(
        request=RenderRequested.model_validate(row["request"]),
        worker=row["worker"],
        gpu_seconds=row["gpu_seconds"],
        lost_gpu_seconds=row["lost_gpu_seconds"],
    )
