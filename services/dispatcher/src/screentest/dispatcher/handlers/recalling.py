"""Taking renders back from work queues that nobody serves any more.

A worker that learns a model, or loses one, is of another class from then on. What was released to
the old class would wait for a worker of just that class; it is called back and waits here again, as
if it had not been released.
"""

from uuid import UUID

from screentest.common import outbox
from screentest.common.db import Tx
from screentest.common.events import RenderCancelled
from screentest.common.logs import get_logger
from screentest.dispatcher import metrics
from screentest.dispatcher.domain.capabilities import Capability
from screentest.dispatcher.domain.lanes import Released, Worker, stranded
from screentest.dispatcher.domain.run import Refusal, Run
from screentest.dispatcher.handlers.sharing import note
from screentest.dispatcher.store import queue
from screentest.dispatcher.store.renders import call_back
from screentest.dispatcher.store.runs import load_run, save_run
from screentest.dispatcher.store.workers import capabilities, live_workers

log = get_logger()

#: A worker that restarts, or changes its class with a render in its hands, says so before that.
_PATIENCE_S = 20.0

#: Where nobody else can do it, it stays in its queue: the class may come back. But not for ever, as
#: a work queue that is not used is dropped by the broker after a week.
_DAY_S = 86_400.0


async def recall(tx: Tx) -> None:
    """Call back what is stranded and can be rendered elsewhere. A release has to follow.

    Nothing is called back while no worker is heard of: then it is the broker that is away.
    """
    workers = await live_workers(tx)
    if not workers:
        return
    for render in stranded(workers, await queue.released_renders(tx), after_s=_PATIENCE_S):
        if render.age_s < _DAY_S and not await _elsewhere(tx, render, workers):
            continue
        if not await take_back(tx, render.render_id, await load_run(tx, render.run_id)):
            continue
        await outbox.add(tx, RenderCancelled(render_id=render.render_id, run_id=render.run_id))
        metrics.RENDERS_RECALLED.inc()
        log.warning(
            "render_recalled",
            run_id=str(render.run_id),
            render_id=str(render.render_id),
            place=str(render.place),
        )


async def take_back(tx: Tx, render_id: UUID, run: Run | None) -> bool:
    """Let ``run`` wait again as if the render had not been released; False when it has ended.

    Those that shared it wait again as well: `settle` sees that it is not out any more.
    """
    if not await call_back(tx, render_id):
        return False
    if run is not None and not isinstance(step := run.recall(render_id), Refusal):
        await save_run(tx, step)
        await note(tx, step)
    return True


async def _elsewhere(tx: Tx, render: Released, workers: list[Worker]) -> bool:
    """Whether a live worker of another class meets its needs."""
    places = {
        worker.place
        for worker in workers
        if worker.open_slots and worker.place.renderer is render.place.renderer
    }
    known = await capabilities(tx, places)
    return any(known.get(place, Capability()).shortfall(render.needs) is None for place in places)
