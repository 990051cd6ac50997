"""All SQL of the gpu-runner service: renders, and which of them wait for a new worker.

Leases are claimed and renewed through `screentest.common.leases`.
"""

from dataclasses import dataclass
from uuid import UUID

from screentest.common.db import Connection, Tx
from screentest.common.events import RenderRequested
from screentest.common.recipes import Renderer
from screentest.gpu_runner.domain import Claim, Failure, Status, lease_name

CANCELLED_CHANNEL = "render_cancelled_gpu_runner"
"""NOTIFY channel that carries the ids of renders cancelled while they were rendered."""

_BEGIN = """
insert into renders (render_id, run_id, request, renderer, traceparent, status, worker, token)
values ($1, $2, $3, $4, $5, 'rendering', $6, 1)
on conflict (render_id) do nothing
returning true
"""

_ANSWER_TOMBSTONE = """
update renders set request = $2, renderer = $3, traceparent = $4
where render_id = $1 and request is null
returning true
"""

_ORPHANS = """
select renders.render_id from leases join renders on leases.name = renders.render_id::text
where leases.expires_at < now() and renders.status = 'rendering' and renders.renderer = $1
order by leases.expires_at limit 10
for update of leases skip locked
"""

_ADOPT = """
update renders set worker = $2, token = $3, claimed_at = now(), handed_back = false,
    lost_workers = lost_workers + (not handed_back)::int
where render_id = $1
returning request, traceparent, lost_workers
"""

_HAND_BACK = "update renders set handed_back = true where render_id = $1 and status = 'rendering'"

_END = """
update renders set status = $2, ended_at = now(), code = $3, gpu_seconds = $4
where render_id = $1 and status = 'rendering'
"""

_STANDING = "select status, token from renders where render_id = $1"

_ADD_TOMBSTONE = """
insert into renders (render_id, run_id, status, ended_at) values ($1, $2, 'cancelled', now())
on conflict (render_id) do nothing
returning true
"""

_REVOKE_LEASE = "delete from leases where name = $1"

_CANCEL = """
update renders set status = 'cancelled', ended_at = now(), code = 'cancelled',
    gpu_seconds = extract(epoch from now() - claimed_at)
where render_id = $1 and status = 'rendering'
returning request, worker, gpu_seconds
"""

_NOTIFY_CANCELLED = "select pg_notify($1, $2)"


@dataclass(frozen=True, kw_only=True)
class Orphan:
    """A render taken over from a worker that was lost or was stopped."""

    request: RenderRequested
    traceparent: str | None
    #: Workers it has outlived by now.
    lost_workers: int


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """A render that was cancelled while a worker had it."""

    request: RenderRequested
    worker: str
    #: Seconds since that worker claimed it.
    gpu_seconds: float


async def begin(tx: Tx, request: RenderRequested, *, worker: str, traceparent: str | None) -> bool:
    """Record that ``worker`` renders it; False when the render is known already."""
    return bool(
        await tx.fetchval(
            _BEGIN,
            request.render_id,
            request.run_id,
            request.model_dump(mode="json"),
            request.recipe.renderer,
            traceparent,
            worker,
        )
    )


async def answer_tombstone(tx: Tx, request: RenderRequested, *, traceparent: str | None) -> bool:
    """Keep a request that was cancelled before it came; False when that is not so, or was done."""
    return bool(
        await tx.fetchval(
            _ANSWER_TOMBSTONE,
            request.render_id,
            request.model_dump(mode="json"),
            request.recipe.renderer,
            traceparent,
        )
    )


async def orphans(tx: Tx, renderer: Renderer) -> list[UUID]:
    """Renders whose lease ran out, longest first; locked, and without those a colleague has."""
    return [row["render_id"] for row in await tx.fetch(_ORPHANS, renderer)]


async def adopt(tx: Tx, render_id: UUID, *, worker: str, token: int) -> Orphan:
    """Record that ``worker`` renders it now. It must be one of `orphans`."""
    row = await tx.fetchrow(_ADOPT, render_id, worker, token)
    assert row is not None, "an orphan is a render"
    return Orphan(
        request=RenderRequested.model_validate(row["request"]),
        traceparent=row["traceparent"],
        lost_workers=row["lost_workers"],
    )


async def hand_back(tx: Tx, render_id: UUID) -> None:
    """Record that nobody died: whoever takes it over next does so on request."""
    await tx.execute(_HAND_BACK, render_id)


async def end_rendered(tx: Tx, render_id: UUID, *, gpu_seconds: float) -> None:
    """Record success. The caller holds the lease."""
    await tx.execute(_END, render_id, Status.RENDERED, None, gpu_seconds)


async def end_failed(tx: Tx, render_id: UUID, failure: Failure) -> None:
    """Record a failure. The caller holds the lease."""
    await tx.execute(_END, render_id, Status.FAILED, failure.code, failure.gpu_seconds)


async def standing(connection: Connection, claim: Claim) -> tuple[Status, bool]:
    """Where a render stands, and whether ``claim`` is still the newest one of it."""
    row = await connection.fetchrow(_STANDING, claim.request.render_id)
    assert row is not None, "a claimed render is never deleted"
    return Status(row["status"]), row["token"] == claim.lease.token


async def add_tombstone(tx: Tx, render_id: UUID, run_id: UUID) -> bool:
    """Record the cancellation of a render nobody has heard of; False when somebody has."""
    return bool(await tx.fetchval(_ADD_TOMBSTONE, render_id, run_id))


async def cancel(tx: Tx, render_id: UUID) -> Cancelled | None:
    """Cancel a render, take its lease away and tell its worker; None when it has ended already."""
    # The lease first, as everybody does who ends a render: two orders would be a deadlock.
    await tx.execute(_REVOKE_LEASE, lease_name(render_id))
    row = await tx.fetchrow(_CANCEL, render_id)
    if row is None:
        return None
    await tx.execute(_NOTIFY_CANCELLED, CANCELLED_CHANNEL, str(render_id))
    return Cancelled(
        request=RenderRequested.model_validate(row["request"]),
        worker=row["worker"],
        gpu_seconds=row["gpu_seconds"],
    )
