"""Batches of test shots: asked for, seen, run again, controlled."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.deps import Deps, Wired
from screentest.api.domain.batches import Batch, BatchSummary
from screentest.api.domain.previews import BatchPreview
from screentest.api.handlers import batch_controls
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.batches import request_batch
from screentest.api.handlers.outlook import batch_now, page_now
from screentest.api.handlers.previews import preview_batch
from screentest.api.handlers.reruns import rerun_batch
from screentest.api.openapi import may_answer
from screentest.api.problems.asking import CANNOT_RENDER
from screentest.api.problems.batches import (
    BatchFinished,
    BatchNotFound,
    BatchNotRepeatable,
    BatchTooLarge,
    InvalidAxes,
    NothingToRender,
    UnknownPlace,
)
from screentest.api.problems.catalogue import CharacterNotFound, SceneTypeNotFound, WorkflowNotFound
from screentest.api.problems.shots import NotYours
from screentest.api.schemas.batches import BatchChanges, BatchRequest, RerunRequest
from screentest.api.schemas.fields import Reference, RowId
from screentest.api.schemas.pages import Cursor, Limit, Page, read_id
from screentest.api.unit_of_work import InTx
from screentest.common.db import Connection

router = router_for("test shots")


@router.post(
    "/test-shots/batch",
    status_code=HTTPStatus.ACCEPTED,
    response_model=Batch,
    responses=may_answer(
        SceneTypeNotFound,
        CharacterNotFound,
        WorkflowNotFound,
        BatchNotFound,
        BatchTooLarge,
        InvalidAxes,
        NotYours,
        *CANNOT_RENDER,
    )
    | {HTTPStatus.OK: {"model": BatchPreview, "description": "The matrix of a dry run."}},
)
async def request_test_shot_batch(
    user: Creator, tx: InTx, deps: Wired, body: BatchRequest
) -> Response:
    """Render every character with every variation and every combination of the axes.

    All cells are accepted, or none is. `dry_run` answers 200 with the matrix and stores nothing.
    Asked for again it renders only what is missing: identical renders are taken. With `batch_id`
    an earlier batch is laid out anew: cells it has stay, and what it has no cell for is cancelled.
    """
    max_cells = deps.settings.max_batch_cells
    if body.dry_run:
        return _json(await preview_batch(tx, user, body, max_cells=max_cells), HTTPStatus.OK)
    admission = Admission.of(deps, wait_for_worker=body.wait_for_worker)
    batch_id = await request_batch(tx, user, body, admission, max_cells=max_cells)
    answer = _json(await _existing(tx, deps, batch_id), HTTPStatus.ACCEPTED)
    answer.headers["Location"] = f"/api/batches/{batch_id}"
    return answer


@router.get("/batches")
async def list_batches(
    _: Viewer,
    tx: InTx,
    deps: Wired,
    scene_type_id: Annotated[Reference | None, Query()] = None,
    created_by_id: Annotated[Reference | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[BatchSummary]:
    """Batches, newest first, and how far each is."""
    found = await page_now(
        tx,
        deps,
        before=read_id(cursor),
        scene_type_id=scene_type_id,
        created_by_id=created_by_id,
        limit=limit + 1,
    )
    return Page[BatchSummary].of(found, limit, "id")


@router.get("/batches/{batch_id}", response_model=Batch, responses=may_answer(BatchNotFound))
async def get_batch(_: Viewer, tx: InTx, deps: Wired, batch_id: RowId) -> Response:
    """A batch as a grid: its axes, the state and score of every cell, and how far it is."""
    return _json(await _existing(tx, deps, batch_id), HTTPStatus.OK)


@router.patch("/batches/{batch_id}", responses=may_answer(BatchNotFound, NotYours))
async def change_batch(
    user: Creator, tx: InTx, deps: Wired, batch_id: RowId, body: BatchChanges
) -> Batch:
    """Rename a batch, or give what of it waits another priority."""
    await batch_controls.change_batch(tx, user, batch_id, name=body.name, priority=body.priority)
    return await _existing(tx, deps, batch_id)


@router.post(
    "/batches/{batch_id}/rerun",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(
        BatchNotFound, NotYours, BatchNotRepeatable, NothingToRender, UnknownPlace, *CANNOT_RENDER
    ),
)
async def rerun_batch_cells(
    user: Creator,
    tx: InTx,
    deps: Wired,
    batch_id: RowId,
    response: Response,
    body: RerunRequest | None = None,
) -> Batch:
    """Render cells that are missing or failed, or all at some places of the axes.

    Cells are planned as they were when the batch was asked for. One that has been rendered
    elsewhere takes those files; with `only: all`, scored cells are rendered afresh.
    """
    asked = body or RerunRequest()
    admission = Admission.of(deps, wait_for_worker=asked.wait_for_worker)
    await rerun_batch(tx, user, batch_id, asked, admission)
    response.headers["Location"] = f"/api/batches/{batch_id}"
    return await _existing(tx, deps, batch_id)


@router.post(
    "/batches/{batch_id}/cancel",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(BatchNotFound, NotYours, BatchFinished),
)
async def cancel_batch(user: Creator, tx: InTx, deps: Wired, batch_id: RowId) -> Batch:
    """Ask for the end of every test shot of a batch that has not ended."""
    await batch_controls.cancel_batch(tx, user, batch_id)
    return await _existing(tx, deps, batch_id)


@router.post(
    "/batches/{batch_id}/pause", responses=may_answer(BatchNotFound, NotYours, BatchFinished)
)
async def pause_batch(user: Creator, tx: InTx, deps: Wired, batch_id: RowId) -> Batch:
    """Begin no more cells of a batch until it is resumed; those that render go on."""
    await batch_controls.pause_batch(tx, user, batch_id)
    return await _existing(tx, deps, batch_id)


@router.post("/batches/{batch_id}/resume", responses=may_answer(BatchNotFound, NotYours))
async def resume_batch(user: Creator, tx: InTx, deps: Wired, batch_id: RowId) -> Batch:
    """Begin cells of a paused batch again."""
    await batch_controls.resume_batch(tx, user, batch_id)
    return await _existing(tx, deps, batch_id)


async def _existing(connection: Connection, deps: Deps, batch_id: int) -> Batch:
    batch = await batch_now(connection, deps, batch_id)
    if batch is None:
        raise BatchNotFound(batch_id)
    return batch


def _json(found: Batch | BatchPreview, status: HTTPStatus) -> Response:
    """Straight to JSON: a batch has hundreds of test shots, and needs no second check."""
    return Response(found.model_dump_json(), status, media_type="application/json")
