"""Keeping waiting runs and identical renders together, in the transactions of other handlers.

All but `note` happens under the release lock, where nothing may wait: rows that somebody else has
are left to whoever has them, because their transaction ends with a release as well.
"""

from uuid import UUID

from screentest.common import outbox
from screentest.common.db import Tx
from screentest.common.events import RenderCancelled
from screentest.common.logs import get_logger
from screentest.dispatcher.domain.reuse import key_of, stand
from screentest.dispatcher.domain.run import Run, Status
from screentest.dispatcher.store import renders, reuse
from screentest.dispatcher.store.locks import lock_release

log = get_logger()


async def note(tx: Tx, run: Run) -> None:
    """Record which identical renders a run could do with, once it waits for a segment."""
    if run.status is Status.WAITING:
        await reuse.set_key(tx, run.plan.run_id, key_of(run))


async def goes_on(tx: Tx, render_id: UUID) -> bool:
    """Whether a render that its own run gives up is wanted by others. Takes the release lock."""
    await lock_release(tx)
    if not await reuse.is_shared(tx, render_id):
        return False
    log.info("shared_render_goes_on", render_id=str(render_id))
    return True


async def settle(tx: Tx) -> None:
    """Let every waiting run take, share or have its own; call back what nobody waits for."""
    found = await reuse.unsettled(tx)
    if found:
        await reuse.settle(tx, {each.run_id: stand(each) for each in found})
    for render_id, run_id in (await reuse.orphans(tx)).items():
        log.info("shared_render_called_back", run_id=str(run_id), render_id=str(render_id))
        await renders.cancel_renders(tx, [render_id])
        await outbox.add(tx, RenderCancelled(render_id=render_id, run_id=run_id))
