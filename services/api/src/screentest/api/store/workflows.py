"""Workflows."""

import asyncpg

from screentest.api.problems.catalogue import InUse
from screentest.api.schemas.workflows import NewWorkflow, Workflow, WorkflowSummary
from screentest.api.store.rows import first, only
from screentest.common.db import Connection, Tx
from screentest.common.recipes import Renderer, Slot

_ADD = """
insert into workflows (name, renderer, graph, slots, created_by_id, frame_rule, vram_gb)
values ($1, $2, $3, $4, $5, $6, $7)
returning id, name, renderer, graph, slots, frame_rule, vram_gb, version, created_by_id, created_at,
    updated_at
"""


async def add_workflow(tx: Tx, new: NewWorkflow, slots: list[Slot], user_id: int) -> Workflow:
    """Make version 1 of a workflow."""
    listed = [slot.model_dump(mode="json") for slot in slots]
    rule = new.frame_rule and new.frame_rule.model_dump(mode="json")
    return Workflow(
        **await only(
            tx, _ADD, new.name, new.renderer, new.graph, listed, user_id, rule, new.vram_gb
        )
    )


_WORKFLOW = """
select id, name, renderer, graph, slots, frame_rule, vram_gb, version, created_by_id, created_at,
    updated_at
from workflows where id = $1
"""


async def workflow(connection: Connection, workflow_id: int) -> Workflow | None:
    """The workflow of that id."""
    row = await first(connection, _WORKFLOW, workflow_id)
    return None if row is None else Workflow(**row)


_LOCK = """
select id, name, renderer, graph, slots, frame_rule, vram_gb, version, created_by_id, created_at,
    updated_at
from workflows where id = $1 for update
"""


async def lock_workflow(tx: Tx, workflow_id: int) -> Workflow | None:
    """The workflow, which nobody else changes until the transaction ends."""
    row = await first(tx, _LOCK, workflow_id)
    return None if row is None else Workflow(**row)


_WORKFLOWS = """
select id, name, renderer, slots, frame_rule, vram_gb, version, created_by_id, created_at,
    updated_at
from workflows
where ($1::bigint is null or id < $1) and ($2::text is null or renderer = $2)
order by id desc limit $3
"""


async def workflows(
    connection: Connection, *, before: int | None, renderer: Renderer | None, limit: int
) -> list[WorkflowSummary]:
    """Workflows without their graphs, newest first, from before the given one."""
    rows = await connection.fetch(_WORKFLOWS, before, renderer, limit)
    return [WorkflowSummary(**dict(row)) for row in rows]


_CHANGE = """
update workflows set name = $2, renderer = $3, graph = $4, slots = $5, version = $6,
    frame_rule = $7, vram_gb = $8
where id = $1
returning updated_at
"""


async def change_workflow(tx: Tx, changed: Workflow) -> Workflow:
    """Write a locked workflow."""
    row = await only(
        tx,
        _CHANGE,
        changed.id,
        changed.name,
        changed.renderer,
        changed.graph,
        [slot.model_dump(mode="json") for slot in changed.slots],
        changed.version,
        changed.frame_rule and changed.frame_rule.model_dump(mode="json"),
        changed.vram_gb,
    )
    return changed.model_copy(update=row)


_DELETE = "delete from workflows where id = $1"


async def delete_workflow(tx: Tx, workflow_id: int) -> None:
    """Remove a locked workflow.

    Raises:
        InUse: scene types are made with it.
    """
    try:
        await tx.execute(_DELETE, workflow_id)
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError):
        raise InUse(
            f"Workflow {workflow_id}", "scene types", f"/api/scene-types?workflow_id={workflow_id}"
        ) from None
