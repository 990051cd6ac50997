"""LoRAs of WanVideoWrapper, whose models no LoraLoader takes: nodes that each hold one, in a row.

The end of the row is linked to the model's loader, or to a node behind it that sets LoRAs.
"""

from collections.abc import Mapping
from typing import Any

from screentest.common.graphs import Graph, Link, class_of, inputs_of, link_of, relinked
from screentest.common.recipe_parts import Lora
from screentest.common.samplers import ModelChain

#: The loader of its models, and the node that sets LoRAs behind it.
WRAPPER = "WanVideoModelLoader"
_SETTER = "WanVideoSetLoRAs"
#: Holds one LoRA, and the link to the one before.
SELECT = "WanVideoLoraSelect"


def with_selected(graph: Graph, chain: ModelChain, loras: Mapping[str, Lora]) -> Graph:
    """``graph`` with more LoRAs for the model of ``chain``, by the ids of the nodes they get."""
    setters = [link.node for link in chain.trunk if class_of(graph, link.node) == _SETTER]
    taker = setters[-1] if setters else chain.source
    before = link_of(inputs_of(graph, taker).get("lora"))
    added: Graph = {}
    for node, lora in loras.items():
        inputs = {"lora": lora.name, "strength": lora.weight}
        if before is not None:
            inputs["prev_lora"] = [before.node, before.output]
        added[node] = {"class_type": SELECT, "inputs": inputs}
        before = Link(node, 0)
    end = {"lora": [before.node, before.output]} if before else {}
    body = {**graph[taker], "inputs": {**inputs_of(graph, taker), **end}}
    return {**graph, taker: body, **added}


def unselected(graph: Graph, node: str) -> Graph:
    """``graph`` without one of WanVideoWrapper's LoRAs; its takers do without one as well."""
    left = {other: body for other, body in graph.items() if other != node}
    if before := link_of(inputs_of(graph, node).get("prev_lora")):
        return relinked(left, {Link(node, 0): before})
    return {other: {**body, "inputs": _not_from(node, body)} for other, body in left.items()}


def _not_from(node: str, body: dict[str, Any]) -> dict[str, Any]:
    inputs: dict[str, Any] = body.get("inputs") or {}
    return {
        name: value
        for name, value in inputs.items()
        if (link := link_of(value)) is None or link.node != node
    }
