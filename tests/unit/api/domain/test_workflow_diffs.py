"""What changed between two versions of a workflow, and that new numbers alone are no change."""

import random
from typing import Any

import pytest

from screentest.api.domain.catalogue import Workflow
from screentest.api.domain.diff_sentences import sentences_of
from screentest.api.domain.graph_structure import are_equal
from screentest.api.domain.workflow_diffs import WorkflowDiff, diff_of
from screentest.common.frame_rule import FrameRule
from screentest.common.graphs import Graph, link_of
from screentest.common.recipes import Renderer, Slot
from screentest.common.workflows import discover_slots


def node(class_type: str, title: str = "", **inputs: Any) -> dict[str, Any]:
    return {
        "class_type": class_type,
        "inputs": inputs,
        **({"_meta": {"title": title}} if title else {}),
    }


#: Positive and negative prompt are twins but for where they are linked to.
GRAPH: Graph = {
    "1": node("UNETLoader", unet_name="wan.safetensors"),
    "2": node("CLIPLoader", clip_name="umt5.safetensors"),
    "3": node("CLIPTextEncode", text="", clip=["2", 0]),
    "4": node("CLIPTextEncode", text="", clip=["2", 0]),
    "5": node("LoadImage", image="start.png"),
    "6": node("LoraLoaderModelOnly", lora_name="a.pt", strength_model=1.0, model=["1", 0]),
    "7": node(
        "KSampler", "Sampler",
        model=["6", 0], positive=["3", 0], negative=["4", 0], image=["5", 0],
        seed=5, steps=20, cfg=6.0,
    ),
    "8": node("SaveVideo", video=["7", 0], fps=16),
}  # fmt: skip


def renumbered(graph: Graph, ids: dict[str, str]) -> Graph:
    def value_of(value: Any) -> Any:
        link = link_of(value)
        return value if link is None else [ids[link.node], link.output]

    return {
        ids[node]: {
            **body,
            "inputs": {name: value_of(value) for name, value in body["inputs"].items()},
        }
        for node, body in graph.items()
    }


def shuffled(graph: Graph, seed: int) -> Graph:
    """The graph with its own ids given to other nodes, and in another order."""
    draw = random.Random(seed)
    ids = list(graph)
    draw.shuffle(ids)
    items = list(renumbered(graph, dict(zip(graph, ids, strict=True))).items())
    draw.shuffle(items)
    return dict(items)


def edited(graph: Graph, at: str, **inputs: Any) -> Graph:
    return {**graph, at: {**graph[at], "inputs": {**graph[at]["inputs"], **inputs}}}


def version(number: int, graph: Graph, **fields: Any) -> Workflow:
    known = {
        "id": 3,
        "name": "w",
        "version": number,
        "renderer": Renderer.COMFYUI,
        "graph": graph,
        "slots": discover_slots(graph),
    }
    return Workflow(**{**known, **fields})


def diff(old: Graph, new: Graph, **fields: Any) -> WorkflowDiff:
    return diff_of(version(1, old), version(2, new, **fields))


@pytest.mark.parametrize("seed", range(8))
class TestRenumbering:
    def test_is_no_change(self, seed):
        new = shuffled(GRAPH, seed)
        found = diff(GRAPH, new)

        assert (found.nodes.added, found.nodes.removed, found.nodes.changed) == ([], [], [])
        assert (found.slots.added, found.slots.removed, found.slots.changed) == ([], [], [])
        assert sentences_of(found) == [
            "Versions 1 and 2 are the same: nodes only have other numbers."
        ]

    def test_is_told_apart_from_an_edit_beside_it(self, seed):
        found = diff(GRAPH, shuffled(edited(GRAPH, "7", steps=30), seed))

        assert (found.nodes.added, found.nodes.removed) == ([], [])
        (sampler,) = [one for one in found.nodes.changed if one.class_type == "KSampler"]
        assert [
            (one.input, one.old, one.new) for one in sampler.inputs if one.input == "steps"
        ] == [("steps", 20, 30)]

    def test_leaves_a_graph_equal(self, seed):
        new = shuffled(GRAPH, seed)

        assert are_equal(GRAPH, new)
        assert not are_equal(GRAPH, edited(new, next(iter(new)), other=1))


def test_equal_graphs_compute_the_same():
    crossed = edited(GRAPH, "7", negative=["3", 0])
    titled = {**GRAPH, "8": {**GRAPH["8"], "_meta": {"title": "Save"}}}

    assert are_equal(GRAPH, edited(GRAPH, "7", cfg=6))
    # One node where there were two that say the same: what a node less computes is not asked.
    assert not are_equal(GRAPH, {key: crossed[key] for key in crossed if key != "4"})
    assert not are_equal(GRAPH, titled)
    assert not are_equal(GRAPH, edited(GRAPH, "7", model=["1", 0]))


def test_an_edited_value():
    found = diff(GRAPH, edited(GRAPH, "7", steps=30))

    assert sentences_of(found) == [
        'Node "Sampler" (KSampler, id 7): steps was 20 and is 30.',
        'Slot "steps": default was 20 and is 30.',
    ]


def test_a_node_between_two_others():
    new = {
        **edited(GRAPH, "7", model=["9", 0]),
        "9": node("LoraLoaderModelOnly", lora_name="b.pt", strength_model=0.5, model=["6", 0]),
    }
    found = diff(GRAPH, new)

    assert [one.id for one in found.nodes.added] == ["9"]
    assert sentences_of(found) == [
        'Node "LoraLoaderModelOnly" (id 9) was added.',
        'Node "Sampler" (KSampler, id 7): model was output 0 of node 6 and is output 0 of node 9.',
        'Slot "lora_2" (input "lora_name" of node 9) was added.',
        'Slot "lora_2_weight" (input "strength_model" of node 9) was added.',
    ]
    assert [one.id for one in diff(new, GRAPH).nodes.removed] == ["9"]


def test_inputs_that_come_and_go_and_titles():
    new = {**edited(GRAPH, "8", codec="h264"), "7": {**GRAPH["7"], "_meta": {"title": "Low"}}}
    del new["8"]["inputs"]["fps"]
    found = diff(GRAPH, new)

    assert sentences_of(found)[:3] == [
        'Node "Low" (KSampler, id 7) was titled "Sampler" before.',
        'Node "SaveVideo" (id 8): codec was added and is "h264".',
        'Node "SaveVideo" (id 8): fps was removed and was 16.',
    ]


def test_slots_and_settings():
    slots = [slot for slot in discover_slots(GRAPH) if slot.name != "fps"]
    slots = [
        slot.model_copy(update={"name": "guidance", "maximum": 12}) if slot.name == "cfg" else slot
        for slot in slots
    ]
    slots.append(Slot(name="codec", node="8", input="codec"))
    found = diff(GRAPH, GRAPH, slots=tuple(slots), frame_rule=FrameRule(step=4, offset=1))

    assert sentences_of(found) == [
        'Slot "fps" (input "fps" of node 8) was removed.',
        'Slot "codec" (input "codec" of node 8) was added.',
        'Slot "guidance": name was "cfg" and is "guidance", maximum was 100.0 and is 12.',
        "The frame rule was not set and is 4n+1.",
    ]


def test_long_texts_are_cut_in_sentences_only():
    found = diff(edited(GRAPH, "3", text="a"), edited(GRAPH, "3", text="b" * 500))

    assert found.nodes.changed[0].inputs[0].new == "b" * 500
    assert all(len(sentence) < 200 for sentence in sentences_of(found))


def test_a_long_chain_of_equal_nodes_is_compared():
    chain = {"0": node("Load")} | {str(k): node("Step", x=[str(k - 1), 0]) for k in range(1, 400)}

    assert are_equal(chain, chain)
    assert diff(chain, chain, slots=()).nodes.changed == []
