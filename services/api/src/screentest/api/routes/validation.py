"""Workflows validated: who of the live workers could render one, before anything is paid for."""

from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer
from screentest.api.deps import Wired
from screentest.api.domain.ability import Ability
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.validating import validate
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import SceneTypeNotFound, WorkflowNotFound
from screentest.api.problems.shots import InvalidParameters, WorkflowTooLarge
from screentest.api.schemas.fields import RowId
from screentest.api.schemas.validation import ValidationRequest
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
