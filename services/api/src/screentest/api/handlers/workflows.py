"""Taking in workflows: new ones, new versions of known ones, and graphs that are there already."""

from typing import Any

from screentest.api.domain.graph_structure import are_equal
from screentest.api.domain.slot_changes import SlotChange, change_faults, changed_slots
from screentest.api.domain.users import User
from screentest.api.domain.workflows import with_defaults, workflow_faults
from screentest.api.problems.catalogue import (
    InvalidWorkflow,
    SameWorkflow,
    WorkflowNameTaken,
)
from screentest.api.schemas.workflows import NewWorkflow, Workflow
from screentest.api.store import workflows
from screentest.common.db import Tx
from screentest.common.recipes import Slot
from screentest.common.workflows import discover_slots


async def import_workflow(
    tx: Tx, user: User, new: NewWorkflow, *, is_named: bool
) -> tuple[Workflow, bool]:
    """A workflow of that name with that graph, and whether anything had to be made for it.

    A name that its renderer has a workflow of gets a new version; none where nothing differs.

    Raises:
        InvalidWorkflow: it cannot be used.
        SameWorkflow: nobody named it, and its graph is there under another name.
        WorkflowNameTaken: nobody named it, and its file's name is another workflow's.
    """
    slots = _settled(new.graph, new.slots, new.slot_changes, said=new.slot_changes)
    known = await workflows.lock_named(tx, new.name, new.renderer)
    if known is None:
        if not is_named:
            await _refuse_same(tx, new)
        return await workflows.add_workflow(tx, new, slots, user.id), True
    said = _said_anew(known, new)
    if not said:
        return known, False
    # ComfyUI calls all its files alike (ComfyUI_00001_.png): that alone means no workflow.
    if not is_named:
        raise WorkflowNameTaken(known.id, known.name)
    revised = await revise(tx, user, known, said)
    return revised, revised.version != known.version


async def revise(tx: Tx, user: User, workflow: Workflow, given: dict[str, Any]) -> Workflow:
    """A locked workflow with what is given; a new version where that decides the pixels.

    Raises:
        InvalidWorkflow: it does not fit together.
    """
    if {"graph", "slots", "slot_changes"} & given.keys():
        changes = given.get("slot_changes", {} if "slots" in given else workflow.slot_changes)
        graph = given.get("graph", workflow.graph)
        said = given.get("slot_changes", {})
        slots = _settled(graph, given.get("slots"), changes, said=said)
        given = {**given, "slots": slots, "slot_changes": changes}
    changed = workflow.model_copy(update=given)
    if changed == workflow:
        return workflow
    if _deciding(changed) != _deciding(workflow):
        changed = changed.model_copy(update={"version": workflow.version + 1})
    return await workflows.change_workflow(tx, changed, user.id)


def _said_anew(known: Workflow, new: NewWorkflow) -> dict[str, Any]:
    """What an import says of a workflow that is known; what it leaves out stays."""
    given = {name: getattr(new, name) for name in new.model_fields_set - {"name", "renderer"}}
    if given.get("slots", ...) is None:
        del given["slots"]
    # Slots name nodes by number: given ones fit the numbers they came with.
    if "slots" not in given and are_equal(known.graph, new.graph):
        del given["graph"]
    return given


async def _refuse_same(tx: Tx, new: NewWorkflow) -> None:
    for alike in await workflows.workflows_alike(tx, new.graph, new.renderer):
        if are_equal(alike.graph, new.graph):
            raise SameWorkflow(alike.id, alike.name, alike.version)


def _settled(
    graph: dict[str, Any],
    slots: list[Slot] | None,
    changes: dict[str, SlotChange],
    *,
    said: dict[str, SlotChange],
) -> list[Slot]:
    """The slots of a sound workflow: the given ones, or those that are found, changed.

    ``said`` are the changes that somebody just asked for, which must not be in vain.
    """
    faults = workflow_faults(graph, slots or [])
    if slots is not None:
        if said:
            faults.append('Give either "slots" or "slot_changes": the latter change what is found.')
        if faults:
            raise InvalidWorkflow(faults)
        return with_defaults(graph, slots)
    if faults:
        raise InvalidWorkflow(faults)
    found = discover_slots(graph)
    settled = changed_slots(found, changes)
    if faults := [*change_faults(found, said), *workflow_faults(graph, settled)]:
        raise InvalidWorkflow(faults)
    return settled


def _deciding(workflow: Workflow) -> tuple[Any, ...]:
    """What decides the pixels."""
    return workflow.renderer, workflow.graph, workflow.slots, workflow.frame_rule
