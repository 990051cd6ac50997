"""Workflows."""

import asyncpg

from screentest.api.domain.slot_changes import dump_changes
from screentest.api.problems.catalogue import InUse
from screentest.api.schemas.workflows import NewWorkflow, Workflow, WorkflowSummary
from screentest.api.store.rows import first, only
from screentest.common.db import Connection, Tx
from screentest.common.recipes import Graph, Renderer, Slot

_ADD = """
insert into workflows
    (name, renderer, graph, slots, created_by_id, frame_rule, vram_gb, slot_changes)
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning id, name, renderer, graph, slots, slot_changes, frame_rule, vram_gb, version,
    created_by_id, created_at, updated_at
"""


async def add_workflow(tx: Tx, new: NewWorkflow, slots: list[Slot], user_id: int) -> Workflow:
    """Make version 1 of a workflow."""
    listed = [slot.model_dump(mode="json") for slot in slots]
    rule = new.frame_rule and new.frame_rule.model_dump(mode="json")
    row = await only(
        tx,
        _ADD,
        new.name,
        new.renderer,
        new.graph,
        listed,
        user_id,
        rule,
        new.vram_gb,
        dump_changes(new.slot_changes),
    )
    return Workflow(**row)


_WORKFLOW = """
select id, name, renderer, graph, slots, slot_changes, frame_rule, vram_gb, version, created_by_id,
    created_at, updated_at
from workflows where id = $1
"""


async def workflow(connection: Connection, workflow_id: int) -> Workflow | None:
    """The workflow of that id."""
    row = await first(connection, _WORKFLOW, workflow_id)
    return None if row is None else Workflow(**row)


_LOCK = """
select id, name, renderer, graph, slots, slot_changes, frame_rule, vram_gb, version, created_by_id,
    created_at, updated_at
from workflows where id = $1 for update
"""


async def lock_workflow(tx: Tx, workflow_id: int) -> Workflow | None:
    """The workflow, which nobody else changes until the transaction ends."""
    row = await first(tx, _LOCK, workflow_id)
    return None if row is None else Workflow(**row)


_TAKE_NAME = "select pg_advisory_xact_lock(hashtext('api.workflows'), hashtext($1))"
_LOCK_NAMED = """
select id, name, renderer, graph, slots, slot_changes, frame_rule, vram_gb, version, created_by_id,
    created_at, updated_at
from workflows where name = $1 and renderer = $2 order by id desc limit 1 for update
"""


async def lock_named(tx: Tx, name: str, renderer: Renderer) -> Workflow | None:
    """The newest workflow of that name.

    Until the transaction ends nobody else imports one of that name, whether there is one or not.
    """
    await tx.execute(_TAKE_NAME, name)
    row = await first(tx, _LOCK_NAMED, name, renderer)
    return None if row is None else Workflow(**row)


_ALIKE = """
select id, name, renderer, graph, slots, slot_changes, frame_rule, vram_gb, version, created_by_id,
    created_at, updated_at
from workflows
where workflow_classes(graph) = workflow_classes($1) and renderer = $2
order by id
"""


async def workflows_alike(
    connection: Connection, graph: Graph, renderer: Renderer
) -> list[Workflow]:
    """Workflows with as many nodes of the same classes, whatever their numbers, oldest first."""
    return [Workflow(**dict(row)) for row in await connection.fetch(_ALIKE, graph, renderer)]


_WORKFLOWS = """
select id, name, renderer, slots, slot_changes, frame_rule, vram_gb, version, created_by_id,
    created_at, updated_at
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
    frame_rule = $7, vram_gb = $8, slot_changes = $9, changed_by_id = $10
where id = $1
returning updated_at
"""


async def change_workflow(tx: Tx, changed: Workflow, user_id: int) -> Workflow:
    """Write a locked workflow; a new version of it is that user's."""
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
        dump_changes(changed.slot_changes),
        user_id,
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
