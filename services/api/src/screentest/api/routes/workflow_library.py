"""The workflow library: which ready workflows there are, and importing one."""

from http import HTTPStatus

from fastapi import Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.deps import Wired
from screentest.api.handlers.describing import Describing
from screentest.api.handlers.workflows import import_workflow
from screentest.api.openapi import may_answer
from screentest.api.problems.library import LibraryWorkflowNotFound
from screentest.api.schemas.workflow_library import LibraryEntry, LibraryGraph, LibraryImport
from screentest.api.schemas.workflows import ImportedWorkflow, NewWorkflow
from screentest.api.unit_of_work import InTx
from screentest.common.library import LibraryWorkflow, library, named

router = router_for("workflows")


@router.get("/workflow-library")
async def list_library(_: Viewer) -> list[LibraryEntry]:
    """Ready workflows, what they can make, and what a worker must have for them."""
    return [LibraryEntry.of(one) for one in library()]


@router.get("/workflow-library/{name}", responses=may_answer(LibraryWorkflowNotFound))
async def get_library_workflow(_: Viewer, name: str) -> LibraryGraph:
    """One of them with its graph, in ComfyUI's API format."""
    return LibraryGraph.of(_found(name))


@router.post(
    "/workflow-library/{name}/import",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {
            "model": ImportedWorkflow,
            "description": "It is there already, and unchanged.",
        },
        **may_answer(LibraryWorkflowNotFound),
    },
)
async def import_from_library(
    user: Creator, tx: InTx, deps: Wired, name: str, body: LibraryImport, response: Response
) -> ImportedWorkflow:
    """Import it like any other: a name that is known gets a new version where anything differs."""
    found = _found(name)
    new = NewWorkflow(
        name=body.name or found.title,
        graph=found.graph,
        slots=list(found.slots),
        frame_rule=found.frame_rule,
        vram_gb=found.vram_gb,
    )
    imported, is_new = await import_workflow(
        tx, user, new, Describing.of(deps), is_named=True, is_of_library=True
    )
    response.status_code = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    response.headers["Location"] = f"/api/workflows/{imported.id}"
    return imported


def _found(name: str) -> LibraryWorkflow:
    found = named(name)
    if found is None:
        raise LibraryWorkflowNotFound(name)
    return found
