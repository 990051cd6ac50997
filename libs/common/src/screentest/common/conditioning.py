"""Follows a sampler's positive and negative inputs back to the texts they were encoded from."""

from collections.abc import Iterator

from screentest.common.graphs import (
    Graph,
    Link,
    Place,
    class_of,
    inputs_of,
    link_of,
    links_of,
    literal_behind,
)
from screentest.common.samplers import is_sampling, sampling_order

#: What holds the texts of both sides at once, all the way up.
_BOTH_SIDES = ("text_embeds", "hyvid_embeds")
#: Inputs of samplers and guiders, by the side they take.
_STARTS = {
    "positive": ("positive", "conditioning", "cond1", *_BOTH_SIDES),
    "negative": ("negative", *_BOTH_SIDES),
}
#: Inputs of encoders; where there are several, the first takes whole sentences.
_TEXTS = ("text", "prompt", "text_g", "text_l", "t5xxl", "clip_l", "clip_g", "llama")
#: Its result says nothing, whatever text went in.
_MUTE = "ConditioningZeroOut"

Texts = tuple[Place, ...]
"""Where one encoder's texts are written: one place, or one for each of its text encoders."""


def prompt_places(graph: Graph) -> tuple[list[Texts], list[Texts]]:
    """Where the positive and the negative prompts are written; either may be empty.

    What feeds both sides counts as positive only. Where no sampler leads to a text, the names of
    inputs tell.
    """
    positive = _side(graph, "positive") or _named(graph, ("positive_prompt", "prompt"))
    negative = [texts for texts in _side(graph, "negative") if texts not in positive]
    return positive, negative or _named(graph, ("negative_prompt",))


def _named(graph: Graph, names: tuple[str, ...]) -> list[Texts]:
    places = (Place(node, name) for node in sampling_order(graph) for name in names)
    written = (literal_behind(graph, place, (str,)) for place in places)
    return list(dict.fromkeys((each[0],) for each in written if each))


def _side(graph: Graph, side: str) -> list[Texts]:
    found: dict[Texts, None] = {}
    for node in sampling_order(graph):
        if is_sampling(graph, node):
            for name in _STARTS[side]:
                link = link_of(inputs_of(graph, node).get(name))
                if link is not None:
                    walk = _Walk(graph, side, both=name in _BOTH_SIDES)
                    found |= dict.fromkeys(walk.texts(link))
    return list(found)


def _first_linked(graph: Graph, places: list[Place]) -> Texts:
    return tuple(one for one in places if link_of(inputs_of(graph, one.node).get(one.input)))[:1]


class _Walk:
    """The way from one input of a sampler to the encoders."""

    def __init__(self, graph: Graph, side: str, *, both: bool) -> None:
        self._graph = graph
        self._side = side
        self._both = both
        self._seen: set[Link] = set()

    def texts(self, link: Link) -> Iterator[Texts]:
        if link in self._seen or class_of(self._graph, link.node) == _MUTE:
            return
        self._seen.add(link)
        inputs = inputs_of(self._graph, link.node)
        named = f"{self._side}_prompt"
        own = [named] if named in inputs else [name for name in _TEXTS if name in inputs]
        # A loader that has the texts as well. Linked, these are conditionings.
        own += [self._side] if isinstance(inputs.get(self._side), str) else []
        if own:
            places = [Place(link.node, name) for name in own]
            written = (literal_behind(self._graph, place, (str,)) for place in places)
            texts = tuple(dict.fromkeys(each[0] for each in written if each))
            # Joined of several texts, or made by another node: what is encoded can still be set.
            if texts := texts or _first_linked(self._graph, places):
                yield texts
            return
        for onward in self._onward(link):
            yield from self.texts(onward)

    def _onward(self, link: Link) -> list[Link]:
        """Where the way goes on behind a node that stands between sampler and encoder."""
        links = dict(links_of(self._graph, link.node))
        if "positive" in links and "negative" in links:
            if self._both:
                return [links[self._side]]
            # Such nodes put out both: positive first, negative second.
            return [links["negative" if link.output == 1 else "positive"]]
        if one := links.get("positive", links.get("negative")):
            return [one]
        conditionings = [onward for name, onward in links.items() if name.startswith("cond")]
        # A reroute has one input, and names it as it likes.
        return conditionings or (list(links.values()) if len(links) == 1 else [])
