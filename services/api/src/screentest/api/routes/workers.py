"""Workers: who renders, what they can, and whether they take work."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path

from screentest.api.api_route import router as router_for
from screentest.api.auth import Admin, Viewer
from screentest.api.domain.workers import Worker
from screentest.api.handlers.lanes import set_worker_draining
from screentest.api.openapi import may_answer
from screentest.api.problems.workers import WorkerNotFound
from screentest.api.store.workers import fetch_workers
from screentest.api.unit_of_work import InTx
from screentest.common.db import Tx

router = router_for("workers")

_Name = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


@router.get("/workers")
async def list_workers(_: Viewer, tx: InTx) -> list[Worker]:
    """All workers that ever reported, by name; `is_alive` tells those that are there now."""
    return await fetch_workers(tx)


@router.post(
    "/workers/{name}/drain",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(WorkerNotFound),
)
async def drain_worker(user: Admin, tx: InTx, name: _Name) -> Worker:
    """Let a worker finish what it has and take no more; `draining` says when it has heard."""
    await set_worker_draining(tx, user, name, is_draining=True)
    return await _one(tx, name)


@router.post(
    "/workers/{name}/resume",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(WorkerNotFound),
)
async def resume_worker(user: Admin, tx: InTx, name: _Name) -> Worker:
    """Let a worker take work again."""
    await set_worker_draining(tx, user, name, is_draining=False)
    return await _one(tx, name)


async def _one(tx: Tx, name: str) -> Worker:
    return next(worker for worker in await fetch_workers(tx) if worker.name == name)
