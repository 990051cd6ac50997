"""A diff of two versions as people read it: one sentence for each change."""

import json
from collections.abc import Iterator
from typing import Any

from screentest.api.domain.workflow_diffs import (
    Change,
    FieldChange,
    InputChange,
    NodeChange,
    NodeRef,
    WorkflowDiff,
)
from screentest.common.frame_rule import FrameRule
from screentest.common.graphs import link_of
from screentest.common.recipes import Slot

#: Prompts are long; the whole of them is in the diff itself.
_MOST_LETTERS = 80


def sentences_of(diff: WorkflowDiff) -> list[str]:
    """Every change in a sentence; one that says so when there is none."""
    found = [*_node_sentences(diff), *_slot_sentences(diff)]
    found += [f"The {_words(one)}." for one in diff.settings]
    if not found:
        but = ": nodes only have other numbers" if diff.nodes.renumbered else ""
        found = [f"Versions {diff.from_version} and {diff.to_version} are the same{but}."]
    return found


def _node_sentences(diff: WorkflowDiff) -> Iterator[str]:
    for node in diff.nodes.removed:
        yield f"Node {_called(node)} was removed."
    for node in diff.nodes.added:
        yield f"Node {_called(node)} was added."
    for changed in diff.nodes.changed:
        yield from _changes_of(changed)


def _changes_of(node: NodeChange) -> Iterator[str]:
    if node.old_title != node.title:
        yield f"Node {_called(node)} was titled {_quoted(node.old_title)} before."
    for one in node.inputs:
        yield f"Node {_called(node)}: {_input_words(one)}."


def _input_words(one: InputChange) -> str:
    match one.change:
        case Change.ADDED:
            return f"{one.input} was added and is {_shown(one.new)}"
        case Change.REMOVED:
            return f"{one.input} was removed and was {_shown(one.old)}"
        case Change.CHANGED:
            return f"{one.input} was {_shown(one.old)} and is {_shown(one.new)}"


def _slot_sentences(diff: WorkflowDiff) -> Iterator[str]:
    for slot in diff.slots.removed:
        yield f"Slot {_place(slot)} was removed."
    for slot in diff.slots.added:
        yield f"Slot {_place(slot)} was added."
    for changed in diff.slots.changed:
        yield f"Slot {_quoted(changed.name)}: {', '.join(map(_words, changed.fields))}."


def _words(one: FieldChange) -> str:
    return f"{one.field.replace('_', ' ')} was {_shown(one.old)} and is {_shown(one.new)}"


def _called(node: NodeRef) -> str:
    """Title, id, and the class where the title does not tell."""
    kind = "" if node.title == node.class_type else f"{node.class_type}, "
    return f"{_quoted(node.title)} ({kind}id {node.id})"


def _place(slot: Slot) -> str:
    return f'{_quoted(slot.name)} (input "{slot.input}" of node {slot.node})'


def _shown(value: Any) -> str:
    if (link := link_of(value)) is not None:
        return f"output {link.output} of node {link.node}"
    if value is None:
        return "not set"
    return _quoted(value) if isinstance(value, str) else _short(_json(value))


def _json(value: Any) -> str:
    is_rule = isinstance(value, FrameRule)
    return str(value) if is_rule else json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    return f'"{_short(text)}"'


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
