"""Renders, and which of them wait for a new worker.

Leases are claimed and renewed through `screentest.common.leases`.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from screentest.common.db import Connection, Tx
from screentest.common.events import RenderRequested
from screentest.common.leases import Lease
from screentest.common.recipes import Renderer
from screentest.gpu_runner.domain import CANCELLED, Claim, Failure, Status, lease_name

CANCELLED_CHANNEL = "render_cancelled_gpu_runner"
"""NOTIFY channel that carries the ids of renders cancelled while a worker had them."""

RELIEVED_CHANNEL = "render_relieved_gpu_runner"
"""NOTIFY channel that carries the id of a render and the worker that has it no more."""

_BEGIN = """
insert into renders
    (render_id, run_id, request, renderer, traceparent, status, staged, worker, token, wanted_at)
values ($1, $2, $3, $4, $5, 'rendering', true, $6, 1, now() - make_interval(secs => $7))
on conflict (render_id) do nothing
returning true
"""

_ANSWER_TOMBSTONE = """
update renders set request = $2, renderer = $3, traceparent = $4
where render_id = $1 and request is null
returning code
"""

# A worker that died was last heard of when it renewed its lease.
_ORPHANS = """
select renders.render_id,
    case when renders.staged or renders.handed_back then 0
        else coalesce(renders.gpu_seconds, greatest(0, extract(epoch from leases.expires_at
            - make_interval(secs => $4) - coalesce(renders.started_at, renders.claimed_at)))) end
        as lost_gpu_seconds
from leases join renders on leases.name = renders.render_id::text
where leases.expires_at < now() and renders.status = 'rendering' and renders.renderer = $1
    and coalesce(renders.request->>'capability_class', '') = $2
    and renders.render_id <> all($3::uuid[])
order by leases.expires_at limit 10
for update of leases skip locked
"""

# A worker that was only to begin with it did not die of it.
_ADOPT = """
update renders set worker = $2, token = $3, claimed_at = now(), staged = true, started_at = null,
    relieved = $4, handed_back = false, gpu_seconds = null,
    lost_gpu_seconds = lost_gpu_seconds + $5,
    lost_workers = lost_workers + (not handed_back and not staged)::int
where render_id = $1
returning request, traceparent, lost_workers, lost_gpu_seconds,
    extract(epoch from clock_timestamp() - wanted_at)::float8 as waited_s
"""

_STAGED_BY_BUSY_COLLEAGUE = """
select leases.name, leases.owner, leases.token
from leases join renders on leases.name = renders.render_id::text
where renders.staged and renders.status = 'rendering' and renders.renderer = $1
    and coalesce(renders.request->>'capability_class', '') = $2
    and leases.owner <> $3 and exists (
        select from renders busy
        where busy.worker = leases.owner and busy.status = 'rendering' and not busy.staged)
order by renders.claimed_at limit 1
for update of leases skip locked
"""

_LOCK_STAGED = "select true from renders where render_id = $1 and staged for update"

_START = """
update renders set staged = false, started_at = now()
where render_id = $1 and token = $2 and status = 'rendering'
returning true
"""

_SPEND = """
update renders set gpu_seconds = $3 where render_id = $1 and token = $2 and status = 'rendering'
"""

# No backend has it any more: nothing grows until the next claim.
_HAND_BACK = """
update renders set handed_back = true, staged = true, started_at = null, gpu_seconds = null,
    lost_gpu_seconds = lost_gpu_seconds + $2
where render_id = $1 and status = 'rendering'
"""

_END = """
update renders set status = $2, ended_at = now(), code = $3, gpu_seconds = $4
where render_id = $1 and status = 'rendering'
"""

_STANDING = "select status, token, relieved from renders where render_id = $1"

_ADD_TOMBSTONE = """
insert into renders (render_id, run_id, status, ended_at, code)
values ($1, $2, 'cancelled', now(), $3)
on conflict (render_id) do nothing
returning true
"""

_LOCK_LEASE = "select true from leases where name = $1 for update"

_REVOKE_LEASE = "delete from leases where name = $1 returning expires_at"

_CANCEL = """
update renders set status = 'cancelled', ended_at = now(), code = $3,
    gpu_seconds = case when staged then 0 else coalesce(gpu_seconds, greatest(0,
        extract(epoch from least(now(), $2) - coalesce(started_at, claimed_at)))) end
where render_id = $1 and status = 'rendering'
returning request, worker, gpu_seconds, lost_gpu_seconds
"""

_NOTIFY = "select pg_notify($1, $2)"


@dataclass(frozen=True, kw_only=True)
class Orphan:
    """A render taken from a worker that was lost, was stopped, or was busy."""

    claim: Claim
    #: Workers it has outlived by now.
    lost_workers: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a render stands, as one who had claimed it sees it."""

    status: Status
    #: Nobody has claimed it since.
    is_newest: bool
    #: The latest claim took it from a colleague that had only staged it.
    relieved: bool


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """A render that was cancelled while a worker had it."""

    request: RenderRequested
    worker: str
    #: That worker's backend had it so long; 0 for one that was staged.
    gpu_seconds: float
    #: Earlier workers' backends had it so long.
    lost_gpu_seconds: float


async def begin(
    tx: Tx, request: RenderRequested, *, worker: str, traceparent: str | None, waited_s: float
) -> bool:
    """Record that ``worker`` stages it; False when the render is known already."""
    return bool(
        await tx.fetchval(
            _BEGIN,
            request.render_id,
            request.run_id,
            request.model_dump(mode="json"),
            request.recipe.renderer,
            traceparent,
            worker,
            waited_s,
        )
    )


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


async def orphans(
    tx: Tx,
    renderer: Renderer,
    capability_class: str,
    *,
    ttl_s: float,
    besides: Collection[UUID] = (),
) -> dict[UUID, float]:
    """Renders whose lease of ``ttl_s`` ran out, longest first, and the GPU seconds lost with each.

    They are locked, and without those a colleague has locked.
    """
    rows = await tx.fetch(_ORPHANS, renderer, capability_class, list(besides), ttl_s)
    return {row["render_id"]: row["lost_gpu_seconds"] for row in rows}


async def adopt(
    tx: Tx, render_id: UUID, lease: Lease, *, relieved: bool = False, lost_gpu_seconds: float = 0
) -> Orphan:
    """Record that the owner of ``lease``, which it has claimed, stages it now."""
    now, facts = time.monotonic(), (lease.owner, lease.token, relieved, lost_gpu_seconds)
    row = await tx.fetchrow(_ADOPT, render_id, *facts)
    assert row is not None, "an orphan is a render"
    claim = Claim(
        request=RenderRequested.model_validate(row["request"]),
        lease=lease,
        traceparent=row["traceparent"],
        wanted_at=None if row["waited_s"] is None else now - row["waited_s"],
        lost_gpu_seconds=row["lost_gpu_seconds"],
    )
    return Orphan(claim=claim, lost_workers=row["lost_workers"])


async def staged_by_busy_colleague(
    tx: Tx, renderer: Renderer, capability_class: str, *, worker: str
) -> Lease | None:
    """The lease of the render that waits longest for a colleague's backend; both are locked."""
    row = await tx.fetchrow(_STAGED_BY_BUSY_COLLEAGUE, renderer, capability_class, worker)
    # It may have begun between the look and the lock.
    if row is None or not await tx.fetchval(_LOCK_STAGED, UUID(row["name"])):
        return None
    return Lease(row["name"], row["owner"], row["token"])


async def tell_relieved(tx: Tx, staged: Lease) -> None:
    """Tell the worker that had only staged a render that a colleague has it now."""
    await tx.execute(_NOTIFY, RELIEVED_CHANNEL, f"{staged.name} {staged.owner}")


async def start(connection: Connection, claim: Claim) -> bool:
    """Record that the backend begins with it; False when the claim is outdated."""
    return bool(await connection.fetchval(_START, claim.request.render_id, claim.lease.token))


async def spend(connection: Connection, claim: Claim, gpu_seconds: float) -> None:
    """Record that the backend has ended, and how long it took; nothing where that is outdated."""
    await connection.execute(_SPEND, claim.request.render_id, claim.lease.token, gpu_seconds)


async def hand_back(tx: Tx, render_id: UUID, *, lost_gpu_seconds: float) -> None:
    """Record that nobody died: whoever takes it over next does so on request."""
    await tx.execute(_HAND_BACK, render_id, lost_gpu_seconds)


async def end_rendered(tx: Tx, render_id: UUID, *, gpu_seconds: float) -> None:
    """Record success. The caller holds the lease."""
    await tx.execute(_END, render_id, Status.RENDERED, None, gpu_seconds)


async def end_failed(tx: Tx, render_id: UUID, failure: Failure) -> None:
    """Record a failure. The caller holds the lease."""
    await tx.execute(_END, render_id, Status.FAILED, failure.code, failure.gpu_seconds)


async def standing(connection: Connection, claim: Claim) -> Standing:
    """Where the render of ``claim`` stands."""
    row = await connection.fetchrow(_STANDING, claim.request.render_id)
    assert row is not None, "a claimed render is never deleted"
    return Standing(
        status=Status(row["status"]),
        is_newest=row["token"] == claim.lease.token,
        relieved=row["relieved"],
    )


async def add_tombstone(tx: Tx, render_id: UUID, run_id: UUID, *, code: str) -> bool:
    """Record the cancellation of a render nobody has heard of; False when somebody has."""
    return bool(await tx.fetchval(_ADD_TOMBSTONE, render_id, run_id, code))


async def lock_unbegun(tx: Tx, render_id: UUID) -> bool:
    """Keep a render from beginning until the transaction ends; False when it has begun, or ended.

    The lease first, as everybody does who ends a render: two orders would be a deadlock.
    """
    return bool(
        await tx.fetchval(_LOCK_LEASE, lease_name(render_id))
        and await tx.fetchval(_LOCK_STAGED, render_id)
    )


async def cancel(tx: Tx, render_id: UUID, *, code: str) -> Cancelled | None:
    """Cancel a render, take its lease away and tell its worker; None when it has ended already."""
    # The lease first, as everybody does who ends a render: two orders would be a deadlock.
    lease_until = await tx.fetchval(_REVOKE_LEASE, lease_name(render_id))
    row = await tx.fetchrow(_CANCEL, render_id, lease_until, code)
    if row is None:
        return None
    await tx.execute(_NOTIFY, CANCELLED_CHANNEL, str(render_id))
    return Cancelled(
        request=RenderRequested.model_validate(row["request"]),
        worker=row["worker"],
        gpu_seconds=row["gpu_seconds"],
        lost_gpu_seconds=row["lost_gpu_seconds"],
    )
