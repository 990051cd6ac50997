"""Versions of workflows, and what changed between them."""

from typing import Annotated

from fastapi import Path, Query

from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer
from screentest.api.domain.diff_sentences import sentences_of
from screentest.api.domain.sweeps import WorkflowVersion
from screentest.api.domain.workflow_diffs import diff_of
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import WorkflowNotFound, WorkflowVersionNotFound
from screentest.api.schemas.fields import RowId
from screentest.api.schemas.pages import Cursor, Limit, Page, read_id
from screentest.api.schemas.workflow_versions import Version, VersionDiff, VersionSummary
from screentest.api.store import workflow_versions, workflows
from screentest.api.unit_of_work import InTx
from screentest.common.db import Tx

router = router_for("workflows")

_MAX_VERSION = 2**31 - 1
_Number = Annotated[int, Path(ge=1, le=_MAX_VERSION)]


@router.get("/workflows/{workflow_id}/versions", responses=may_answer(WorkflowNotFound))
async def list_workflow_versions(
    _: Viewer, tx: InTx, workflow_id: RowId, limit: Limit = 50, cursor: Cursor = None
) -> Page[VersionSummary]:
    """Every version a workflow had, without graphs, newest first: who made it, and when."""
    before = read_id(cursor)
    await _present_version(tx, workflow_id)
    found = await workflow_versions.fetch_versions(tx, workflow_id, before=before, limit=limit + 1)
    return Page[VersionSummary].of(found, limit, "version")


@router.get(
    "/workflows/{workflow_id}/versions/{version}",
    responses=may_answer(WorkflowNotFound, WorkflowVersionNotFound),
)
async def get_workflow_version(
    _: Viewer, tx: InTx, workflow_id: RowId, version: _Number
) -> Version:
    """One version of a workflow with its graph. It never changes."""
    await _present_version(tx, workflow_id)
    found = await workflow_versions.fetch_version(tx, workflow_id, version)
    if found is None:
        raise WorkflowVersionNotFound(version)
    return found


@router.get(
    "/workflows/{workflow_id}/diff",
    responses=may_answer(WorkflowNotFound, WorkflowVersionNotFound),
)
async def compare_workflow_versions(
    _: Viewer,
    tx: InTx,
    workflow_id: RowId,
    from_version: Annotated[
        int | None,
        Query(alias="from", ge=1, le=_MAX_VERSION, description="The one before `to`, if left out."),
    ] = None,
    to_version: Annotated[
        int | None,
        Query(alias="to", ge=1, le=_MAX_VERSION, description="The present one, if left out."),
    ] = None,
) -> VersionDiff:
    """What changed from one version to another: nodes, inputs, slots; also in sentences."""
    present = await _present_version(tx, workflow_id)
    new = to_version or present
    old = from_version or max(new - 1, 1)
    asked = [WorkflowVersion(workflow_id, old), WorkflowVersion(workflow_id, new)]
    found = await workflow_versions.load_versions(tx, asked)
    for one in asked:
        if one not in found:
            raise WorkflowVersionNotFound(one.version)
    diff = diff_of(found[asked[0]], found[asked[1]])
    return VersionDiff(**dict(diff), sentences=sentences_of(diff))


async def _present_version(tx: Tx, workflow_id: int) -> int:
    found = await workflows.workflow(tx, workflow_id)
    if found is None:
        raise WorkflowNotFound(workflow_id)
    return found.version
