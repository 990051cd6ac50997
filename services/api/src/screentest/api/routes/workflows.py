"""Workflows: ComfyUI graphs and their slots."""

from http import HTTPStatus
from typing import Any

from fastapi import Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.domain.workflows import with_defaults, workflow_faults
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import InUse, InvalidWorkflow, WorkflowNotFound
from screentest.api.schemas.fields import RowId
from screentest.api.schemas.pages import Cursor, Limit, Page, read_id
from screentest.api.schemas.workflows import (
    NewWorkflow,
    Workflow,
    WorkflowChanges,
    WorkflowSummary,
)
from screentest.api.store import audit, workflows
from screentest.api.unit_of_work import InTx
from screentest.common.db import Tx
from screentest.common.recipes import Renderer, Slot
from screentest.common.workflows import discover_slots

router = router_for("workflows")


@router.get("/workflows")
async def list_workflows(
    _: Viewer,
    tx: InTx,
    limit: Limit = 50,
    cursor: Cursor = None,
    renderer: Renderer | None = None,
) -> Page[WorkflowSummary]:
    """Workflows without their graphs, newest first."""
    found = await workflows.workflows(
        tx, before=read_id(cursor), renderer=renderer, limit=limit + 1
    )
    return Page[WorkflowSummary].of(found, limit, "id")


@router.post("/workflows", status_code=HTTPStatus.CREATED, responses=may_answer(InvalidWorkflow))
async def create_workflow(
    user: Creator, tx: InTx, body: NewWorkflow, response: Response
) -> Workflow:
    """Import a workflow; slots that are not given are found in the graph."""
    slots = _checked(body.graph, body.slots)
    made = await workflows.add_workflow(tx, body, slots, user.id)
    response.headers["Location"] = f"/api/workflows/{made.id}"
    return made


@router.get("/workflows/{workflow_id}", responses=may_answer(WorkflowNotFound))
async def get_workflow(_: Viewer, tx: InTx, workflow_id: RowId) -> Workflow:
    """One workflow with its graph."""
    found = await workflows.workflow(tx, workflow_id)
    if found is None:
        raise WorkflowNotFound(workflow_id)
    return found


@router.patch("/workflows/{workflow_id}", responses=may_answer(WorkflowNotFound, InvalidWorkflow))
async def change_workflow(
    _: Creator, tx: InTx, workflow_id: RowId, body: WorkflowChanges
) -> Workflow:
    """Change a workflow. What was asked for before keeps the graph it had."""
    workflow = await _locked(tx, workflow_id)
    given = {name: getattr(body, name) for name in body.model_fields_set}
    if {"graph", "slots"} & given.keys():
        graph = given.get("graph", workflow.graph)
        given["slots"] = _checked(graph, given.get("slots"))
    changed = workflow.model_copy(update=given)
    if _deciding(changed) != _deciding(workflow):
        changed = changed.model_copy(update={"version": workflow.version + 1})
    return await workflows.change_workflow(tx, changed)


@router.delete(
    "/workflows/{workflow_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=may_answer(WorkflowNotFound, InUse),
)
async def delete_workflow(user: Creator, tx: InTx, workflow_id: RowId) -> None:
    """Remove a workflow; refused while scene types are made with it."""
    workflow = await _locked(tx, workflow_id)
    await workflows.delete_workflow(tx, workflow_id)
    before = {"name": workflow.name, "version": workflow.version}
    await audit.record(tx, user, "workflow.deleted", workflow_id, before=before)


async def _locked(tx: Tx, workflow_id: int) -> Workflow:
    found = await workflows.lock_workflow(tx, workflow_id)
    if found is None:
        raise WorkflowNotFound(workflow_id)
    return found


def _checked(graph: dict[str, Any], slots: list[Slot] | None) -> list[Slot]:
    """The slots of a sound workflow: the given ones, or those that can be found."""
    if faults := workflow_faults(graph, slots or []):
        raise InvalidWorkflow(faults)
    return list(discover_slots(graph)) if slots is None else with_defaults(graph, slots)


def _deciding(workflow: Workflow) -> tuple[Any, ...]:
    """What decides the pixels."""
    return workflow.renderer, workflow.graph, workflow.slots, workflow.frame_rule
