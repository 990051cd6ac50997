"""Slots and LoRA stacks of graphs that are made of other people's nodes."""

import pytest

from screentest.common.graphs import Graph, upstream
from screentest.common.lora_stack import plan_stack, unplaced_loras
from screentest.common.recipes import Lora, Position, Prompts, Recipe, Renderer, RunRecipe
from screentest.common.workflows import check_graph, discover_slots
from support.unseen_families import (
    efficient,
    hunyuan,
    hunyuan_wrapper,
    joined_stacks,
    ltx_joined,
)
from support.unseen_workflows import many_nodes, quantised_pair, switches, wrapper_pair
from support.workflows import animate_diff, node, wan, wan_wrapper

#: What every one of them must have, by where it stands.
EXPECTED = {
    quantised_pair: {
        "image": ["12.image"],
        "prompt": ["31.value"],
        "negative_prompt": ["11.text"],
        "seed": ["33.seed"],
        "steps": ["34.value"],
        "switch_step": ["35.value"],
        "cfg": ["16.cfg", "17.cfg"],
        "shift": ["30.value"],
        # The picture's scaler passes its size on.
        "width": ["13.width"],
        "height": ["13.height"],
        "frames": ["32.value"],
        "fps": ["36.value"],
    },
    wrapper_pair: {
        "image": ["8.image"],
        "image_2": ["88.image"],
        "prompt": ["7.positive_prompt"],
        "negative_prompt": ["7.negative_prompt"],
        "seed": ["10.seed", "12.seed"],
        "steps": ["10.steps", "12.steps"],
        "switch_step": ["10.end_step", "12.start_step"],
        "width": ["9.width"],
        "frames": ["9.num_frames"],
        "fps": ["14.fps"],
        "text_encoder": ["7.model_name"],
        "lora_1": ["5.lora_0"],
        "lora_4": ["6.lora_0"],
    },
    many_nodes: {
        "image": ["13.image"],
        "image_2": ["18.image"],
        "prompt": ["6.positive"],
        "negative_prompt": ["7.negative"],
        "seed": ["21.seed"],
        "steps": ["23.steps"],
        "cfg": ["19.cfg"],
        "sampler": ["22.sampler_name"],
        # The start picture is scaled to the clip's size.
        "width": ["16.width", "15.width"],
        "height": ["16.height", "15.height"],
        "frames": ["16.length"],
        "lora_1": ["3.lora_2.lora"],
        "lora_1_weight": ["3.lora_2.strength"],
    },
    switches: {
        "image": ["19.image"],
        "image_2": ["20.image"],
        "prompt": ["32.text"],
        # One of two texts, and a number that is computed: what they end in can be set.
        "negative_prompt": ["9.text"],
        "frames": ["16.length"],
        "seed": ["43.seed"],
        "steps": ["44.value"],
        "fps": ["42.value"],
    },
    ltx_joined: {
        "image": ["5.image"],
        "prompt": ["3.text"],
        "negative_prompt": ["4.text"],
        "seed": ["25.value"],
        "steps": ["24.value"],
        "cfg": ["11.cfg"],
        "width": ["20.value"],
        "height": ["21.value"],
        "frames": ["22.value"],
        "fps": ["23.value"],
    },
    hunyuan: {
        "image": ["5.image"],
        "prompt": ["6.prompt"],
        "seed": ["12.noise_seed"],
        "guidance": ["9.guidance"],
        "shift": ["10.shift"],
        "frames": ["7.length"],
        "fps": ["17.fps"],
    },
    hunyuan_wrapper: {
        "image": ["6.image"],
        "prompt": ["5.prompt"],
        "negative_prompt": ["12.negative_prompt"],
        "guidance": ["8.embedded_guidance_scale"],
        "shift": ["8.flow_shift"],
        "frames": ["8.num_frames"],
        "diffusion_model": ["1.model"],
        "vae": ["3.model_name"],
    },
    joined_stacks: {
        "image": ["8.image"],
        "prompt": ["5.text"],
        "negative_prompt": ["11.string"],
        "seed": ["16.seed"],
        "denoise": ["16.denoise"],
        "frames": ["15.amount"],
        "lora_1": ["9.lora_name_1"],
        "lora_2": ["2.lora_name_1"],
        "lora_2_weight": ["2.model_weight_1", "2.clip_weight_1"],
    },
    efficient: {
        "prompt": ["1.positive"],
        "negative_prompt": ["1.negative"],
        "seed": ["4.seed"],
        "width": ["1.empty_latent_width"],
        "height": ["1.empty_latent_height"],
        "frames": ["1.batch_size"],
        "lora_1": ["2.lora_name_1"],
        "lora_1_weight": ["2.model_str_1", "2.clip_str_1"],
    },
}


def places(graph: Graph) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for slot in discover_slots(graph):
        found.setdefault(slot.name, []).append(f"{slot.node}.{slot.input}")
    return found


def stacked(graph: Graph, *names: str, **values) -> Recipe:
    run = RunRecipe(
        renderer=Renderer.COMFYUI,
        graph=graph,
        slots=discover_slots(graph),
        values=values,
        loras=tuple(Lora(name=name, weight=0.5) for name in names),
        seed=1,
        prompts=Prompts(full="a fox"),
    )
    return run.for_segment(1, Position.FULL, "a" * 64)


@pytest.mark.parametrize("family", EXPECTED)
class TestSlots:
    def test_are_found_once_and_named_sensibly(self, family):
        found = places(family())
        at = [place for each in found.values() for place in each]

        assert {name: found.get(name) for name in EXPECTED[family]} == EXPECTED[family]
        assert len(at) == len(set(at))
        assert not {"prompt_2", "seed_2", "frames_2", "width_2", "fps_2"} & found.keys()

    def test_the_values_that_a_person_sets_are_what_is_rendered(self, family):
        values = {"frames": 33, "width": 320}
        graph = stacked(family(), **values).graph

        check_graph(graph)
        texts = [v for each in graph.values() for v in each["inputs"].values()]
        assert "a fox" in texts
        assert "frames" not in EXPECTED[family] or 33 in texts


def test_a_joined_prompt_gives_way_to_the_one_that_is_set():
    graph = stacked(ltx_joined()).graph

    assert graph["3"]["inputs"]["text"] == "a fox"
    # What was joined leads to no file, and is not run.
    assert not {"27", "28", "29"} & set(upstream(graph, "14"))


def test_what_is_computed_stays_until_it_is_set():
    assert stacked(switches()).graph["16"]["inputs"]["length"] == ["40", 0]
    assert stacked(switches(), frames=41).graph["16"]["inputs"]["length"] == 41


def test_two_computed_numbers_are_one_slot_only_where_they_are_the_same():
    graph = switches()
    graph["50"] = node("EmptyMochiLatentVideo", width=832, height=480, length="40:0")
    graph["24"]["inputs"]["latent_image"] = ["50", 0]
    same = places(graph)["frames"]
    graph["50"]["inputs"]["length"] = ["51", 0]
    graph["51"] = node("SimpleMath+", a="41:0", b="42:0", value="a*b")

    assert sorted(same) == ["16.length", "50.length"]
    assert {"frames", "frames_2"} <= places(graph).keys()


def test_other_peoples_checkpoints_are_none():
    graph = quantised_pair()

    assert graph["19"]["inputs"]["ckpt_name"] == "rife47.pth"
    assert "checkpoint" not in places(graph)


@pytest.mark.parametrize(
    ("loader", "name"),
    [("Image Load", "image_path"), ("LoadImageFromUrl", "image"), ("Load Image (Path)", "path")],
)
def test_pictures_from_anywhere(loader, name):
    graph = wan()
    graph["6"] = node(loader, **{name: "/data/a.png"})

    assert places(graph)["image"] == [f"6.{name}"]


def test_a_motion_lora_is_no_lora():
    graph = animate_diff() | {
        "20": node("ADE_AnimateDiffLoRALoader", lora_name="zoom.ckpt", strength=0.8)
    }
    graph["4"]["inputs"]["motion_lora"] = ["20", 0]

    assert places(graph).keys() == places(animate_diff()).keys()


def test_a_graph_without_a_sampler_is_told_by_its_inputs():
    graph = {
        "1": node("LoadImage", image="a.png"),
        "2": node("SomeVideoService", image="1:0", prompt="a cat", negative_prompt="bad", seed=4),
        "3": node("SaveVideo", video="2:0"),
    }

    found = places(graph)
    assert (found["prompt"], found["negative_prompt"]) == (["2.prompt"], ["2.negative_prompt"])
    assert (found["seed"], found["image"]) == (["2.seed"], ["1.image"])


class TestStacks:
    @pytest.mark.parametrize("family", [each for each in EXPECTED if each is not hunyuan_wrapper])
    @pytest.mark.parametrize("count", [1, 2, 9])
    def test_have_a_place(self, family, count):
        names = [f"own{number}.safetensors" for number in range(count)]
        recipe = stacked(family(), *names)

        check_graph(recipe.graph)
        assert plan_stack(family(), recipe.slots, recipe.loras).problem is None
        assert unplaced_loras(recipe.graph, recipe.loras) == []

    def test_are_set_where_each_model_has_its_own(self):
        graph = stacked(wrapper_pair(), "x_high.safetensors", "all.safetensors").graph
        high, low = graph["5"]["inputs"], graph["6"]["inputs"]

        assert (high["lora_0"], high["lora_1"]) == ("x_high.safetensors", "all.safetensors")
        assert (low["lora_0"], low["strength_0"], low["strength_1"]) == ("all.safetensors", 0.5, 0)

    def test_go_on_where_the_wrapper_sets_its_own(self):
        graph = stacked(wrapper_pair(), *(f"{name}.safetensors" for name in "abcd")).graph

        assert graph["3"]["inputs"]["lora"] == ["screentest_lora_high_1", 0]
        assert graph["screentest_lora_high_1"]["inputs"]["prev_lora"] == ["5", 0]
        assert "lora" not in graph["1"]["inputs"]

    def test_are_refused_where_the_model_takes_no_loader(self):
        loras = tuple(Lora(name=name) for name in ("a.pt", "b.pt"))
        slots = discover_slots(hunyuan_wrapper())

        assert plan_stack(hunyuan_wrapper(), slots, loras[:1]).problem is None
        assert "no LoRA loader fits" in (plan_stack(hunyuan_wrapper(), slots, loras).problem or "")

    @pytest.mark.parametrize("before", [None, "20"])
    def test_a_wrappers_lora_that_nobody_asked_for_is_taken_out(self, before):
        graph = wan_wrapper()
        if before:
            graph[before] = node("WanVideoLoraSelect", lora="first.pt", strength=1.0)
            graph["2"]["inputs"]["prev_lora"] = [before, 0]
        weights = {"lora_1_weight": 0.0} if before is None else {"lora_2_weight": 0.0}
        filled = stacked(graph, **weights).graph

        assert "2" not in filled
        assert filled["1"]["inputs"].get("lora") == ([before, 0] if before else None)
