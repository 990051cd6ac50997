"""Whether a graph and its slots make a workflow that can be filled in and run."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from screentest.api.domain.slots import misfit
from screentest.common.graphs import Place, literal
from screentest.common.recipes import Graph, Slot
from screentest.common.workflows import check_graph

KINDS = frozenset({"int", "float", "text", "choice", "image"})


def workflow_faults(graph: dict[str, Any], slots: Sequence[Slot]) -> list[str]:
    """One sentence for everything wrong; empty when the workflow can be used."""
    try:
        check_graph(graph)
    except ValueError as error:
        return [str(error)]
    faults = [fault for slot in slots for fault in _slot_faults(graph, slot)]
    places = Counter((slot.node, slot.input) for slot in slots)
    faults += [
        f'Input "{name}" of node "{node}" is filled by {count} slots: keep one of them.'
        for (node, name), count in places.items()
        if count > 1
    ]
    return faults


def with_defaults(graph: Graph, slots: Sequence[Slot]) -> list[Slot]:
    """The slots of a sound workflow, those without a default with what the graph says there."""
    return [_with_default(graph, slot) for slot in slots]


def _with_default(graph: Graph, slot: Slot) -> Slot:
    written = literal(graph, Place(slot.node, slot.input))
    if slot.default is not None or written is None or misfit(slot, written):
        return slot
    return slot.model_copy(update={"default": int(written) if slot.kind == "int" else written})


def _slot_faults(graph: dict[str, Any], slot: Slot) -> list[str]:
    faults = []
    if slot.node not in graph:
        faults.append(
            f'Slot "{slot.name}" names node "{slot.node}", which the workflow does not have.'
        )
    if slot.kind not in KINDS:
        faults.append(
            f'Slot "{slot.name}" has the kind "{slot.kind}": use {", ".join(sorted(KINDS))}.'
        )
    if slot.minimum is not None and slot.maximum is not None and slot.minimum > slot.maximum:
        faults.append(
            f'Slot "{slot.name}" goes from {slot.minimum:g} to {slot.maximum:g}: '
            "the minimum is above the maximum."
        )
    return faults
