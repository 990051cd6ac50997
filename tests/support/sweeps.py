"""What becomes of the test shots of a batch, told to the api as the other services would."""

from typing import Any
from uuid import UUID

from screentest.api.handlers.progress import (
    on_qa_scored,
    on_run_finished,
    on_segment_rendered,
)
from screentest.common.db import Pool, transaction
from screentest.common.events import RunStatus, ShotRequested
from support.shots import finished, rendered, said, scored


async def end(pool: Pool, shot: dict[str, Any], status: RunStatus = RunStatus.COMPLETED) -> None:
    """Let a test shot be rendered, scored and finished; or fail, or be cancelled."""
    run_id = UUID(shot["run_id"])
    (asked,) = [run for run in await said(pool, ShotRequested) if run.run_id == run_id]
    if status is RunStatus.COMPLETED:
        made = rendered(run_id).model_copy(update={"recipe_hash": shot["recipe_hash"]})
        async with transaction(pool) as tx:
            await on_segment_rendered(made, tx)
        async with transaction(pool) as tx:
            await on_qa_scored(scored(run_id, made.render_id), tx)
    async with transaction(pool) as tx:
        await on_run_finished(finished(asked, status), tx)
