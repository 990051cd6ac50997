"""Imported workflows: is this a graph that can be submitted, and which of its inputs are slots."""

from collections.abc import Iterator

from screentest.common.graphs import Graph, class_of, links_of, live_nodes, sources_of
from screentest.common.object_info import ObjectInfo
from screentest.common.slots import discover_slots

__all__ = ["HOW_TO_EXPORT", "check_graph", "discover_slots", "output_nodes"]

HOW_TO_EXPORT = (
    'In ComfyUI choose "Workflow > Export (API)" (older versions: enable the dev mode options, '
    'then "Save (API Format)") and import that file.'
)


def check_graph(graph: object) -> None:
    """Refuse what ComfyUI could not run or would choke on.

    Some of these faults must never reach a server: a node without `inputs` beside a valid output
    ends ComfyUI's only worker thread.

    Raises:
        ValueError: one sentence for each fault.
    """
    if not isinstance(graph, dict) or not graph:
        raise ValueError(f"A workflow is a JSON object of nodes by id. {HOW_TO_EXPORT}")
    if isinstance(graph.get("nodes"), list):
        raise ValueError(  # noqa: TRY004 - a wrong format, not a wrong type
            f"This is a workflow as ComfyUI's editor saves it, not its API format. {HOW_TO_EXPORT}"
        )
    if isinstance(graph.get("prompt"), dict) and "class_type" not in graph["prompt"]:
        raise ValueError(
            'This is a whole request to ComfyUI; import only the object under its key "prompt".'
        )
    faults = [fault for node, body in graph.items() for fault in _body_faults(node, body)]
    if not faults:
        faults = [*_link_faults(graph), *_circle_faults(graph)]
    if faults:
        raise ValueError(" ".join(faults))


def output_nodes(graph: Graph, object_info: ObjectInfo | None = None) -> tuple[str, ...]:
    """The live nodes for whose sake a server runs the graph, in their order.

    Of a class that no server was asked about, those that nothing is linked to.
    """
    consumed = {source for node in graph for source in sources_of(graph, node)}
    known = object_info.nodes if object_info else {}
    said = {node: known.get(class_of(graph, node)) for node in graph}
    return tuple(
        node
        for node in live_nodes(graph)
        if (spec.is_output if (spec := said[node]) else node not in consumed)
    )


def _body_faults(node: str, body: object) -> Iterator[str]:
    if not isinstance(body, dict):
        yield f'Node "{node}" is not an object. {HOW_TO_EXPORT}'
        return
    if not isinstance(body.get("class_type"), str) or not body["class_type"]:
        yield f'Node "{node}" has no class_type. {HOW_TO_EXPORT}'
    if not isinstance(body.get("inputs"), dict):
        yield f'Node "{node}" has no inputs; write an empty object if it needs none.'


def _link_faults(graph: Graph) -> Iterator[str]:
    for node in graph:
        for name, link in links_of(graph, node):
            if link.node not in graph:
                yield (
                    f'Input "{name}" of node "{node}" is linked to node "{link.node}", '
                    "which the workflow does not have."
                )


def _circle_faults(graph: Graph) -> Iterator[str]:
    """Take away nodes that depend on nothing left, again and again; what remains is in a circle."""
    waiting = {node: set(sources_of(graph, node)) for node in graph}
    while ready := {node for node, sources in waiting.items() if not sources}:
        waiting = {node: sources - ready for node, sources in waiting.items() if node not in ready}
    if waiting:
        yield f"These nodes wait for one another in a circle: {', '.join(waiting)}."
