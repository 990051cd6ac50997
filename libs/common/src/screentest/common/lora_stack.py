"""Puts the LoRA stack of a recipe into a graph: loaders are set, added, or taken out.

A stack is the whole truth about LoRAs: LoRA k goes to the k-th LoRA slot, loaders for what is left
over are added behind the model, and LoRAs of the graph that nobody asked for are taken out. Of a
workflow with two models one after the other, each has its own slots and gets the LoRAs that are for
it or for both. Equal input gives an equal graph, node ids included: the recipe hash covers it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from screentest.common.graphs import (
    Graph,
    Link,
    SlotValue,
    class_of,
    inputs_of,
    links_of,
    live_nodes,
    relinked,
)
from screentest.common.lora_places import names_loras
from screentest.common.recipe_parts import Lora, Slot
from screentest.common.samplers import ModelChain, model_chains, target_in
from screentest.common.wan_loras import SELECT, WRAPPER, unselected, with_selected

#: Loaders whose second output is the text encoder; a LoRA for the model is one for it as well.
_WITH_CLIP = ("CheckpointLoader", "CheckpointLoaderSimple", "unCLIPCheckpointLoader")
#: Loaders that can be taken out of the way of what they pass on, by output.
_PASSED_ON = {"LoraLoader": ("model", "clip"), "LoraLoaderModelOnly": ("model",)}
#: Families of nodes whose models are of a type of their own, which no LoraLoader takes.
_OWN_TYPE = ("WanVideo", "HyVideo", "CogVideo", "DownloadAndLoad", "LoadFramePack")


@dataclass(frozen=True)
class _Share:
    """What one model gets of a stack."""

    #: None: there is no one model.
    chain: ModelChain | None
    numbers: tuple[int, ...]
    loras: tuple[Lora, ...]

    @property
    def added(self) -> tuple[Lora, ...]:
        return self.loras[len(self.numbers) :]


@dataclass(frozen=True)
class StackPlan:
    """Where every LoRA of a stack goes in one graph."""

    slots: tuple[Slot, ...]
    shares: tuple[_Share, ...]
    #: One sentence when a LoRA has no place: there are more than slots, and no loader can be added.
    problem: str | None

    @property
    def values(self) -> dict[str, SlotValue]:
        """The values of the LoRA slots; a slot that is left over has weight 0."""
        values: dict[str, SlotValue] = {}
        for share in self.shares:
            for number, lora in zip(share.numbers, share.loras, strict=False):
                values |= {lora_slot(number): lora.name, weight_slot(number): lora.weight}
            for number in share.numbers[len(share.loras) :]:
                values[weight_slot(number)] = 0.0
        known = {slot.name for slot in self.slots}
        return {name: value for name, value in values.items() if name in known}

    def applied(self, graph: Graph, values: Mapping[str, SlotValue]) -> Graph:
        """``graph``, whose slots are filled with ``values``, with its loaders in place.

        A weight of 0 that no LoRA of the stack asked for takes the loader out: its file need not be
        there then.
        """
        asked = {
            number
            for share in self.shares
            for number, _ in zip(share.numbers, share.loras, strict=False)
        }
        for number, slots in lora_slots(self.slots).items():
            if number not in asked and values.get(weight_slot(number)) == 0:
                for slot in slots:
                    graph = _without(graph, slot)
        for share in self.shares:
            if share.chain and share.added and self.problem is None:
                graph = _with_added(graph, share.chain, share.added)
        return graph


def lora_slot(number: int) -> str:
    """The slot that takes the file of LoRA ``number``, from 1."""
    return f"lora_{number}"


def weight_slot(number: int) -> str:
    """The slot that takes the weight of LoRA ``number``, from 1."""
    return f"lora_{number}_weight"


def in_numbered_slots(loras: Sequence[Lora]) -> dict[str, SlotValue]:
    """LoRA k in slot ``lora_k``, whatever graph and slots there are."""
    values: dict[str, SlotValue] = {}
    for number, lora in enumerate(loras, start=1):
        values |= {lora_slot(number): lora.name, weight_slot(number): lora.weight}
    return values


def lora_slots(slots: Sequence[Slot]) -> dict[int, list[Slot]]:
    """The slots that take a LoRA's file, by its number."""
    found: dict[int, list[Slot]] = {}
    for slot in slots:
        number = slot.name.removeprefix("lora_")
        if slot.name.startswith("lora_") and number.isdecimal():
            found.setdefault(int(number), []).append(slot)
    return dict(sorted(found.items()))


def plan_stack(graph: Graph, slots: tuple[Slot, ...], loras: tuple[Lora, ...]) -> StackPlan:
    """Where the LoRAs of a stack go; an empty stack leaves the graph's own LoRAs alone."""
    if not loras:
        return StackPlan(slots, (), None)
    chains = model_chains(graph)
    shares = tuple(_shares(chains, lora_slots(slots), loras))
    problems = (_problem(graph, chains, share) for share in shares if share.added)
    return StackPlan(slots, shares, next((problem for problem in problems if problem), None))


def unplaced_loras(graph: Graph, loras: Sequence[Lora]) -> list[str]:
    """The LoRAs of a recipe that its filled graph does not name anywhere that counts."""
    inputs = (value for node in live_nodes(graph) for value in inputs_of(graph, node).values())
    named = {
        text
        for value in inputs
        for text in (value.values() if isinstance(value, dict) else [value])
        if isinstance(text, str)
    }
    return [lora.name for lora in loras if lora.name not in named]


def _shares(
    chains: tuple[ModelChain, ...], numbered: dict[int, list[Slot]], loras: tuple[Lora, ...]
) -> Iterator[_Share]:
    if chains and chains[0].target:
        homes = {
            number: [chain for chain in chains if {slot.node for slot in slots} <= chain.nodes]
            for number, slots in numbered.items()
        }
        if all(len(home) == 1 for home in homes.values()):
            for chain in chains:
                numbers = tuple(number for number, home in homes.items() if home == [chain])
                yield _Share(chain, numbers, tuple(_meant_for(chain, loras)))
            return
    yield _Share(chains[0] if len(chains) == 1 else None, tuple(numbered), loras)


def _meant_for(chain: ModelChain, loras: tuple[Lora, ...]) -> Iterator[Lora]:
    for lora in loras:
        if (lora.target or target_in(lora.name)) in (None, chain.target):
            yield lora


def _problem(graph: Graph, chains: tuple[ModelChain, ...], share: _Share) -> str | None:
    """One sentence when a share has LoRAs that no loader can be added for."""
    reason = _no_place(graph, chains, share)
    if reason is None:
        return None
    names = ", ".join(lora.name for lora in share.added)
    places = len(share.numbers)
    return (
        f"the LoRA {names} has no place: the workflow has {places} LoRA "
        f"slot{'' if places == 1 else 's'} (lora_1, lora_2, ...), and {reason}; "
        "add LoRA loaders to the workflow or take LoRAs off the stack"
    )


def _no_place(graph: Graph, chains: tuple[ModelChain, ...], share: _Share) -> str | None:
    """Why no loader can be added, as the end of a sentence."""
    if not chains:
        return "no sampler takes a model that a loader could be put behind"
    if share.chain is None:
        sources = ", ".join(_named(graph, chain.source) for chain in chains)
        return f"it cannot be told which of its models it is for: {sources}"
    loader = class_of(graph, share.chain.source)
    if loader.startswith(_OWN_TYPE) and loader != WRAPPER:
        return f"no LoRA loader fits behind {_named(graph, share.chain.source)}"
    return None


def _named(graph: Graph, node: str) -> str:
    return f'node "{node}" ({class_of(graph, node)})'


def _without(graph: Graph, slot: Slot) -> Graph:
    """``graph`` with the LoRA of ``slot`` out of the way.

    A node that is not known to pass on what it is given stays, with weight 0.
    """
    body = graph.get(slot.node)
    if body is None:
        return graph
    entry = slot.input.removesuffix(".lora")
    if entry != slot.input:
        inputs = inputs_of(graph, slot.node)
        off = {**inputs, entry: {**inputs[entry], "on": False}}
        return {**graph, slot.node: {**body, "inputs": off}}
    if class_of(graph, slot.node) == SELECT and _used(graph, slot.node) <= {0}:
        return unselected(graph, slot.node)
    links = dict(links_of(graph, slot.node))
    outputs = _PASSED_ON.get(class_of(graph, slot.node), ())
    moved = {
        Link(slot.node, output): links[name] for output, name in enumerate(outputs) if name in links
    }
    if not outputs or any(Link(slot.node, n) not in moved for n in _used(graph, slot.node)):
        return graph
    return relinked({node: each for node, each in graph.items() if node != slot.node}, moved)


def _used(graph: Graph, node: str) -> set[int]:
    """The outputs of a node that something is linked to."""
    return {
        link.output for other in graph for _, link in links_of(graph, other) if link.node == node
    }


def _with_added(graph: Graph, chain: ModelChain, loras: tuple[Lora, ...]) -> Graph:
    if class_of(graph, chain.source) == WRAPPER:
        named = {_new_id(graph, chain, number): lora for number, lora in enumerate(loras, start=1)}
        return with_selected(graph, chain, named)
    model = _end_of_loaders(graph, chain)
    clip = _clip_beside(graph, model)
    added: Graph = {}
    last_model, last_clip = model, clip
    for number, lora in enumerate(loras, start=1):
        node = _new_id(graph, chain, number)
        strengths = {"strength_model": lora.weight}
        inputs = {"model": [last_model.node, last_model.output], "lora_name": lora.name}
        if last_clip is not None:
            inputs["clip"] = [last_clip.node, last_clip.output]
            strengths["strength_clip"] = lora.weight
            last_clip = Link(node, 1)
        last_model = Link(node, 0)
        added[node] = {
            "class_type": "LoraLoader" if clip else "LoraLoaderModelOnly",
            "inputs": inputs | strengths,
        }
    moved = {model: last_model}
    if clip is not None and last_clip is not None:
        moved[clip] = last_clip
    return relinked(graph, moved) | added


def _end_of_loaders(graph: Graph, chain: ModelChain) -> Link:
    """Behind the last LoRA loader that all samplers get the model through, else the source."""
    loaders = [link for link in chain.trunk if names_loras(graph, link.node)]
    return loaders[-1] if loaders else chain.trunk[0]


def _clip_beside(graph: Graph, model: Link) -> Link | None:
    """The text encoder that comes out beside a model, if anything takes it from there."""
    puts_out = class_of(graph, model.node) in _WITH_CLIP or (
        names_loras(graph, model.node) and "clip" in dict(links_of(graph, model.node))
    )
    return Link(model.node, 1) if puts_out and 1 in _used(graph, model.node) else None


def _new_id(graph: Graph, chain: ModelChain, number: int) -> str:
    of_target = f"_{chain.target}" if chain.target else ""
    node = f"screentest_lora{of_target}_{number}"
    while node in graph:
        node += "_"
    return node
