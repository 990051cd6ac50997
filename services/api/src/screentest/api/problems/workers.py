"""Problems with workers."""

from http import HTTPStatus
from typing import Any

from screentest.api.problems.problem import NotFound, Problem


class WorkerNotFound(NotFound):
    """No worker of that name ever reported."""

    noun, listed_at = "worker", "/api/workers"


class NoWorkerCanRender(Problem):
    """Every live worker lacks something that the request needs.

    `workers` has what each of them lacks: node classes, model files, values it does not offer, and
    how to mend it. Mend one of them, or ask with `wait_for_worker: true` to have it wait for one
    that can. `POST /api/workflows/{id}/validate` tells the same without asking for anything.
    """

    status = HTTPStatus.CONFLICT

    def __init__(self, detail: str, *, workflow_id: int, workers: list[dict[str, Any]]) -> None:
        super().__init__(
            f"{detail} Mend one of them, or ask with wait_for_worker: true to let it wait.",
            workflow_id=workflow_id,
            workers=workers,
        )
