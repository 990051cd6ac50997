"""Imported workflows: what is refused, and which inputs are found."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.common.recipes import Graph, Slot, fill_graph
from screentest.common.workflows import check_graph, discover_slots
from support.workflows import node, wan

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "model-free-image-to-video.json"


def found(graph: Graph) -> dict[str, list[tuple[str, str]]]:
    places: dict[str, list[tuple[str, str]]] = {}
    for slot in discover_slots(graph):
        places.setdefault(slot.name, []).append((slot.node, slot.input))
    return places


def slot_of(graph: Graph, name: str) -> Slot:
    return next(slot for slot in discover_slots(graph) if slot.name == name)


# -- discovery -------------------------------------------------------------------------------------


def test_image_to_video_with_loras():
    assert found(wan()) == {
        "image": [("6", "image")],
        "prompt": [("4", "text")],
        "negative_prompt": [("5", "text")],
        "seed": [("8", "seed")],
        "steps": [("8", "steps")],
        "cfg": [("8", "cfg")],
        "sampler": [("8", "sampler_name")],
        "scheduler": [("8", "scheduler")],
        "denoise": [("8", "denoise")],
        "width": [("7", "width")],
        "height": [("7", "height")],
        "frames": [("7", "length")],
        "fps": [("12", "fps")],
        "diffusion_model": [("1", "unet_name")],
        "text_encoder": [("9", "clip_name")],
        "vae": [("10", "vae_name")],
        # In the order in which they are applied to the model, not in that of their ids.
        "lora_1": [("3", "lora_name")],
        "lora_1_weight": [("3", "strength_model")],
        "lora_2": [("2", "lora_name")],
        "lora_2_weight": [("2", "strength_model")],
    }


def test_slots_have_kinds_ranges_and_defaults():
    cfg = slot_of(wan(), "cfg")
    assert (cfg.kind, cfg.default, cfg.minimum, cfg.maximum) == ("float", 6.0, 0, 100)
    assert slot_of(wan(), "sampler").kind == "choice"
    # The file was on the exporter's machine.
    assert (slot_of(wan(), "image").kind, slot_of(wan(), "image").default) == ("image", None)


def test_a_seed_that_json_cannot_carry_is_no_default():
    graph = wan()
    graph["8"]["inputs"]["seed"] = 2**63 + 1

    assert slot_of(graph, "seed").default is None


def test_the_documented_example_has_no_sampler():
    graph = json.loads(EXAMPLE.read_text())

    assert found(graph) == {
        "image": [("1", "image")],
        "prompt": [("2", "value")],
        "seed": [("3", "value")],
        "width": [("5", "width")],
        "height": [("5", "height")],
        "frames": [("6", "amount")],
        "fps": [("4", "value")],
    }


def test_two_samplers_in_a_row_share_what_is_equal():
    graph = wan()
    first = graph["8"]["inputs"]
    first["noise_seed"], first["add_noise"] = first.pop("seed"), "enable"
    second = first | {"noise_seed": 0, "add_noise": "disable", "latent_image": ["8", 0], "cfg": 1.0}
    graph["20"] = {"class_type": "KSamplerAdvanced", "inputs": second}
    graph["8"]["class_type"] = "KSamplerAdvanced"
    graph["11"]["inputs"]["samples"] = ["20", 0]

    slots = found(graph)

    # The second sampler adds no noise, so its seed does nothing.
    assert slots["seed"] == [("8", "noise_seed")]
    assert slots["steps"] == [("8", "steps"), ("20", "steps")]
    assert slots["cfg"] == [("8", "cfg")]
    assert slots["cfg_2"] == [("20", "cfg")]


def test_a_value_in_two_places_is_filled_into_both():
    graph = wan()
    graph["20"] = graph["8"] | {"inputs": graph["8"]["inputs"] | {"latent_image": ["8", 0]}}
    graph["11"]["inputs"]["samples"] = ["20", 0]

    filled = fill_graph(graph, discover_slots(graph), {"steps": 4, "seed": 77})

    for sampler in ("8", "20"):
        assert filled[sampler]["inputs"]["steps"] == 4
        assert filled[sampler]["inputs"]["seed"] == 77


def test_a_sampler_taken_apart():
    """Noise, guider, sampler and sigmas as nodes of their own; the prompt in a primitive."""
    graph = wan()
    graph["8"] = node(
        "SamplerCustomAdvanced",
        noise="21:0", guider="22:0", sampler="23:0", sigmas="24:0", latent_image="7:2",
    )  # fmt: skip
    graph["21"] = node("RandomNoise", noise_seed=9)
    graph["22"] = node("CFGGuider", model="2:0", positive="7:0", negative="7:1", cfg=3.0)
    graph["23"] = node("KSamplerSelect", sampler_name="euler")
    graph["24"] = node("BasicScheduler", model="2:0", scheduler="beta", steps=8, denoise=1.0)
    graph["4"]["inputs"]["text"] = ["25", 0]
    graph["25"] = node("PrimitiveStringMultiline", value="a dog")

    slots = found(graph)

    assert slots["seed"] == [("21", "noise_seed")]
    assert slots["cfg"] == [("22", "cfg")]
    assert slots["sampler"] == [("23", "sampler_name")]
    assert slots["scheduler"] == [("24", "scheduler")]
    assert slots["steps"] == [("24", "steps")]
    assert slots["prompt"] == [("25", "value")]
    assert slots["negative_prompt"] == [("5", "text")]


def test_prompts_are_followed_through_what_stands_between():
    graph = wan()
    graph["7"]["inputs"]["positive"] = ["30", 0]
    graph["30"] = node("FluxGuidance", conditioning="31:0", guidance=3.5)
    graph["31"] = {"class_type": "Reroute", "inputs": {"": ["4", 0]}}

    assert found(graph)["prompt"] == [("4", "text")]


def test_a_zeroed_prompt_is_no_negative_prompt():
    graph = wan()
    graph["7"]["inputs"]["negative"] = ["30", 0]
    graph["30"] = node("ConditioningZeroOut", conditioning="4:0")

    slots = found(graph)

    assert slots["prompt"] == [("4", "text")]
    assert "negative_prompt" not in slots


def test_wrapper_nodes_with_both_prompts_in_one_node():
    graph = wan()
    graph["8"] = node("WanVideoSampler", text_embeds="30:0", image_embeds="7:2", seed=1, steps=4)
    graph["30"] = node("WanVideoTextEncode", positive_prompt="a fox", negative_prompt="ugly")

    slots = found(graph)

    assert slots["prompt"] == [("30", "positive_prompt")]
    assert slots["negative_prompt"] == [("30", "negative_prompt")]


def test_the_picture_a_clip_starts_from_is_the_image():
    graph = wan()
    # Walked to before the start picture, but it is where the clip ends.
    graph["7"]["inputs"] = {"end_image": ["2b", 0]} | graph["7"]["inputs"]
    graph["2b"] = node("LoadImage", image="end.png")

    slots = found(graph)

    assert slots["image"] == [("6", "image")]
    assert slots["image_2"] == [("2b", "image")]


def test_what_leads_nowhere_is_no_slot():
    graph = wan()
    graph["40"] = node("LoadImage", image="left-over.png")
    graph["41"] = node("LoraLoaderModelOnly", lora_name="x", strength_model=1.0)

    assert found(graph) == found(wan())


@pytest.mark.parametrize("title", ["negative prompt", "Negative Prompt ", "NEGATIVE_PROMPT"])
def test_a_person_names_a_slot_by_a_title(title):
    graph = json.loads(EXAMPLE.read_text())
    graph["50"] = node("PrimitiveString", title=title, value="ugly")
    graph["51"] = node("StringLength", string="50:0")
    graph["7"]["inputs"]["offset"] = ["51", 0]

    assert found(graph)["negative_prompt"] == [("50", "value")]


@given(st.permutations(sorted(wan())))
def test_the_order_of_nodes_in_the_file_does_not_matter(order):
    graph = wan()

    assert discover_slots({key: graph[key] for key in order}) == discover_slots(graph)


# -- checks ----------------------------------------------------------------------------------------


def test_good_graphs_pass():
    check_graph(wan())
    check_graph(json.loads(EXAMPLE.read_text()))


@pytest.mark.parametrize(
    ("graph", "sentence"),
    [
        ([], "JSON object of nodes"),
        ({}, "JSON object of nodes"),
        ("{}", "JSON object of nodes"),
        ({"nodes": [], "links": [], "version": 0.4}, r"not its API format.*Export \(API\)"),
        ({"prompt": wan(), "client_id": "c"}, 'only the object under its key "prompt"'),
        ({"1": [1]}, 'Node "1" is not an object'),
        ({"1": {"inputs": {}}}, 'Node "1" has no class_type'),
        ({"1": {"class_type": "", "inputs": {}}}, 'Node "1" has no class_type'),
        ({"1": {"class_type": "A"}}, 'Node "1" has no inputs'),
        ({"1": node("A", x="9:0")}, 'Input "x" of node "1" is linked to node "9"'),
        ({"1": node("A", x="2:0"), "2": node("B", y="1:0")}, "in a circle: 1, 2"),
        ({"1": node("A", x="1:0")}, "in a circle: 1"),
    ],
)
def test_what_is_refused_and_how(graph, sentence):
    with pytest.raises(ValueError, match=f"(?s){sentence}"):
        check_graph(graph)


def test_every_fault_is_named_at_once():
    with pytest.raises(ValueError, match=r'Node "1" has no inputs.*Node "2" has no class_type'):
        check_graph({"1": {"class_type": "A"}, "2": {"inputs": {}}})
