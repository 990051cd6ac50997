"""What several servers say of a graph's inputs, and what becomes of its slots by it."""

import pytest

from screentest.common.described_slots import described_frame_rule
from screentest.common.frame_rule import FrameRule
from screentest.common.graphs import class_of
from screentest.common.joined_info import joined
from screentest.common.object_info import ObjectInfo
from screentest.common.recipes import MAX_SEED
from screentest.common.workflows import discover_slots
from support.workflows import animate_diff, node, wan, wan_pair


def server(**classes) -> ObjectInfo:
    """A server with these classes, each given as its inputs."""
    return ObjectInfo.reduce(
        {name: {"input": {"required": each}} for name, each in classes.items()}
    )


def slot_of(graph, name, *infos):
    classes = {class_of(graph, each) for each in graph}
    found = discover_slots(graph, joined(infos, classes))
    return next(slot for slot in found if slot.name == name)


def limits(low, high, kind="INT"):
    return server(KSampler={"steps": [kind, {"min": low, "max": high}]})


class TestSeveralServers:
    @pytest.mark.parametrize(
        ("infos", "expected"),
        [
            ([limits(1, 100), limits(4, 50)], (4, 50)),
            ([limits(1, 100), server(KSampler={})], (1, 100)),
            ([limits(1, 100), server(Other={})], (1, 100)),
            # No value would do everywhere: each is left to the worker that takes it.
            ([limits(1, 10), limits(20, 30)], (1, 10_000)),
            ([], (1, 10_000)),
        ],
    )
    def test_numbers_are_what_all_of_them_take(self, infos, expected):
        slot = slot_of(wan(), "steps", *infos)

        assert (slot.minimum, slot.maximum) == expected

    def test_a_whole_number_is_what_all_of_them_take(self):
        assert slot_of(wan(), "cfg", server(KSampler={"cfg": ["FLOAT"]})).kind == "float"
        both = [server(KSampler={"cfg": [kind]}) for kind in ("FLOAT", "INT")]
        assert slot_of(wan(), "cfg", *both).kind == "int"

    def test_choices_are_what_any_of_them_offers(self):
        one = server(KSampler={"sampler_name": [["euler", "uni_pc"]]})
        other = server(KSampler={"sampler_name": ["COMBO", {"options": ["euler", "res_2s"]}]})

        assert slot_of(wan(), "sampler", one, other).choices == ("euler", "uni_pc", "res_2s")

    def test_a_node_that_is_another_one_elsewhere_says_nothing(self):
        one = server(KSampler={"sampler_name": [["euler"]]})
        other = server(KSampler={"sampler_name": ["SAMPLER"]})

        assert slot_of(wan(), "sampler", one, other).choices == ()

    @pytest.mark.parametrize("name", ["lora_1", "diffusion_model", "vae", "text_encoder"])
    def test_files_are_never_choices(self, name):
        files = [["a.pt", "wan.safetensors"]]
        info = server(
            LoraLoaderModelOnly={"lora_name": files},
            UNETLoader={"unet_name": files},
            VAELoader={"vae_name": files},
            CLIPLoader={"clip_name": files},
        )

        assert slot_of(wan(), name, info).choices == ()


class TestPlaces:
    def test_all_that_a_primitive_is_linked_to_takes_its_value(self):
        graph = wan() | {
            "20": node("PrimitiveInt", value=640),
            "21": node("ImageScale", image="6:0", width="20:0", height=480),
        }
        graph["7"]["inputs"] |= {"width": ["20", 0], "start_image": ["21", 0]}
        info = server(
            PrimitiveInt={"value": ["INT", {"min": -(2**63), "max": 2**63 - 1}]},
            WanImageToVideo={"width": ["INT", {"min": 32, "max": 16_384}]},
            ImageScale={"width": ["INT", {"min": 1, "max": 2048}]},
        )
        slot = slot_of(graph, "width", info)

        assert (slot.node, slot.minimum, slot.maximum) == ("20", 32, 2048)

    def test_places_of_one_name_take_one_value(self):
        graph = wan_pair()
        graph["62"]["class_type"] = "OtherSampler"
        info = server(
            KSamplerAdvanced={
                "steps": ["INT", {"min": 1, "max": 10_000}],
                "sampler_name": [["euler", "lcm"]],
            },
            OtherSampler={
                "steps": ["INT", {"min": 4, "max": 64}],
                "sampler_name": [["lcm", "euler", "own"]],
            },
        )
        slots = discover_slots(graph, info)

        assert {(s.minimum, s.maximum) for s in slots if s.name == "steps"} == {(4, 64)}
        assert {s.choices for s in slots if s.name == "sampler"} == {("euler", "lcm")}

    def test_a_range_that_nobody_expected_is_the_nodes_own(self):
        info = server(KSampler={"denoise": ["FLOAT", {"min": 2, "max": 100}]})
        slot = slot_of(wan(), "denoise", info)

        assert (slot.minimum, slot.maximum) == (2, 100)

    def test_a_whole_default_stays_where_the_node_takes_no_other(self):
        graph = wan()
        graph["12"]["inputs"]["fps"] = 24.0

        slot = slot_of(graph, "fps", server(CreateVideo={"fps": ["INT", {"min": 1, "max": 60}]}))

        assert (slot.kind, slot.default, type(slot.default)) == ("int", 24, int)

    @pytest.mark.parametrize("most", [2**64 - 1, 2**53, float("inf")])
    def test_no_limit_is_beyond_what_json_carries(self, most):
        graph = wan()
        info = server(KSampler={"seed": ["INT", {"min": -(2**63), "max": most}]})
        slot = slot_of(graph, "seed", info)

        assert (slot.minimum, slot.maximum) == (0, MAX_SEED)


class TestFrameRule:
    @pytest.mark.parametrize(
        ("config", "frames", "rule"),
        [
            ({"min": 1, "step": 4}, 81, FrameRule(step=4, offset=1)),
            ({"min": 9, "step": 8}, 97, FrameRule(step=8, offset=1)),
            ({"min": 1, "step": 4}, 80, None),
            ({"min": 1, "step": 1}, 81, None),
            ({"min": 1, "step": 5000}, 81, None),
            ({"min": 1}, 81, None),
        ],
    )
    def test_is_the_step_of_the_node_that_counts_frames(self, config, frames, rule):
        graph = wan()
        graph["7"]["inputs"]["length"] = frames
        info = server(WanImageToVideo={"length": ["INT", config]})

        assert described_frame_rule(graph, discover_slots(graph), info) == rule

    def test_is_not_told_where_there_are_no_frames_or_no_server(self):
        assert described_frame_rule(wan(), (), ObjectInfo()) is None
        assert described_frame_rule(wan(), discover_slots(wan()), ObjectInfo()) is None

    def test_two_nodes_that_disagree_say_nothing(self):
        graph = animate_diff()
        graph["7"]["inputs"]["batch_size"] = ["20", 0]
        graph["20"] = node("PrimitiveInt", value=17)
        graph["21"] = node("Other", batch_size="20:0", image="9:0")
        graph["11"]["inputs"]["images"] = ["21", 0]
        info = server(
            EmptyLatentImage={"batch_size": ["INT", {"min": 1, "step": 4}]},
            Other={"batch_size": ["INT", {"min": 1, "step": 8}]},
        )

        assert described_frame_rule(graph, discover_slots(graph), info) is None
