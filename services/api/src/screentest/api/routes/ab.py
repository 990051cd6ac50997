"""A/B: two test shots and what differs between them."""

from http import HTTPStatus

from fastapi import Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.deps import Deps, Wired
from screentest.api.domain.comparisons import Comparison
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.comparisons import request_comparison
from screentest.api.openapi import may_answer
from screentest.api.problems.asking import CANNOT_RENDER
from screentest.api.problems.catalogue import CharacterNotFound, SceneTypeNotFound, WorkflowNotFound
from screentest.api.problems.comparisons import ComparisonNotFound, NothingDiffers
from screentest.api.schemas.comparisons import ComparisonRequest
from screentest.api.schemas.fields import RowId
from screentest.api.schemas.pages import Cursor, Limit, Page, read_id
from screentest.api.store.comparisons import fetch_comparison, fetch_comparisons
from screentest.api.unit_of_work import InTx
from screentest.common.db import Connection

router = router_for("test shots")


@router.post(
    "/test-shots/ab",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(
        SceneTypeNotFound,
        CharacterNotFound,
        WorkflowNotFound,
        NothingDiffers,
        *CANNOT_RENDER,
    ),
)
async def compare_test_shots(
    user: Creator, tx: InTx, deps: Wired, body: ComparisonRequest, response: Response
) -> Comparison:
    """Render two test shots that differ in their parameters, or in their seed alone."""
    admission = Admission.of(deps, wait_for_worker=body.wait_for_worker)
    comparison_id = await request_comparison(tx, user, body, admission)
    response.headers["Location"] = f"/api/comparisons/{comparison_id}"
    return await _existing(tx, deps, comparison_id)


@router.get("/comparisons")
async def list_comparisons(
    _: Viewer, tx: InTx, deps: Wired, limit: Limit = 50, cursor: Cursor = None
) -> Page[Comparison]:
    """Comparisons, newest first."""
    found = await fetch_comparisons(tx, before=read_id(cursor), limit=limit + 1)
    explained = [_explained(one, deps) for one in found]
    return Page[Comparison].of(explained, limit, "id")


@router.get("/comparisons/{comparison_id}", responses=may_answer(ComparisonNotFound))
async def get_comparison(_: Viewer, tx: InTx, deps: Wired, comparison_id: RowId) -> Comparison:
    """Both test shots as they are now, and the parameters that differ."""
    return await _existing(tx, deps, comparison_id)


async def _existing(connection: Connection, deps: Deps, comparison_id: int) -> Comparison:
    comparison = await fetch_comparison(connection, comparison_id)
    if comparison is None:
        raise ComparisonNotFound(comparison_id)
    return _explained(comparison, deps)


def _explained(comparison: Comparison, deps: Deps) -> Comparison:
    """With why its test shots wait, those that do."""
    sides = {"a": comparison.a, "b": comparison.b}
    waiting = {name: shot and deps.queue.of_shot(shot) for name, shot in sides.items()}
    return comparison.model_copy(update=waiting)
