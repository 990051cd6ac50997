"""What changed between two versions of a workflow: for machines, and in sentences for people.

Nodes that only got another number are the same nodes. Pure.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from pydantic import Field

from screentest.api.domain.catalogue import Workflow
from screentest.api.domain.graph_structure import title_of
from screentest.api.domain.node_pairs import NodePairs
from screentest.common.graphs import Graph, class_of, inputs_of
from screentest.common.recipes import Frozen, Slot

#: Changes of a workflow beside its graph and slots that decide pixels.
_SETTINGS = ("renderer", "frame_rule")
_SLOT_FIELDS = ("name", "node", "input", "kind", "default", "minimum", "maximum", "choices")


class Change(StrEnum):
    """What happened to an input."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class FieldChange(Frozen):
    """A value that was and is."""

    field: str = Field(examples=["default"])
    old: Any
    new: Any


class InputChange(Frozen):
    """An input of a node that is there on one side only, or differs."""

    input: str = Field(examples=["steps"])
    change: Change
    old: Any = Field(description="A literal, or a link: [node id, output].", examples=[20])
    new: Any = Field(examples=[30])


class NodeRef(Frozen):
    """A node of one version."""

    id: str = Field(examples=["3"])
    class_type: str = Field(examples=["KSampler"])
    title: str = Field(description="Its class where nobody titled it.", examples=["Sampler"])


class NodeChange(NodeRef):
    """A node of both versions that differs; `id` and `title` are those of the newer one."""

    old_id: str
    old_title: str
    inputs: list[InputChange]


class Renumbered(Frozen):
    """A node that only has another id."""

    old_id: str
    id: str


class NodeDiff(Frozen):
    """What became of the nodes."""

    added: list[NodeRef]
    removed: list[NodeRef]
    changed: list[NodeChange]
    renumbered: list[Renumbered] = Field(description="No change by itself.")


class SlotChanged(Frozen):
    """A slot of both versions that differs."""

    name: str = Field(description="In the newer version.")
    fields: list[FieldChange]


class SlotDiff(Frozen):
    """What became of the slots."""

    added: list[Slot]
    removed: list[Slot]
    changed: list[SlotChanged]


class WorkflowDiff(Frozen):
    """From one version to another."""

    workflow_id: int
    from_version: int
    to_version: int
    nodes: NodeDiff
    slots: SlotDiff
    settings: list[FieldChange] = Field(description="Renderer and frame rule.")


def diff_of(old: Workflow, new: Workflow) -> WorkflowDiff:
    """What changed from one version to another."""
    pairs = NodePairs(old.graph, new.graph)
    return WorkflowDiff(
        workflow_id=new.id,
        from_version=old.version,
        to_version=new.version,
        nodes=_node_diff(old.graph, new.graph, pairs),
        slots=_slot_diff(old.slots, new.slots, pairs),
        settings=list(_field_changes(old, new, _SETTINGS)),
    )


def _node_diff(old: Graph, new: Graph, pairs: NodePairs) -> NodeDiff:
    changed = [
        NodeChange(
            **_ref(new, after).model_dump(),
            old_id=before,
            old_title=title_of(old, before),
            inputs=inputs,
        )
        for before, after in sorted(pairs.new_of.items(), key=lambda pair: _numbered(pair[1]))
        if (inputs := list(_input_changes(old, new, pairs, before)))
        or title_of(old, before) != title_of(new, after)
    ]
    return NodeDiff(
        added=[_ref(new, node) for node in sorted(new, key=_numbered) if node not in pairs.old_of],
        removed=[
            _ref(old, node) for node in sorted(old, key=_numbered) if node not in pairs.new_of
        ],
        changed=changed,
        renumbered=[
            Renumbered(old_id=before, id=after)
            for before, after in pairs.new_of.items()
            if before != after
        ],
    )


def _input_changes(old: Graph, new: Graph, pairs: NodePairs, node: str) -> Iterator[InputChange]:
    before, after = inputs_of(old, node), inputs_of(new, pairs.new_of[node])
    for name in sorted(before.keys() | after.keys()):
        values = {"input": name, "old": before.get(name), "new": after.get(name)}
        if name not in before:
            yield InputChange(change=Change.ADDED, **values)
        elif name not in after:
            yield InputChange(change=Change.REMOVED, **values)
        elif not pairs.are_same(before[name], after[name]):
            yield InputChange(change=Change.CHANGED, **values)


def _slot_diff(old: Sequence[Slot], new: Sequence[Slot], pairs: NodePairs) -> SlotDiff:
    # As if the older version had the newer one's numbers: only then places can be compared.
    olds = [
        slot.model_copy(update={"node": pairs.new_of.get(slot.node, slot.node)}) for slot in old
    ]
    news = list(new)
    changed = []
    # At its place a slot may have another name; under its name it may be at another place.
    for fields in (("node", "input", "name"), ("node", "input"), ("name",)):
        for before in list(olds):
            after = next((one for one in news if _is_alike(before, one, fields)), None)
            if after is None:
                continue
            olds.remove(before)
            news.remove(after)
            if differs := list(_field_changes(before, after, _SLOT_FIELDS)):
                changed.append(SlotChanged(name=after.name, fields=differs))
    return SlotDiff(added=news, removed=olds, changed=changed)


def _is_alike(one: Slot, other: Slot, fields: tuple[str, ...]) -> bool:
    return all(getattr(one, field) == getattr(other, field) for field in fields)


def _field_changes(
    old: Workflow | Slot, new: Workflow | Slot, fields: tuple[str, ...]
) -> Iterator[FieldChange]:
    for field in fields:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield FieldChange(field=field, old=before, new=after)


def _ref(graph: Graph, node: str) -> NodeRef:
    return NodeRef(id=node, class_type=class_of(graph, node), title=title_of(graph, node))


def _numbered(node: str) -> tuple[int, str]:
    """Ids in the order people count in; those of subgraphs (57:12) behind."""
    return (int(node) if node.isdecimal() else 2**63, node)
