"""What a graph is, whatever its nodes are numbered: equal graphs, and nodes at the same place.

Editors number nodes anew when a graph is built again or pasted. Titles count, because people and
slot discovery read them. Pure; takes graphs that `check_graph` accepts.
"""

from collections import defaultdict
from graphlib import TopologicalSorter
from typing import Any

from screentest.common.canonical import canonical_sha256
from screentest.common.graphs import (
    Graph,
    class_of,
    inputs_of,
    link_of,
    links_of,
    sources_of,
)

Colours = dict[str, str]
"""Node id -> what it looks like."""

#: A chain of equal nodes takes half as many rounds as it has nodes; nobody draws longer ones.
_MOST_ROUNDS = 64


def title_of(graph: Graph, node: str) -> str:
    """What people call a node; its class where nobody titled it."""
    meta = graph[node].get("_meta")
    title = meta.get("title") if isinstance(meta, dict) else None
    return str(title or class_of(graph, node))


def literals_of(graph: Graph, node: str) -> dict[str, Any]:
    """A node's inputs that are written in it, not linked."""
    inputs = inputs_of(graph, node)
    return {name: value for name, value in inputs.items() if link_of(value) is None}


def are_equal(one: Graph, other: Graph) -> bool:
    """Whether two graphs compute the same, in equally titled nodes."""
    return len(one) == len(other) and _computed(one) == _computed(other)


def colours(*graphs: Graph) -> list[Colours]:
    """Nodes of one colour stand at the same place of equal graphs.

    A node's colour is made of itself, then, round after round, of those of its neighbours on both
    sides, until no more nodes can be told apart.
    """
    own = [{node: _own(graph, node) for node in graph} for graph in graphs]
    seen, kinds = own, 0
    for _ in range(_MOST_ROUNDS):
        found = len({colour for one in seen for colour in one.values()})
        if found == kinds:
            break
        kinds = found
        seen = [_further(graph, one) for graph, one in zip(graphs, seen, strict=True)]
    return seen


def _computed(graph: Graph) -> list[str]:
    """One hash for each node of all it depends on. Equal ones compute the same value."""
    depends = {node: sources_of(graph, node) for node in graph}
    hashes: Colours = {}
    for node in TopologicalSorter(depends).static_order():
        links: list[list[str | int]] = sorted(
            [name, hashes[link.node], link.output] for name, link in links_of(graph, node)
        )
        hashes[node] = canonical_sha256([_own(graph, node), links])
    return sorted(hashes.values())


def _own(graph: Graph, node: str) -> str:
    return canonical_sha256(
        [class_of(graph, node), title_of(graph, node), literals_of(graph, node)]
    )


def _further(graph: Graph, seen: Colours) -> Colours:
    feeds: dict[str, list[list[str | int]]] = defaultdict(list)
    takes: dict[str, list[list[str | int]]] = defaultdict(list)
    for node in graph:
        for name, link in links_of(graph, node):
            takes[node].append([name, seen[link.node], link.output])
            feeds[link.node].append([name, seen[node], link.output])
    return {
        node: canonical_sha256([seen[node], sorted(takes[node]), sorted(feeds[node])])
        for node in graph
    }
