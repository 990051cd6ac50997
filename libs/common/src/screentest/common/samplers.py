"""Which nodes of a graph sample, and the models that they sample with.

A **model chain** begins at a source, the node that loads (or merges) a model, and leads through
LoRA loaders and patches to the samplers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from screentest.common.graphs import (
    Graph,
    Link,
    class_of,
    inputs_of,
    link_of,
    links_of,
    live_nodes,
    upstream,
)
from screentest.common.recipe_parts import Target

_SEEDS = ("seed", "noise_seed")
_PAIR = 2


@dataclass(frozen=True)
class ModelChain:
    """One model, and the way from it to the samplers."""

    #: Links that every sampler gets the model through, from the source on.
    trunk: tuple[Link, ...]
    #: The samplers and guiders that are linked to it.
    users: tuple[str, ...]
    #: Every node that these links depend on.
    nodes: frozenset[str]
    #: Which of two models that denoise one after the other it is; None where there is no such pair.
    target: Target | None = None

    @property
    def source(self) -> str:
        """The node that the model comes from."""
        return self.trunk[0].node


def is_sampling(graph: Graph, node: str) -> bool:
    """Whether a node takes part in sampling, by its class or, for other people's, its inputs."""
    name, inputs = class_of(graph, node), inputs_of(graph, node)
    if any(word in name for word in ("Sampler", "Scheduler", "Noise", "Guider")):
        return True
    return "steps" in inputs and ("cfg" in inputs or any(seed in inputs for seed in _SEEDS))


def sampling_order(graph: Graph) -> list[str]:
    """The live nodes, those that feed an earlier sampler first."""
    live = live_nodes(graph)
    order: dict[str, None] = {}
    for node in live:
        if is_sampling(graph, node):
            order |= dict.fromkeys(upstream(graph, node))
    return [*order, *(node for node in live if node not in order)]


def model_chains(graph: Graph) -> tuple[ModelChain, ...]:
    """The models that are sampled with, in the order of their samplers.

    Where two of them denoise one after the other, they have targets, and the one for high noise
    comes first. They are such a pair when names of files or inputs say so (high_noise, low_noise),
    or when a sampler of one goes on with the latent of the other and both are loaded alike.
    """
    paths: dict[Link, list[tuple[str, list[Link]]]] = {}
    said: dict[Link, Target] = {}
    for node in live_nodes(graph):
        for name, link in _model_links(graph, node):
            path = _path(graph, link)
            paths.setdefault(path[0], []).append((node, path))
            if target := target_in(name):
                said[path[0]] = target
    chains = [
        ModelChain(
            trunk=tuple(_common([path for _, path in ways])),
            users=tuple(node for node, _ in ways),
            nodes=frozenset(each for _, path in ways for each in upstream(graph, path[-1].node)),
        )
        for ways in paths.values()
    ]
    return _paired(graph, chains, said)


def target_in(name: str) -> Target | None:
    """The model that a file or input is called after: high_noise, ..._HIGH_fp16, ...-low."""
    stem = re.sub(r"\.[A-Za-z]\w+$", "", name)
    found = _NOISE.search(stem) or _CAPITALS.search(stem) or _LAST_WORD.search(stem)
    return Target(found[1].lower()) if found else None


_NOISE = re.compile(r"(high|low)[ _.-]?noise", re.IGNORECASE)
_CAPITALS = re.compile(r"(?<![A-Za-z])(HIGH|LOW)(?![A-Za-z])")
#: Only the last word, but for versions and precisions: "low_poly" is a style.
_LAST_WORD = re.compile(
    r"(?<![a-z])(high|low)(?:[ _-](?:fp\d+|bf16|v\d[\d.]*|r(?:ank)?\d+|e?\d+))*$", re.IGNORECASE
)


def _model_links(graph: Graph, node: str) -> Iterator[tuple[str, Link]]:
    # A scheduler only reads the noise levels off a model.
    if is_sampling(graph, node) and "Scheduler" not in class_of(graph, node):
        for name, link in links_of(graph, node):
            if link.node in graph and (name == "model" or name.startswith("model_")):
                yield name, link


def _path(graph: Graph, link: Link) -> list[Link]:
    """The links from the source of a model to ``link``."""
    path = [link]
    while (onward := _model_before(graph, path[-1].node)) and onward not in path:
        path.append(onward)
    return path[::-1]


def _model_before(graph: Graph, node: str) -> Link | None:
    links = {name: link for name, link in links_of(graph, node) if link.node in graph}
    if "reroute" in class_of(graph, node).lower() and len(links) == 1:
        return next(iter(links.values()))
    return links.get("model")


def _common(paths: list[list[Link]]) -> Iterator[Link]:
    for step in zip(*paths, strict=False):
        if len(set(step)) > 1:
            return
        yield step[0]


def _paired(
    graph: Graph, chains: list[ModelChain], said: dict[Link, Target]
) -> tuple[ModelChain, ...]:
    if len(chains) != _PAIR:
        return tuple(chains)
    first, second = chains
    targets = [said.get(chain.trunk[0]) or _target_of_files(graph, chain) for chain in chains]
    if targets == [None, None] and _goes_on(graph, first, second):
        targets = [Target.HIGH, Target.LOW]
    if set(targets) != set(Target):
        return tuple(chains)
    both = [
        ModelChain(chain.trunk, chain.users, chain.nodes, target)
        for chain, target in zip(chains, targets, strict=True)
    ]
    return tuple(sorted(both, key=lambda chain: chain.target is Target.LOW))


def _target_of_files(graph: Graph, chain: ModelChain) -> Target | None:
    written = [value for value in inputs_of(graph, chain.source).values() if isinstance(value, str)]
    return next((target for target in map(target_in, written) if target), None)


def _goes_on(graph: Graph, first: ModelChain, second: ModelChain) -> bool:
    """Whether a sampler of ``second`` takes the latent that one of ``first`` put out."""
    loader = class_of(graph, first.source)
    # Base and refiner are two checkpoints, and take different LoRAs.
    if loader != class_of(graph, second.source) or "Checkpoint" in loader:
        return False
    for node in graph:
        latent = link_of(inputs_of(graph, node).get("latent_image"))
        if latent and _samples_with(graph, node, second):
            return latent.node in graph and _samples_with(graph, latent.node, first)
    return False


def _samples_with(graph: Graph, node: str, chain: ModelChain) -> bool:
    guider = link_of(inputs_of(graph, node).get("guider"))
    return node in chain.users or (guider is not None and guider.node in chain.users)
