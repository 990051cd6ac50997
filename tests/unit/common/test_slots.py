"""The slots that are found in graphs of the usual families, with and without a server's word."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screentest.common.graphs import Graph, Place, literal
from screentest.common.object_info import ObjectInfo
from screentest.common.recipes import MAX_SEED, Slot, fill_graph
from screentest.common.workflows import discover_slots, output_nodes
from support.workflows import (
    FAMILIES,
    animate_diff,
    flux,
    ltx,
    node,
    power_lora,
    svd,
    wan,
    wan_pair,
    wan_wrapper,
)

ANSWER = {
    "KSampler": {
        "input": {
            "required": {
                "model": ["MODEL", {}],
                "seed": ["INT", {"default": 0, "min": 0, "max": 2**64 - 1}],
                "steps": ["INT", {"default": 20, "min": 1, "max": 10_000}],
                "cfg": ["FLOAT", {"default": 8.0, "min": 0.0, "max": 100.0, "step": 0.1}],
                # As nodes wrote it until 2025, and as they do since.
                "sampler_name": [["euler", "uni_pc"], {"tooltip": "x"}],
                "scheduler": ["COMBO", {"options": ["simple", "beta"], "default": "simple"}],
            },
        },
        "output_node": False,
    },
    "WanImageToVideo": {
        "input": {
            "required": {
                "width": ["INT", {"default": 832, "min": 32, "max": 16_384, "step": 16}],
                "length": ["INT", {"default": 81, "min": 1, "max": 16_384, "step": 4}],
            },
            "optional": {"start_image": ["IMAGE"]},
        }
    },
    "UNETLoader": {"input": {"required": {"unet_name": [["wan.safetensors", "x.safetensors"]]}}},
    "CreateVideo": {"input": {"required": {"fps": ["INT", {"min": 1, "max": 60}]}}},
    "SaveVideo": {"input": {"required": {}}, "output_node": True},
}
OBJECT_INFO = ObjectInfo.reduce(ANSWER)


def places(graph: Graph) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for slot in discover_slots(graph):
        found.setdefault(slot.name, []).append(f"{slot.node}.{slot.input}")
    return found


def slot_of(graph: Graph, name: str, info=None) -> Slot:
    return next(slot for slot in discover_slots(graph, info) if slot.name == name)


def test_two_models_one_after_the_other():
    assert places(wan_pair()) == {
        "image": ["6.image"],
        "prompt": ["4.text"],
        "negative_prompt": ["5.text"],
        "seed": ["61.noise_seed"],
        "steps": ["61.steps", "62.steps"],
        # Where the first stops, the second begins.
        "switch_step": ["61.end_at_step", "62.start_at_step"],
        "cfg": ["61.cfg", "62.cfg"],
        "shift": ["57.shift", "60.shift"],
        "sampler": ["61.sampler_name", "62.sampler_name"],
        "scheduler": ["61.scheduler", "62.scheduler"],
        "width": ["7.width"],
        "height": ["7.height"],
        "frames": ["7.length"],
        "fps": ["12.fps"],
        # The one that begins comes first, wherever it stands in the file.
        "diffusion_model": ["55.unet_name"],
        "diffusion_model_2": ["58.unet_name"],
        "text_encoder": ["9.clip_name"],
        "vae": ["10.vae_name"],
        "lora_1": ["56.lora_name"],
        "lora_1_weight": ["56.strength_model"],
        "lora_2": ["59.lora_name"],
        "lora_2_weight": ["59.strength_model"],
    }


def test_a_seed_that_both_samplers_have_is_one_slot():
    graph = wan_pair()
    graph["62"]["inputs"]["noise_seed"] = 77

    assert places(graph)["seed"] == ["61.noise_seed", "62.noise_seed"]


def test_a_seed_that_both_samplers_are_linked_to_is_one_slot():
    graph = wan_pair() | {"70": node("PrimitiveInt", value=5)}
    for sampler in ("61", "62"):
        graph[sampler]["inputs"]["noise_seed"] = ["70", 0]

    assert places(graph)["seed"] == ["70.value"]


def test_a_sampler_that_goes_to_its_last_step_hands_over_to_nobody():
    graph = wan_pair()
    graph["62"]["inputs"]["end_at_step"] = 20

    assert places(graph)["switch_step"] == ["61.end_at_step", "62.start_at_step"]


def test_grain_on_the_start_picture_is_not_the_seed():
    graph = wan() | {"20": node("ImageAddNoise", image="6:0", seed=99, strength=0.1)}
    graph["7"]["inputs"]["start_image"] = ["20", 0]

    assert (places(graph)["seed"], places(graph)["seed_2"]) == (["8.seed"], ["20.seed"])


def test_conditionings_that_are_combined():
    graph = wan() | {
        "20": node("ConditioningCombine", conditioning_1="4:0", conditioning_2="21:0"),
        "21": node("CLIPTextEncode", text="at night", clip="9:0"),
    }
    graph["7"]["inputs"]["positive"] = ["20", 0]

    assert (places(graph)["prompt"], places(graph)["prompt_2"]) == (["4.text"], ["21.text"])


def test_conditionings_behind_a_control_net():
    graph = animate_diff() | {
        "20": node(
            "ControlNetApplyAdvanced",
            positive="5:0", negative="6:0", control_net="21:0", image="22:0", strength=1.0,
        ),
        "21": node("ControlNetLoader", control_net_name="depth.safetensors"),
        "22": node("LoadImage", image="depth.png"),
    }  # fmt: skip
    graph["8"]["inputs"] |= {"positive": ["20", 0], "negative": ["20", 1]}
    found = places(graph)

    assert (found["prompt"], found["negative_prompt"]) == (["5.text"], ["6.text"])
    assert found["controlnet"] == ["21.control_net_name"]


def test_ltx():
    found = places(ltx())

    assert found["prompt"] == ["3.text"]
    assert found["negative_prompt"] == ["4.text"]
    assert found["steps"] == ["8.steps"]
    assert found["seed"] == ["10.noise_seed"]
    assert found["cfg"] == ["10.cfg"]
    # The model is told the rate of the file: they are one.
    assert found["fps"] == ["12.fps", "7.frame_rate"]
    assert found["checkpoint"] == ["1.ckpt_name"]
    assert found["frames"] == ["6.length"]
    assert found["image"] == ["5.image"]


def test_svd_has_no_prompt_and_another_rate_than_its_file():
    found = places(svd())

    assert "prompt" not in found
    assert found["fps"] == ["7.fps"]
    assert found["conditioning_fps"] == ["3.fps"]
    assert found["motion"] == ["3.motion_bucket_id"]
    assert found["frames"] == ["3.video_frames"]
    assert found["cfg"] == ["5.cfg"]


def test_animate_diff_counts_frames_as_a_batch():
    found = places(animate_diff())

    assert found["frames"] == ["7.batch_size"]
    assert found["fps"] == ["11.frame_rate"]
    assert found["motion_model"] == ["4.model_name"]
    assert found["lora_1"] == ["2.lora_name"]
    assert found["lora_1_weight"] == ["2.strength_model", "2.strength_clip"]
    # Its two weights differ, and stay two.
    assert found["lora_2_weight"] == ["3.strength_model"]


def test_entries_of_a_stack_in_one_node():
    found = {name: at for name, at in places(power_lora()).items() if name.startswith("lora")}

    assert found == {
        "lora_1": ["3.lora_1.lora"],
        "lora_1_weight": ["3.lora_1.strength"],
        "lora_2": ["3.lora_3.lora"],
        "lora_2_weight": ["3.lora_3.strength"],
    }


@pytest.mark.parametrize(
    ("inputs", "names"),
    [
        ({"lora_01": "a", "strength_01": 1.0, "lora_02": "b", "strength_02": 0.5}, ["a", "b"]),
        ({"lora_0": "a", "strength_0": 1.0, "lora_1": "none", "strength_1": 1.0}, ["a", "none"]),
        ({"lora_count": 1, "lora_name_1": "a", "lora_wt_1": 1.0, "lora_name_2": "b"}, ["a"]),
        (
            {"switch_1": "Off", "lora_name_1": "a", "switch_2": "On", "lora_name_2": "b",
             "model_weight_2": 0.3, "clip_weight_2": 0.3},
            ["b"],
        ),
    ],
)  # fmt: skip
def test_stacks_of_other_people(inputs, names):
    graph = wan()
    del graph["2"], graph["3"]
    graph["8"]["inputs"]["model"] = ["20", 0]
    graph["20"] = node("Some LoRA Stack", model="1:0", **inputs)
    slots = discover_slots(graph)

    assert [slot.default for slot in slots if re.fullmatch(r"lora_\d+", slot.name)] == names
    assert all(slot.node == "20" for slot in slots if slot.name.startswith("lora"))


def test_a_sampler_taken_apart_with_values_in_primitives():
    found = places(flux())

    assert found["seed"] == ["15.value"]
    assert found["width"] == ["16.value"]
    assert found["height"] == ["9.height"]
    assert found["guidance"] == ["3.guidance", "4.guidance"]
    assert found["sampler"] == ["7.sampler_name"]
    assert found["scheduler"] == ["8.scheduler"]
    assert found["text_encoder"] == ["2.clip_name1"]
    assert found["text_encoder_2"] == ["2.clip_name2"]
    # The texts of one encoder are one prompt: half of the old one must not outlive it.
    assert found["prompt"] == ["3.t5xxl", "3.clip_l"]


def test_a_family_with_nodes_of_its_own():
    found = places(wan_wrapper())

    assert found["prompt"] == ["3.positive_prompt"]
    assert found["negative_prompt"] == ["3.negative_prompt"]
    assert (found["seed"], found["steps"], found["cfg"]) == (["6.seed"], ["6.steps"], ["6.cfg"])
    assert found["frames"] == ["5.num_frames"]
    assert found["diffusion_model"] == ["1.model"]
    assert found["lora_1"] == ["2.lora"]
    assert found["lora_1_weight"] == ["2.strength"]


def test_a_sampler_of_an_unknown_class_is_told_by_its_inputs():
    graph = wan()
    graph["8"]["class_type"] = "DreamMachine"

    assert places(graph) == places(wan())


def test_both_sides_that_go_through_one_node():
    graph = wan_wrapper()
    graph["6"]["inputs"]["text_embeds"] = ["20", 0]
    graph["20"] = node("WanVideoTextEmbedBridge", positive="21:0", negative="22:0")
    graph["21"] = node("CLIPTextEncode", text="a fox", clip="10:0")
    graph["22"] = node("CLIPTextEncode", text="ugly", clip="10:0")

    assert (places(graph)["prompt"], places(graph)["negative_prompt"]) == (["21.text"], ["22.text"])


@pytest.mark.parametrize(
    "loader", ["LoadImageFromPath", "VHS_LoadImagePath", "LoadImageOutput", "easy LoadImage"]
)
def test_other_loaders_of_pictures(loader):
    graph = wan()
    graph["6"]["class_type"] = loader

    assert places(graph)["image"] == ["6.image"]


def test_a_picture_that_only_guides_is_not_the_start():
    graph = animate_diff()
    graph["7"] = node("VAEEncode", pixels="21:0", vae="10:0")
    graph["4"]["inputs"]["model"] = ["22", 0]
    graph["21"] = node("LoadImage", image="start.png")
    graph["22"] = node("IPAdapterAdvanced", model="3:0", image="23:0", weight=0.5)
    graph["23"] = node("LoadImage", image="style.png")

    assert places(graph)["image"] == ["21.image"]
    assert places(graph)["image_2"] == ["23.image"]


def test_a_node_that_counts_something_else_has_no_frames():
    graph = wan()
    graph["20"] = node("ImageFromBatch", image="11:0", batch_index=0, length=5)
    graph["12"]["inputs"]["images"] = ["20", 0]

    assert places(graph)["frames"] == ["7.length"]


class TestObjectInfo:
    def test_ranges_and_kinds(self):
        frames = slot_of(wan(), "frames", OBJECT_INFO)
        width = slot_of(wan(), "width", OBJECT_INFO)
        fps = slot_of(wan(), "fps", OBJECT_INFO)

        assert (frames.minimum, frames.maximum) == (1, 4096)
        assert (width.minimum, width.maximum) == (32, 16_384)
        assert (fps.minimum, fps.maximum) == (1, 60)

    def test_a_seed_stays_within_what_json_can_carry(self):
        assert slot_of(wan(), "seed", OBJECT_INFO).maximum == MAX_SEED

    @pytest.mark.parametrize(
        ("name", "choices"),
        [("sampler", ("euler", "uni_pc")), ("scheduler", ("simple", "beta"))],
    )
    def test_choices_in_both_spellings(self, name, choices):
        assert slot_of(wan(), name, OBJECT_INFO).choices == choices

    def test_files_are_no_choices_for_every_worker_has_its_own(self):
        assert slot_of(wan(), "diffusion_model", OBJECT_INFO).choices == ()

    def test_the_range_of_a_primitive_is_that_of_what_it_is_linked_to(self):
        graph = wan() | {"20": node("PrimitiveInt", value=64)}
        graph["7"]["inputs"]["width"] = ["20", 0]

        assert slot_of(graph, "width", OBJECT_INFO).minimum == 32

    def test_a_value_that_no_node_takes_gives_way_to_the_default(self):
        graph = wan()
        graph["7"]["inputs"]["width"] = 8

        assert slot_of(graph, "width", OBJECT_INFO).default == 832

    @pytest.mark.parametrize(
        "info",
        [
            {"KSampler": None},
            {"KSampler": {"input": None}},
            {"KSampler": {"input": {"required": {"steps": None, "cfg": [], "seed": "INT"}}}},
            {"KSampler": {"input": {"required": {"steps": ["INT", None], "cfg": [{}, 5]}}}},
            {"KSampler": {"input": {"required": {"scheduler": ["COMBO", {"options": 5}]}}}},
            {"KSampler": {"input": {"required": {"steps": ["INT", {"min": "x", "max": True}]}}}},
        ],
    )
    def test_nonsense_says_nothing(self, info):
        assert discover_slots(wan(), ObjectInfo.reduce(info)) == discover_slots(wan())

    def test_outputs(self):
        graph = wan() | {"20": node("SomePreview", images="11:0")}

        assert output_nodes(graph) == ("13", "20")
        assert output_nodes(graph, OBJECT_INFO) == ("13", "20")
        assert output_nodes(graph, ObjectInfo.reduce(ANSWER | {"SomePreview": {}})) == ("13",)


@pytest.mark.parametrize("family", FAMILIES)
class TestOfEveryFamily:
    @settings(deadline=None)
    @given(data=st.data())
    def test_ids_of_nodes_name_nothing(self, family, data):
        graph = family()
        ids = data.draw(st.permutations([f"7:{number}" for number in range(len(graph))]))
        new = dict(zip(graph, ids, strict=True))
        renamed = {new[key]: body for key, body in json.loads(json.dumps(graph)).items()}
        for body in renamed.values():
            for name, value in body["inputs"].items():
                if isinstance(value, list):
                    body["inputs"][name] = [new[value[0]], value[1]]

        assert [
            (slot.name, slot.input, slot.default, slot.node) for slot in discover_slots(renamed)
        ] == [
            (slot.name, slot.input, slot.default, new[slot.node]) for slot in discover_slots(graph)
        ]

    def test_every_slot_is_a_literal_of_its_graph_and_no_two_share_a_place(self, family):
        slots = discover_slots(family())

        assert all(literal(family(), Place(slot.node, slot.input)) is not None for slot in slots)
        assert len({(slot.node, slot.input) for slot in slots}) == len(slots)

    @settings(deadline=None)
    @given(data=st.data())
    def test_what_is_filled_in_is_found_again(self, family, data):
        graph = family()
        numbers = [slot for slot in discover_slots(graph) if slot.kind in ("int", "float")]
        # A number apiece: equal values would make one slot of two.
        values = {
            name: 30 + number
            for number, name in enumerate(dict.fromkeys(slot.name for slot in numbers))
            if data.draw(st.booleans()) and not name.endswith(("weight", "denoise", "augmentation"))
        }
        texts = {"prompt": data.draw(st.text(min_size=1)), "sampler": "lcm"}

        filled = fill_graph(graph, discover_slots(graph), values | texts)
        again = {slot.name: slot.default for slot in discover_slots(filled)}

        wanted = {name: value for name, value in (values | texts).items() if name in again}
        assert {name: again[name] for name in wanted} == wanted
