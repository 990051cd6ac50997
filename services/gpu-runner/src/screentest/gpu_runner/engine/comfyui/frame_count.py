"""How many frames a graph makes, told before it runs: what half a clip is measured against."""

import re

from screentest.common.graphs import Graph, Place, class_of, inputs_of, literal, upstream
from screentest.common.workflows import discover_slots

#: Nodes that make more frames of those they get, by their class: a part of theirs could have as
#: many as were asked for. Of nodes that leave some out, and of a saver's number that is not the one
#: asked for, nothing is taken anyway.
_ADDS = re.compile(r"vfi|rife|interpol|repeat|batch|concat|merge|stitch|extend|loop", re.IGNORECASE)
#: Inputs of savers that do so, and the values with which they do not.
_ADDING = {"pingpong": (False, None), "loop_count": (0, None), "meta_batch": (None,)}


def frame_count(graph: Graph, saver: str) -> int | None:
    """Frames that ``saver`` should save of a filled graph; None where that cannot be told.

    The number is the one that the graph asks for in one place: nodes behind it may keep it or not,
    but must not be known to add to it.
    """
    inputs = inputs_of(graph, saver)
    before = upstream(graph, saver)
    counts = {
        slot.node: literal(graph, Place(slot.node, slot.input))
        for slot in discover_slots(graph)
        if slot.node in before and re.fullmatch(r"frames(_\d+)?", slot.name)
    }
    if len(counts) != 1 or any(inputs.get(name) not in kept for name, kept in _ADDING.items()):
        return None
    ((source, count),) = counts.items()
    behind = [node for node in before if node != source and source in upstream(graph, node)]
    adds = any(_ADDS.search(class_of(graph, node)) for node in behind)
    return count if isinstance(count, int) and not adds else None
