"""Asking staged renders to give way to shots that would else wait for two.

Only the gpu-runner knows whether a render has begun by then. So this is a wish: the render stays
out, and its slot taken, until the gpu-runner says that it was recalled, or what became of it.
"""

from screentest.common import outbox
from screentest.common.db import Tx
from screentest.common.events import RenderCancelled
from screentest.common.logs import get_logger
from screentest.dispatcher import metrics
from screentest.dispatcher.domain.displacing import Displacing, staged
from screentest.dispatcher.domain.shares import Shares
from screentest.dispatcher.handlers.policy import policy_now
from screentest.dispatcher.store import displacing, queue
from screentest.dispatcher.store.workers import live_workers

log = get_logger()


async def displace(tx: Tx, shares: Shares) -> None:
    """Ask for the places of shots that would wait too long. Under the release lock."""
    workers = await live_workers(tx)
    released = await queue.released_renders(tx)
    renderers = {slot.place.renderer for _, slot in staged(workers, released)}
    if not renderers:
        return
    out = {render.user for render in released}
    if not await queue.waits_with_nothing_out(tx, renderers, out):
        return
    found = Displacing(
        waiting=await queue.first_waiting(tx, renderers, 1),
        workers=workers,
        released=released,
        policy=await policy_now(tx, shares, workers),
        served=await displacing.served_users(tx),
    ).displacements()
    for each in found:
        render, run = each.render, each.run
        if not await displacing.displace(tx, each):
            continue
        await outbox.add(
            tx,
            RenderCancelled(render_id=render.render_id, run_id=render.run_id, unless_begun=True),
        )
        metrics.RENDERS_DISPLACED.inc()
        log.info(
            "render_displaced",
            run_id=str(render.run_id),
            render_id=str(render.render_id),
            displaced_for=str(run.run_id),
        )
