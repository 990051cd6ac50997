"""What runs of scenes await between two segments: shown as the dispatcher decides it."""

from screentest.api.domain.chains import total_duration_s, unbroken
from screentest.api.store import chains, changes, runs
from screentest.api.store.runs import RunProgress
from screentest.common.db import Tx
from screentest.common.events import QAScored, Verdict


async def after_render(tx: Tx, run: RunProgress, segment: int, *, is_scored: bool) -> None:
    """A segment of a live run is rendered: the run awaits a verdict, a frame, or nothing."""
    gate = await _gate(tx, run, segment, is_scored=is_scored)
    await _move(tx, run, gate or "rendering")


async def after_score(tx: Tx, run: RunProgress, event: QAScored) -> None:
    """A segment is scored: a run that awaited that awaits a frame, or a slot for the next one.

    One that qa fails ends; that is heard from the dispatcher.
    """
    if run.status != "awaiting_qa" or event.verdict is Verdict.FAIL:
        return
    gate = await _gate(tx, run, event.segment, is_scored=True)
    await _move(tx, run, gate or "waiting")


async def _gate(tx: Tx, run: RunProgress, segment: int, *, is_scored: bool) -> str | None:
    if not run.has_gates:
        return None
    made = unbroken(await chains.fetch_segments(tx, run.scene_id))
    return run.gate_after(segment, total_duration_s(made[:segment]), is_scored=is_scored)


async def _move(tx: Tx, run: RunProgress, status: str) -> None:
    if run.status != status:
        await runs.set_run_status(tx, run.run_id, status)
        await changes.tell_run(tx, run.run_id)
