"""Renders a worker has, and how they end.

Leases are claimed and renewed through `screentest.common.leases`. What is taken from another worker
is in `takeovers`, what is called back in `cancels`.
"""

from dataclasses import dataclass
from uuid import UUID

from screentest.common.db import Connection, Tx
from screentest.common.events import RenderRequested
from screentest.gpu_runner.domain import Claim, Failure, Status

_BEGIN = """
insert into renders
    (render_id, run_id, request, renderer, traceparent, status, staged, worker, token, wanted_at)
values ($1, $2, $3, $4, $5, 'rendering', true, $6, 1, now() - make_interval(secs => $7))
on conflict (render_id) do nothing
returning true
"""


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


_LOCK_STAGED = "select true from renders where render_id = $1 and staged for update"


async def lock_staged(tx: Tx, render_id: UUID) -> bool:
    """Keep a render from beginning until the transaction ends; False when it is staged no more."""
    return bool(await tx.fetchval(_LOCK_STAGED, render_id))


_START = """
update renders set staged = false, started_at = now()
where render_id = $1 and token = $2 and status = 'rendering'
returning true
"""


async def start(connection: Connection, claim: Claim) -> bool:
    """Record that the backend begins with it; False when the claim is outdated."""
    return bool(await connection.fetchval(_START, claim.request.render_id, claim.lease.token))


_SPEND = """
update renders set gpu_seconds = $3 where render_id = $1 and token = $2 and status = 'rendering'
"""


async def spend(connection: Connection, claim: Claim, gpu_seconds: float) -> None:
    """Record that the backend has ended, and how long it took; nothing where that is outdated."""
    await connection.execute(_SPEND, claim.request.render_id, claim.lease.token, gpu_seconds)


# No backend has it any more: nothing grows until the next claim.
_HAND_BACK = """
update renders set handed_back = true, staged = true, started_at = null, gpu_seconds = null,
    lost_gpu_seconds = lost_gpu_seconds + $2
where render_id = $1 and status = 'rendering'
"""


async def hand_back(tx: Tx, render_id: UUID, *, lost_gpu_seconds: float) -> None:
    """Record that nobody died: whoever takes it over next does so on request."""
    await tx.execute(_HAND_BACK, render_id, lost_gpu_seconds)


_END = """
update renders set status = $2, ended_at = now(), code = $3, gpu_seconds = $4
where render_id = $1 and status = 'rendering'
"""


async def end_rendered(tx: Tx, render_id: UUID, *, gpu_seconds: float) -> None:
    """Record success. The caller holds the lease."""
    await tx.execute(_END, render_id, Status.RENDERED, None, gpu_seconds)


async def end_failed(tx: Tx, render_id: UUID, failure: Failure) -> None:
    """Record a failure. The caller holds the lease."""
    await tx.execute(_END, render_id, Status.FAILED, failure.code, failure.gpu_seconds)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a render stands, as one who had claimed it sees it."""

    status: Status
    #: Nobody has claimed it since.
    is_newest: bool
    #: The latest claim took it from a colleague that had only staged it.
    relieved: bool


_STANDING = "select status, token, relieved from renders where render_id = $1"


async def standing(connection: Connection, claim: Claim) -> Standing:
    """Where the render of ``claim`` stands."""
    row = await connection.fetchrow(_STANDING, claim.request.render_id)
    assert row is not None, "a claimed render is never deleted"
    return Standing(
        status=Status(row["status"]),
        is_newest=row["token"] == claim.lease.token,
        relieved=row["relieved"],
    )
