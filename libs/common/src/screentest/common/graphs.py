"""ComfyUI graphs, and walking them: links, sources, the nodes that count, literals behind links.

Must never know what a slot is.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

Graph = dict[str, Any]
"""A ComfyUI workflow in API format: node id -> {"class_type", "inputs", "_meta"}."""

SlotValue = bool | int | float | str

#: Inputs under which nodes that only hold a value keep it, the likeliest first.
_VALUE_INPUTS = (
    "value", "seed", "noise_seed", "int", "float", "number", "string", "text", "prompt", "positive",
    "negative",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One input of one node."""

    node: str
    input: str


@dataclass(frozen=True)
class Link:
    """Where a linked input gets its value from."""

    node: str
    output: int


def link_of(value: object) -> Link | None:
    """``value`` as a link ([node id, output index]), or None when it is a literal."""
    return Link(str(value[0]), value[1]) if _is_link(value) else None


def _is_link(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[1], int)  # noqa: PLR2004


def inputs_of(graph: Graph, node: str) -> dict[str, Any]:
    """A node's inputs by name."""
    inputs: dict[str, Any] = graph[node].get("inputs") or {}
    return inputs


def class_of(graph: Graph, node: str) -> str:
    """A node's class_type."""
    return str(graph[node].get("class_type") or "")


def links_of(graph: Graph, node: str) -> Iterator[tuple[str, Link]]:
    """The linked inputs of a node, in their order."""
    for name, value in inputs_of(graph, node).items():
        link = link_of(value)
        if link is not None:
            yield name, link


def sources_of(graph: Graph, node: str) -> list[str]:
    """The nodes that a node's inputs are linked to, as far as the graph has them."""
    # Every recipe hash asks it of every node: no `Link` is made for it.
    linked = (value for value in inputs_of(graph, node).values() if _is_link(value))
    return [source for value in linked if (source := str(value[0])) in graph]


def upstream(graph: Graph, node: str) -> list[str]:
    """``node`` and everything it depends on; sources come before what they feed.

    Linked inputs are walked in their order, so the result is the same for equal graphs. A circle is
    cut where it closes.
    """
    order: dict[str, None] = {}
    _walk(node, lambda each: sources_of(graph, each), order)
    return list(order)


def live_nodes(graph: Graph) -> list[str]:
    """The nodes that lead to an end of the graph, sources first.

    ComfyUI runs only these: a loader that nothing is linked to is a left-over.
    """
    sources = {node: sources_of(graph, node) for node in graph}
    consumed = {source for found in sources.values() for source in found}
    order: dict[str, None] = {}
    for end in sorted(node for node, found in sources.items() if found and node not in consumed):
        _walk(end, sources.__getitem__, order)
    return list(order)


def _walk(node: str, sources: Callable[[str], list[str]], order: dict[str, None]) -> None:
    """Add ``node`` and what it depends on to those that were walked before, sources first."""
    entered = {node}
    pending = [(node, iter(sources(node)))]
    while pending:
        current, rest = pending[-1]
        following = next((each for each in rest if each not in entered and each not in order), None)
        if following is None:
            order[current] = None
            pending.pop()
        else:
            entered.add(following)
            pending.append((following, iter(sources(following))))


def literal(graph: Graph, place: Place) -> SlotValue | None:
    """The value written at ``place``; None when it is a link, a structure or not there."""
    inputs = inputs_of(graph, place.node)
    value = inputs.get(place.input)
    if within := _key_within(inputs, place.input):
        value = inputs[within[0]].get(within[1])
    return value if isinstance(value, bool | int | float | str) else None


def with_literals(graph: Graph, values: Iterable[tuple[Place, SlotValue]]) -> Graph:
    """``graph`` with values written at their places; the other nodes are shared.

    Raises:
        KeyError: the graph has no such node.
    """
    written = dict(graph)
    for place, value in values:
        body = written[place.node]
        inputs = body.get("inputs", {})
        if within := _key_within(inputs, place.input):
            name, key = within
            inputs = {**inputs, name: {**inputs[name], key: value}}
        else:
            inputs = {**inputs, place.input: value}
        written[place.node] = {**body, "inputs": inputs}
    return written


def _key_within(inputs: dict[str, Any], name: str) -> tuple[str, str] | None:
    """Input and key of a value inside an input that is an object ("lora_1.strength")."""
    outer, _, key = name.rpartition(".")
    # Some inputs have a dot in their own name (format.codec).
    return (outer, key) if name not in inputs and isinstance(inputs.get(outer), dict) else None


def relinked(graph: Graph, moved: dict[Link, Link]) -> Graph:
    """``graph`` with every link to a key of ``moved`` led to its value instead."""

    def led(value: object) -> object:
        link = link_of(value)
        onward = moved.get(link) if link else None
        return [onward.node, onward.output] if onward else value

    return {
        node: {
            **body,
            "inputs": {name: led(value) for name, value in (body.get("inputs") or {}).items()},
        }
        for node, body in graph.items()
    }


def literal_behind(
    graph: Graph, place: Place, kinds: tuple[type, ...]
) -> tuple[Place, SlotValue] | None:
    """Where the value of ``place`` is written: there, or in the primitive node it is linked to.

    Nodes that have an input of the same name (a picture's scaler that passes its width on) are
    asked for that one first; nodes with a single linked input (reroutes) are looked through.

    Args:
        graph: an API-format graph.
        place: an input.
        kinds: the types a literal may have; bool only when named.
    """
    seen: set[Place] = set()
    while place not in seen:
        seen.add(place)
        value = literal(graph, place)
        if value is not None:
            return (place, value) if type(value) in kinds else None
        link = link_of(inputs_of(graph, place.node).get(place.input))
        if link is None:
            return None
        for name in (place.input, *_VALUE_INPUTS):
            held = literal(graph, Place(link.node, name))
            if type(held) in kinds and held is not None:
                return Place(link.node, name), held
        onward = [name for name, _ in links_of(graph, link.node)]
        if len(onward) != 1 and place.input not in onward:
            return None
        place = Place(link.node, onward[0] if len(onward) == 1 else place.input)
    return None
