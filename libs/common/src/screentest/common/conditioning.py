"""Follows a sampler's positive and negative inputs back to the texts they were encoded from."""

from collections.abc import Iterator

from screentest.common.graphs import (
    Link,
    Place,
    class_of,
    inputs_of,
    link_of,
    links_of,
    literal_behind,
    live_nodes,
)
from screentest.common.recipes import Graph

#: Inputs of samplers and guiders, by the side they take.
_STARTS = {
    "positive": ("positive", "conditioning", "cond1", "text_embeds"),
    "negative": ("negative", "text_embeds"),
}
_TEXTS = ("text", "prompt", "text_g", "text_l", "clip_l", "t5xxl")
#: Its result says nothing, whatever text went in.
_MUTE = "ConditioningZeroOut"


def prompt_places(graph: Graph) -> tuple[list[Place], list[Place]]:
    """Where the positive and the negative prompt are written; either may be empty.

    A place that feeds both sides counts as positive only.
    """
    positive = _side(graph, "positive")
    return positive, [place for place in _side(graph, "negative") if place not in positive]


def _side(graph: Graph, side: str) -> list[Place]:
    places: dict[Place, None] = {}
    for node in live_nodes(graph):
        if "Sampler" in class_of(graph, node) or "Guider" in class_of(graph, node):
            for name in _STARTS[side]:
                link = link_of(inputs_of(graph, node).get(name))
                if link is not None:
                    places |= dict.fromkeys(_texts(graph, link, side, set()))
    return list(places)


def _texts(graph: Graph, link: Link, side: str, seen: set[Link]) -> Iterator[Place]:
    if link in seen or class_of(graph, link.node) == _MUTE:
        return
    seen.add(link)
    inputs = inputs_of(graph, link.node)
    own = [name for name in (*_TEXTS, f"{side}_prompt") if name in inputs]
    for name in own:
        written = literal_behind(graph, Place(link.node, name), (str,))
        if written is not None:
            yield written[0]
    if own:
        return
    for onward in _onward(graph, link):
        yield from _texts(graph, onward, side, seen)


def _onward(graph: Graph, link: Link) -> list[Link]:
    """Where the way to the text goes on behind a node that stands between sampler and encoder."""
    links = dict(links_of(graph, link.node))
    if "positive" in links and "negative" in links:
        # Such nodes put out both: positive first, negative second.
        return [links["negative" if link.output == 1 else "positive"]]
    conditionings = [onward for name, onward in links.items() if name.startswith("cond")]
    # A reroute has one input, and names it as it likes.
    return conditionings or (list(links.values()) if len(links) == 1 else [])
