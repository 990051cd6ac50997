"""Renders taken from another worker: one that was lost, or was stopped, or is busy."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from screentest.common.db import Tx
from screentest.common.events import RenderRequested
from screentest.common.leases import Lease
from screentest.common.recipes import Renderer
from screentest.gpu_runner.domain import Claim
from screentest.gpu_runner.store.notices import RELIEVED_CHANNEL, tell
from screentest.gpu_runner.store.renders import lock_staged

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


@dataclass(frozen=True, kw_only=True)
class Orphan:
    """A render taken from a worker that was lost, was stopped, or was busy."""

    claim: Claim
    #: Workers it has outlived by now.
    lost_workers: int


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


async def staged_by_busy_colleague(
    tx: Tx, renderer: Renderer, capability_class: str, *, worker: str
) -> Lease | None:
    """The lease of the render that waits longest for a colleague's backend; both are locked."""
    row = await tx.fetchrow(_STAGED_BY_BUSY_COLLEAGUE, renderer, capability_class, worker)
    # It may have begun between the look and the lock.
    if row is None or not await lock_staged(tx, UUID(row["name"])):
        return None
    return Lease(row["name"], row["owner"], row["token"])


async def tell_relieved(tx: Tx, staged: Lease) -> None:
    """Tell the worker that had only staged a render that a colleague has it now."""
    await tell(tx, RELIEVED_CHANNEL, f"{staged.name} {staged.owner}")
