"""Workflows tried before they are paid for: looked at for every live worker, rendered in small."""

from http import HTTPStatus

from fastapi import Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.deps import Wired
from screentest.api.domain.ability import Ability
from screentest.api.domain.shots import Shot
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.validating import dry_run, validate
from screentest.api.openapi import may_answer
from screentest.api.problems.asking import CANNOT_RENDER, InvalidParameters, WorkflowTooLarge
from screentest.api.problems.catalogue import CharacterNotFound, SceneTypeNotFound, WorkflowNotFound
from screentest.api.schemas.fields import RowId
from screentest.api.schemas.validation import DryRunRequest, ValidationRequest
from screentest.api.store.shots import fetch_shot
from screentest.api.unit_of_work import InTx

router = router_for("workflows")


@router.post(
    "/workflows/{workflow_id}/validate",
    responses=may_answer(WorkflowNotFound, SceneTypeNotFound, InvalidParameters, WorkflowTooLarge),
)
async def validate_workflow(
    _: Viewer, tx: InTx, deps: Wired, workflow_id: RowId, body: ValidationRequest | None = None
) -> Ability:
    """What every live worker lacks for a workflow: nodes, files, values; nothing is rendered."""
    return await validate(tx, workflow_id, body or ValidationRequest(), Admission.of(deps))


@router.post(
    "/workflows/{workflow_id}/dry-run",
    status_code=HTTPStatus.ACCEPTED,
    responses=may_answer(
        WorkflowNotFound,
        SceneTypeNotFound,
        CharacterNotFound,
        *CANNOT_RENDER,
    ),
)
async def dry_run_workflow(
    user: Creator,
    tx: InTx,
    deps: Wired,
    workflow_id: RowId,
    body: DryRunRequest,
    response: Response,
) -> Shot:
    """Render a few small frames with a workflow's own values, to see that it works.

    The answer is a test shot, labelled "dry run": `GET /api/test-shots/{id}` says how it went.
    """
    admission = Admission.of(deps, wait_for_worker=body.wait_for_worker)
    shot_id = await dry_run(tx, user, workflow_id, body, admission)
    response.headers["Location"] = f"/api/test-shots/{shot_id}"
    shot = await fetch_shot(tx, shot_id)
    assert shot is not None, "it was asked for in this transaction"
    return deps.queue.of_shot(shot)
