"""Workers that are lost while they have a render."""

from screentest.common.db import Pool, transaction
from screentest.common.events import RenderRequested
from screentest.common.ids import new_id
from screentest.gpu_runner import handlers
from screentest.gpu_runner.domain import Claim
from screentest.gpu_runner.store import renders


async def claimed_by_a_ghost(
    pool: Pool,
    request: RenderRequested,
    *,
    staged: bool = False,
    waited_s: float = 0.0,
    ttl_s: float = -1,
) -> Claim:
    """A claim whose worker was lost as soon as it had begun; before that if ``staged``.

    Nobody knows for ``ttl_s``.
    """
    async with transaction(pool) as tx:
        claim = await handlers.claim(
            tx,
            request,
            queue="q",
            message_id=new_id(),
            traceparent=None,
            worker="ghost",
            ttl_s=ttl_s,
            waited_s=waited_s,
        )
        assert claim is not None
        assert staged or await renders.start(tx, claim)
        return claim
