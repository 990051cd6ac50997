"""What runs of scenes await between two segments: shown as the dispatcher decides it."""

from screentest.api.domain.chains import total_duration_s, unbroken
from screentest.api.store import chains, changes, runs
from screentest.api.store.runs import RunProgress
from screentest.common.db import Tx


async def after_render(tx: Tx, run: RunProgress, segment: int) -> None:
    """A segment of a live run is rendered: the run awaits a verdict, a frame, or a slot."""
    await runs.mark_run_started(tx, run.run_id)
    await _move(tx, run, segment)


async def after_score(tx: Tx, run: RunProgress, segment: int) -> None:
    """A segment is scored: a run that awaited that awaits a frame, or a slot for the next one.

    One that qa fails ends; until that is heard from the dispatcher it is shown as it was.
    """
    if run.status == "awaiting_qa":
        await _move(tx, run, segment)


async def _move(tx: Tx, run: RunProgress, segment: int) -> None:
    made = unbroken(await chains.fetch_segments(tx, run.scene_id))
    if len(made) < segment:
        return  # One before it is not heard of yet; what the run awaits is seen when it is.
    status = run.status_after(len(made), total_duration_s(made), made[-1].verdict)
    if run.status != status:
        await runs.set_run_status(tx, run.run_id, status)
        await changes.tell_run(tx, run.run_id)
