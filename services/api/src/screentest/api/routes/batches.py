"""Batches of test shots."""

from http import HTTPStatus

from fastapi import Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.deps import Wired
from screentest.api.domain.batches import Batch
from screentest.api.handlers.batches import request_batch
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import CharacterNotFound, SceneTypeNotFound
from screentest.api.problems.shots import (
    BatchNotFound,
    BatchTooLarge,
    InvalidParameters,
    NoSourceImage,
    UnresolvedPlaceholders,
    WorkflowTooLarge,
)
from screentest.api.schemas.batches import BatchRequest
from screentest.api.schemas.fields import RowId
from screentest.api.store.batches import fetch_batch
from screentest.api.unit_of_work import InTx
from screentest.common.db import Connection

router = router_for("test shots")


@router.post(
    "/test-shots/batch",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(
        SceneTypeNotFound,
        CharacterNotFound,
        BatchTooLarge,
        InvalidParameters,
        UnresolvedPlaceholders,
        NoSourceImage,
        WorkflowTooLarge,
    ),
)
async def request_test_shot_batch(
    user: Creator, tx: InTx, deps: Wired, body: BatchRequest, response: Response
) -> Batch:
    """Render every character with every variation: all of them are accepted, or none is."""
    batch_id = await request_batch(tx, user, body, max_cells=deps.settings.max_batch_cells)
    response.headers["Location"] = f"/api/batches/{batch_id}"
    return await _existing(tx, batch_id)


@router.get("/batches/{batch_id}", responses=may_answer(BatchNotFound))
async def get_batch(_: Viewer, tx: InTx, batch_id: RowId) -> Batch:
    """A batch, how many of its test shots are in which state, and the test shots."""
    return await _existing(tx, batch_id)


async def _existing(connection: Connection, batch_id: int) -> Batch:
    batch = await fetch_batch(connection, batch_id)
    if batch is None:
        raise BatchNotFound(batch_id)
    return batch
