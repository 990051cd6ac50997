"""Taking in workflows: new ones, new versions of known ones, and graphs that are there already."""

from collections.abc import Sequence
from typing import Any

from screentest.api.domain.graph_structure import are_equal
from screentest.api.domain.slot_changes import SlotChange, change_faults, changed_slots
from screentest.api.domain.users import User
from screentest.api.domain.workflows import with_defaults, workflow_faults
from screentest.api.handlers.describing import Describing, Facts
from screentest.api.problems.catalogue import (
    InvalidWorkflow,
    SameWorkflow,
    WorkflowNameTaken,
)
from screentest.api.schemas.workflows import ImportedWorkflow, NewWorkflow, Workflow
from screentest.api.store import workflows
from screentest.common.db import Tx
from screentest.common.described_slots import described_frame_rule, described_slots
from screentest.common.recipes import Slot
from screentest.common.workflows import discover_slots


async def import_workflow(
    tx: Tx,
    user: User,
    new: NewWorkflow,
    describing: Describing,
    *,
    is_named: bool,
    is_of_library: bool = False,
) -> tuple[ImportedWorkflow, bool]:
    """A workflow of that name with that graph, and whether anything had to be made for it.

    A name that its renderer has a workflow of gets a new version; none where nothing differs. Slots
    that are found, and those of the library, are as the live workers' servers describe them.

    Raises:
        InvalidWorkflow: it cannot be used.
        SameWorkflow: nobody named it, and its graph is there under another name.
        WorkflowNameTaken: nobody named it, and its file's name is another workflow's.
    """
    is_by_hand = new.slots is not None and not is_of_library
    facts = Facts() if is_by_hand else await describing.facts(tx, new.graph, new.renderer)
    slots = _settled(new.graph, new.slots, new.slot_changes, facts, said=new.slot_changes)
    if is_of_library:
        slots = list(described_slots(new.graph, slots, facts.info))
    known = await workflows.lock_named(tx, new.name, new.renderer)
    if known is None:
        if not is_named:
            await _refuse_same(tx, new)
        made = await workflows.add_workflow(tx, _with_rule(new, slots, facts), slots, user.id)
        return _imported(made, facts), True
    said = _said_anew(known, new)
    if said.get("slots") and is_of_library:
        said["slots"] = _library_slots(known, new, slots)
    # ComfyUI calls all its files alike (ComfyUI_00001_.png): that alone means no workflow.
    if said and not is_named:
        raise WorkflowNameTaken(known.id, known.name)
    changed = _changed(known, said, facts)
    if not {"graph", "slots", "slot_changes"} & said.keys():
        changed = changed.model_copy(update={"slots": _freshened(known, facts)})
    revised = await _write(tx, user, known, changed)
    return _imported(revised, facts), revised.version != known.version


async def revise(
    tx: Tx, user: User, workflow: Workflow, given: dict[str, Any], describing: Describing
) -> Workflow:
    """A locked workflow with what is given; a new version where that decides the pixels.

    Raises:
        InvalidWorkflow: it does not fit together.
    """
    facts = Facts()
    if {"graph", "slot_changes"} & given.keys() and "slots" not in given:
        graph = given.get("graph", workflow.graph)
        facts = await describing.facts(tx, graph, given.get("renderer", workflow.renderer))
    return await _write(tx, user, workflow, _changed(workflow, given, facts))


def _changed(workflow: Workflow, given: dict[str, Any], facts: Facts) -> Workflow:
    if {"graph", "slots", "slot_changes"} & given.keys():
        changes = given.get("slot_changes", {} if "slots" in given else workflow.slot_changes)
        graph = given.get("graph", workflow.graph)
        said = given.get("slot_changes", {})
        slots = _settled(graph, given.get("slots"), changes, facts, said=said)
        given = {**given, "slots": slots, "slot_changes": changes}
    return workflow.model_copy(update=given)


async def _write(tx: Tx, user: User, workflow: Workflow, changed: Workflow) -> Workflow:
    if changed == workflow:
        return workflow
    if _deciding(changed) != _deciding(workflow):
        changed = changed.model_copy(update={"version": workflow.version + 1})
    return await workflows.change_workflow(tx, changed, user.id)


def _imported(workflow: Workflow, facts: Facts) -> ImportedWorkflow:
    return ImportedWorkflow(**dict(workflow), described_by_workers=facts.workers)


def _with_rule(new: NewWorkflow, slots: Sequence[Slot], facts: Facts) -> NewWorkflow:
    """With the frame rule that servers tell, where nobody said which one it has, or none."""
    if "frame_rule" in new.model_fields_set:
        return new
    rule = described_frame_rule(new.graph, slots, facts.info)
    return new.model_copy(update={"frame_rule": rule})


def _freshened(known: Workflow, facts: Facts) -> list[Slot]:
    """Its slots, those described that were found when no server was there to describe them.

    What a person narrowed, or another fleet did, stays as it is.
    """
    if not facts.workers:
        return list(known.slots)
    plain, described = (
        changed_slots(discover_slots(known.graph, info), known.slot_changes)
        for info in (None, facts.info)
    )
    return _where_plain(known.slots, plain, described)


def _library_slots(known: Workflow, new: NewWorkflow, described: Sequence[Slot]) -> list[Slot]:
    """Those of the library, anew only where they differ in more than what servers say."""
    plain = new.slots or []
    if list(map(_beside_facts, plain)) != list(map(_beside_facts, known.slots)):
        return list(described)
    return _where_plain(known.slots, plain, described)


def _where_plain(
    present: Sequence[Slot], plain: Sequence[Slot], described: Sequence[Slot]
) -> list[Slot]:
    news = dict(zip(map(_key, plain), zip(plain, described, strict=True), strict=True))
    return [
        news[_key(slot)][1] if _key(slot) in news and news[_key(slot)][0] == slot else slot
        for slot in present
    ]


def _key(slot: Slot) -> tuple[str, str]:
    return slot.node, slot.input


def _beside_facts(slot: Slot) -> tuple[Any, ...]:
    return slot.name, slot.node, slot.input, slot.default


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
    facts: Facts,
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
    found = discover_slots(graph, facts.info)
    settled = changed_slots(found, changes)
    if faults := [*change_faults(found, said), *workflow_faults(graph, settled)]:
        raise InvalidWorkflow(faults)
    return settled


def _deciding(workflow: Workflow) -> tuple[Any, ...]:
    """What decides the pixels."""
    return workflow.renderer, workflow.graph, workflow.slots, workflow.frame_rule
