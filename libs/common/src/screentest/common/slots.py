"""Finds the slots of a workflow by walking its graph from samplers, encoders and loaders.

Pure: knows well-known input names, so it works without a server; what a server says of its node
classes makes types, ranges and choices exact. A person can overrule everything that is found here.
"""

from screentest.common.conditioning import prompt_places
from screentest.common.described_slots import described_slots
from screentest.common.found_slots import SHAPES, FoundSlots, Shape
from screentest.common.graphs import Graph, Place, class_of, literal
from screentest.common.lora_places import lora_places
from screentest.common.lora_stack import lora_slot, weight_slot
from screentest.common.object_info import ObjectInfo
from screentest.common.recipe_parts import Slot
from screentest.common.slot_walks import (
    find_images,
    find_measures,
    find_models,
    find_rates,
    find_sampling,
)

_LORA = Shape("choice")
_WEIGHT = Shape("float", -10, 10)


def discover_slots(graph: Graph, object_info: ObjectInfo | None = None) -> tuple[Slot, ...]:
    """The configurable inputs of a graph that `check_graph` accepts, in a stable order.

    Only nodes that lead to an output count. A name may occur more than once: where two samplers
    have the same seed or steps, both places take the slot's one value. Places with another value
    become a slot of their own (cfg, cfg_2), in the order of the samplers.

    Args:
        graph: an API-format graph.
        object_info: what servers say of its node classes, if any are there to be asked.
    """
    found = FoundSlots(graph)
    find_images(found)
    _find_prompts(found)
    find_sampling(found)
    find_measures(found)
    find_rates(found)
    find_models(found)
    _find_titled(found)
    found.sort()
    _find_loras(found)
    return described_slots(graph, found.slots, object_info or ObjectInfo())


def _find_prompts(found: FoundSlots) -> None:
    sides = zip(("prompt", "negative_prompt"), prompt_places(found.graph), strict=True)
    for name, encoders in sides:
        for first, *others in encoders:
            found.add(name, first, cuts=True)
            at = next(slot for slot in found.slots if (slot.node, slot.input) == _key(first))
            # What stood in the smaller text encoder must not outlive the prompt it belonged to.
            for place in others:
                found.add(at.name, place, SHAPES[name], numbered=False)


def _key(place: Place) -> tuple[str, str]:
    return place.node, place.input


def _find_titled(found: FoundSlots) -> None:
    """Primitive nodes that a person titled with a slot's name."""
    for node in found.nodes:
        meta = found.graph[node].get("_meta")
        title = str(meta.get("title", "")) if isinstance(meta, dict) else ""
        name = title.strip().lower().replace(" ", "_")
        if name in SHAPES and class_of(found.graph, node).startswith("Primitive"):
            found.add(name, Place(node, "value"))


def _find_loras(found: FoundSlots) -> None:
    graph = found.graph
    for number, lora in enumerate(lora_places(graph), start=1):
        found.add(lora_slot(number), lora.name, _LORA)
        for weight in lora.weights:
            # A loader for model and text encoder keeps one weight for both if it had one.
            if literal(graph, weight) == literal(graph, lora.weights[0]):
                found.add(weight_slot(number), weight, _WEIGHT)
