"""Workflows: ComfyUI graphs and their slots."""

import asyncio
from http import HTTPStatus

from fastapi import Request, Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.deps import Deps, Wired
from screentest.api.handlers.describing import Describing
from screentest.api.handlers.workflows import import_workflow, revise
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import (
    InUse,
    InvalidWorkflow,
    SameWorkflow,
    WorkflowNameTaken,
    WorkflowNotFound,
)
from screentest.api.problems.general import InvalidRequest
from screentest.api.routes.forms import is_form, json_or_form, read_fields, validated
from screentest.api.schemas.fields import RowId
from screentest.api.schemas.pages import Cursor, Limit, Page, read_id
from screentest.api.schemas.workflows import (
    ImportedWorkflow,
    NewWorkflow,
    Workflow,
    WorkflowChanges,
    WorkflowSummary,
)
from screentest.api.store import audit, workflows
from screentest.api.unit_of_work import InTx
from screentest.api.workflow_files import read_graph
from screentest.common.db import Tx
from screentest.common.recipes import Renderer

router = router_for("workflows")

_NEW_WORKFLOW = json_or_form(
    NewWorkflow,
    required=["file"],
    fields={
        "file": {"type": "string", "format": "binary"},
        "name": {"type": "string", "description": "The file's, if left out."},
        "renderer": {"type": "string", "default": "comfyui"},
        "slots": {"type": "string", "description": "A JSON list."},
        "slot_changes": {"type": "string", "description": "A JSON object."},
        "frame_rule": {"type": "string", "description": "A JSON object."},
        "vram_gb": {"type": "number"},
    },
)


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


@router.post(
    "/workflows",
    status_code=HTTPStatus.CREATED,
    openapi_extra=_NEW_WORKFLOW,
    responses={
        HTTPStatus.OK: {
            "model": ImportedWorkflow,
            "description": "It is there already, and unchanged.",
        },
        **may_answer(InvalidWorkflow, SameWorkflow, WorkflowNameTaken),
    },
)
async def create_workflow(
    user: Creator, tx: InTx, deps: Wired, request: Request, response: Response
) -> ImportedWorkflow:
    """Import a workflow: as JSON, or as a form with a file.

    The file is JSON as ComfyUI exports it in API format, or a PNG, WebP, MP4 or WebM that ComfyUI
    or Screentest made and that carries its graph. Slots that are not given are found in the graph,
    with the ranges and choices that the live workers' servers name.
    A name that is known gets a new version, and none where nothing differs. A file without a name
    is called as the file is; refused where its graph is there under another name, or another graph
    under that name.
    """
    new, is_named = await _new_workflow(request, deps)
    found, is_new = await import_workflow(tx, user, new, Describing.of(deps), is_named=is_named)
    response.status_code = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    response.headers["Location"] = f"/api/workflows/{found.id}"
    return found


@router.get("/workflows/{workflow_id}", responses=may_answer(WorkflowNotFound))
async def get_workflow(_: Viewer, tx: InTx, workflow_id: RowId) -> Workflow:
    """One workflow with its graph."""
    found = await workflows.workflow(tx, workflow_id)
    if found is None:
        raise WorkflowNotFound(workflow_id)
    return found


@router.patch("/workflows/{workflow_id}", responses=may_answer(WorkflowNotFound, InvalidWorkflow))
async def change_workflow(
    user: Creator, tx: InTx, deps: Wired, workflow_id: RowId, body: WorkflowChanges
) -> Workflow:
    """Change a workflow. What was asked for before keeps the graph it had."""
    workflow = await _locked(tx, workflow_id)
    given = {name: getattr(body, name) for name in body.model_fields_set}
    return await revise(tx, user, workflow, given, Describing.of(deps))


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


async def _new_workflow(request: Request, deps: Deps) -> tuple[NewWorkflow, bool]:
    """The workflow of a JSON body, or of a form with a file, and whether it was given a name."""
    fields, file = await read_fields(
        request, file="file", json_fields=frozenset({"slots", "slot_changes", "frame_rule"})
    )
    if not is_form(request):
        return validated(NewWorkflow, fields), True
    if file is None or "graph" in fields:
        message = 'send the workflow as a file in the field "file", not as text'
        raise InvalidRequest([{"where": "body.file", "message": message, "kind": "missing"}])
    name = str(fields.get("name") or "").strip()
    graph = await asyncio.to_thread(
        read_graph,
        file.data,
        file_name=file.name,
        max_graph_bytes=deps.settings.max_body_bytes,
    )
    fields |= {"graph": graph, "name": name or file.title}
    return validated(NewWorkflow, fields), bool(name)
