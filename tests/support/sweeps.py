"""Sweeps as people ask for them, and what becomes of their test shots."""

from typing import Any
from uuid import UUID

import httpx

from screentest.api.handlers.progress import (
    on_qa_scored,
    on_run_finished,
    on_segment_rendered,
)
from screentest.common.db import Pool, transaction
from screentest.common.events import RunStatus, ShotRequested
from support.shots import Catalogue, finished, rendered, said, scored

BATCH = "/api/test-shots/batch"
CFG = {"kind": "slot", "slot": "cfg", "values": {"start": 4, "stop": 6, "step": 1}}


def sweep(catalogue: Catalogue, *axes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """All characters of a catalogue with the axes."""
    return {
        "scene_type_id": catalogue.scene_type_id,
        "character_ids": catalogue.character_ids,
        "axes": list(axes),
    } | more


async def posted(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    """The batch a request makes."""
    answer = await client.post(BATCH, json=body)
    assert answer.status_code == 202, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def end(pool: Pool, shot: dict[str, Any], status: RunStatus = RunStatus.COMPLETED) -> None:
    """Let a test shot be rendered, scored and finished; or fail, or be cancelled.

    As the other services would tell the api.
    """
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
