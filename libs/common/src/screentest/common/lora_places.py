"""Where a graph names LoRAs: loaders one behind the other, and nodes that hold a stack."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from screentest.common.graphs import Graph, Place, class_of, inputs_of, literal
from screentest.common.samplers import sampling_order

#: Inputs that hold a LoRA's file; those of a stack are numbered (lora_name_2, lora_02).
_NAME = re.compile(r"lora(?:_name)?(_\d+)?")
#: Inputs that hold its weight; the same number follows them.
_WEIGHTS = (
    "strength_model", "strength", "strength_clip", "lora_strength", "model_weight", "clip_weight",
    "model_str", "clip_str", "lora_wt", "lora_model_strength", "lora_clip_strength",
)  # fmt: skip


@dataclass(frozen=True)
class LoraPlace:
    """One LoRA of a graph: where its file and its weights are written."""

    name: Place
    weights: tuple[Place, ...]


def names_loras(graph: Graph, node: str) -> bool:
    """Whether a node is there for LoRAs, with or without one in it."""
    name = class_of(graph, node)
    # What AnimateDiff calls a LoRA is one for its motion model.
    is_motion = name.startswith("ADE_")
    return not is_motion and ("lora" in name.lower() or "lora_name" in inputs_of(graph, node))


def lora_places(graph: Graph) -> list[LoraPlace]:
    """The LoRAs that a live node applies, in the order in which they come to the model.

    What is switched off in the node itself is none.
    """
    nodes = sampling_order(graph)
    return [place for node in nodes if names_loras(graph, node) for place in _of(graph, node)]


def _of(graph: Graph, node: str) -> Iterator[LoraPlace]:
    inputs = inputs_of(graph, node)
    for name, value in inputs.items():
        matched = _NAME.fullmatch(name)
        if matched is None:
            continue
        if isinstance(value, dict):
            # An entry of rgthree's Power Lora Loader: {"on": true, "lora": ..., "strength": ...}.
            if value.get("on") is not False and isinstance(value.get("lora"), str):
                yield _place(graph, node, f"{name}.lora", f"{name}.", "", "strengthTwo")
        elif isinstance(value, str) and _is_on(inputs, number := matched[1] or ""):
            yield _place(graph, node, name, "", number)


def _place(graph: Graph, node: str, name: str, before: str, number: str, *more: str) -> LoraPlace:
    weights = (Place(node, f"{before}{weight}{number}") for weight in (*_WEIGHTS, *more))
    return LoraPlace(
        Place(node, name),
        tuple(weight for weight in weights if isinstance(literal(graph, weight), int | float)),
    )


def _is_on(inputs: dict[str, object], number: str) -> bool:
    count = inputs.get("lora_count")
    if number and isinstance(count, int) and int(number[1:]) > count:
        return False
    return inputs.get(f"switch{number}") != "Off"
