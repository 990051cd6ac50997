"""LoRA stacks in graphs: set, added, taken out; in two models; refused; and in the recipe hash."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screentest.common.graphs import Graph, literal
from screentest.common.lora_places import lora_places
from screentest.common.lora_stack import plan_stack, unplaced_loras
from screentest.common.recipes import Lora, Position, Prompts, Recipe, Renderer, RunRecipe, Target
from screentest.common.workflows import check_graph, discover_slots
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

IMAGE = "a" * 64


def recipe_of(graph: Graph, *loras: Lora, **values) -> Recipe:
    run = RunRecipe(
        renderer=Renderer.COMFYUI,
        graph=graph,
        slots=discover_slots(graph),
        values=values,
        loras=loras,
        seed=1,
        prompts=Prompts(full="a"),
    )
    return run.for_segment(1, Position.FULL, IMAGE)


def stacked(graph: Graph, *loras: Lora, **values) -> Graph:
    return recipe_of(graph, *loras, **values).graph


def problem_of(graph: Graph, *loras: Lora) -> str:
    return plan_stack(graph, discover_slots(graph), loras).problem or ""


def chain_of(graph: Graph, sampler: str) -> list[tuple[str, float]]:
    """The LoRAs between a sampler and its model, the sampler's side first."""
    applied = []
    at = graph[sampler]["inputs"]["model"][0]
    while "model" in (inputs := graph[at]["inputs"]):
        if "lora_name" in inputs:
            applied.append((inputs["lora_name"], inputs["strength_model"]))
        at = inputs["model"][0]
    return applied


A, B, C = (Lora(name=f"{name}.safetensors", weight=0.5) for name in ("one", "two", "three"))


class TestLoaders:
    def test_are_set_in_their_order(self):
        assert chain_of(stacked(wan(), A, B), "8") == [(B.name, 0.5), (A.name, 0.5)]

    def test_that_nobody_needs_are_taken_out(self):
        graph = stacked(wan(), A)

        assert chain_of(graph, "8") == [(A.name, 0.5)]
        # Its file need not be there.
        assert "b.pt" not in str(graph)

    def test_are_left_alone_without_a_stack(self):
        assert chain_of(stacked(wan()), "8") == [("b.pt", 0.8), ("a.pt", 1.0)]

    def test_are_taken_out_at_weight_0_without_a_stack(self):
        silent = {"lora_1_weight": 0.0, "lora_2_weight": 0.0}

        assert chain_of(stacked(wan(), **silent), "8") == []

    def test_keep_a_weight_of_0_that_is_asked_for(self):
        nothing = A.model_copy(update={"weight": 0.0})

        assert chain_of(stacked(wan(), nothing), "8") == [(A.name, 0.0)]

    def test_for_model_and_clip_are_taken_out_of_both(self):
        graph = stacked(animate_diff(), A)

        assert "3" not in graph
        assert graph["4"]["inputs"]["model"] == ["2", 0]
        assert graph["5"]["inputs"]["clip"] == ["2", 1]
        assert graph["2"]["inputs"] == {
            "model": ["1", 0], "clip": ["1", 1],
            "lora_name": A.name, "strength_model": 0.5, "strength_clip": 0.5,
        }  # fmt: skip


class TestAdded:
    def test_behind_the_last_loader(self):
        graph = stacked(wan(), A, B, C)

        assert chain_of(graph, "8") == [(C.name, 0.5), (B.name, 0.5), (A.name, 0.5)]
        assert graph["screentest_lora_1"] == node(
            "LoraLoaderModelOnly", model="2:0", lora_name=C.name, strength_model=0.5
        )

    @pytest.mark.parametrize(("family", "sampler"), [(ltx, "10"), (svd, "5")])
    def test_behind_the_model_where_there_is_none(self, family, sampler):
        graph = stacked(family(), A, B)

        assert chain_of(graph, sampler) == [(B.name, 0.5), (A.name, 0.5)]
        added = [graph[f"screentest_lora_{number}"]["class_type"] for number in (1, 2)]
        assert added == ["LoraLoaderModelOnly"] * 2

    def test_for_model_and_clip_where_the_clip_goes_through_loaders(self):
        graph = stacked(animate_diff(), A, B, C)

        assert graph["screentest_lora_1"] == node(
            "LoraLoader",
            model="3:0", clip="3:1", lora_name=C.name, strength_model=0.5, strength_clip=0.5,
        )  # fmt: skip
        assert graph["4"]["inputs"]["model"] == ["screentest_lora_1", 0]
        assert [graph[n]["inputs"]["clip"] for n in "56"] == [["screentest_lora_1", 1]] * 2

    def test_for_model_and_clip_behind_a_checkpoint_that_gives_both(self):
        graph = animate_diff()
        del graph["2"], graph["3"]
        graph["4"]["inputs"]["model"] = ["1", 0]
        graph["5"]["inputs"]["clip"] = graph["6"]["inputs"]["clip"] = ["1", 1]

        filled = stacked(graph, A, B)

        assert filled["screentest_lora_2"]["inputs"]["clip"] == ["screentest_lora_1", 1]
        assert filled["6"]["inputs"]["clip"] == ["screentest_lora_2", 1]

    def test_for_every_consumer_of_the_model(self):
        graph = stacked(flux(), A)

        assert graph["5"]["inputs"]["model"] == ["screentest_lora_1", 0]
        assert graph["8"]["inputs"]["model"] == ["screentest_lora_1", 0]

    def test_before_the_samplers_part(self):
        """A loader that only one of two samplers has is not the place for everybody's."""
        graph = wan()
        graph["20"] = graph["8"] | {
            "inputs": graph["8"]["inputs"] | {"latent_image": ["8", 0], "model": ["3", 0]}
        }
        graph["11"]["inputs"]["samples"] = ["20", 0]

        filled = stacked(graph, A, B, C)

        assert chain_of(filled, "8") == [(B.name, 0.5), (C.name, 0.5), (A.name, 0.5)]
        assert chain_of(filled, "20") == [(C.name, 0.5), (A.name, 0.5)]

    def test_under_an_id_that_is_free(self):
        graph = wan() | {"screentest_lora_1": node("Note")}

        assert "screentest_lora_1_" in stacked(graph, A, B, C)


class TestStacksInOneNode:
    def test_entries_are_set_and_switched_off(self):
        inputs = stacked(power_lora(), A)["3"]["inputs"]

        assert inputs["lora_1"] == {"on": True, "lora": A.name, "strength": 0.5}
        # Was off and is none of the slots.
        assert inputs["lora_2"] == {"on": False, "lora": "second.pt", "strength": 0.5}
        assert inputs["lora_3"]["on"] is False

    def test_what_is_left_over_gets_a_loader_behind_it(self):
        graph = stacked(power_lora(), A, B, C)

        assert graph["3"]["inputs"]["lora_3"]["lora"] == B.name
        assert graph["screentest_lora_1"]["class_type"] == "LoraLoader"
        assert graph["4"]["inputs"]["model"] == ["screentest_lora_1", 0]
        assert graph["5"]["inputs"]["clip"] == ["screentest_lora_1", 1]

    def test_the_wan_wrapper_has_nodes_of_its_own(self):
        graph = stacked(wan_wrapper(), A, B)

        assert graph["2"]["inputs"] == {"lora": A.name, "strength": 0.5}
        assert graph["screentest_lora_1"] == node(
            "WanVideoLoraSelect", lora=B.name, strength=0.5, prev_lora="2:0"
        )
        assert graph["1"]["inputs"]["lora"] == ["screentest_lora_1", 0]
        assert graph["6"]["inputs"]["model"] == ["1", 0]


class TestTwoModels:
    def test_a_lora_goes_to_both(self):
        graph = stacked(wan_pair(), A)

        assert chain_of(graph, "61") == [(A.name, 0.5)]
        assert chain_of(graph, "62") == [(A.name, 0.5)]

    @pytest.mark.parametrize("loaders", [True, False])
    @pytest.mark.parametrize(
        ("high", "low"),
        [
            ("fast_high_noise.pt", "fast_low_noise.pt"),
            ("Lightning-HIGH-rank64.pt", "Lightning-LOW-rank64.pt"),
            ("zoom_high_v1.pt", "zoom_low.pt"),
        ],
    )
    def test_but_its_name_may_say_to_which(self, loaders, high, low):
        stack = (Lora(name=low), Lora(name=high), A)
        graph = stacked(wan_pair(loaders=loaders), *stack)

        assert chain_of(graph, "61") == [(A.name, 0.5), (high, 1.0)]
        assert chain_of(graph, "62") == [(A.name, 0.5), (low, 1.0)]

    @pytest.mark.parametrize("name", ["low_poly.safetensors", "slow.pt", "highway.pt"])
    def test_and_does_not_by_accident(self, name):
        graph = stacked(wan_pair(), Lora(name=name))

        assert chain_of(graph, "61") == chain_of(graph, "62") == [(name, 1.0)]

    def test_or_the_recipe_says_it(self):
        for_low = Lora(name="fast_high_noise.pt", target=Target.LOW)
        graph = stacked(wan_pair(), for_low)

        assert (chain_of(graph, "61"), chain_of(graph, "62")) == ([], [(for_low.name, 1.0)])

    def test_models_without_telling_names_are_told_by_the_order_of_their_samplers(self):
        graph = wan_pair()
        graph["55"]["inputs"]["unet_name"] = "first.gguf"
        graph["58"]["inputs"]["unet_name"] = "second.gguf"

        filled = stacked(graph, Lora(name="fast_high_noise.pt"))

        assert (chain_of(filled, "61"), chain_of(filled, "62")) == (
            [("fast_high_noise.pt", 1.0)],
            [],
        )

    def test_a_sampler_that_takes_both_models(self):
        graph = wan_pair(loaders=False)
        graph["62"] = node(
            "WanMoeKSampler",
            model_low_noise="60:0", model_high_noise="57:0", latent_image="7:2",
            positive="7:0", negative="7:1", seed=1, steps=20, cfg_high_noise=3.5,
        )  # fmt: skip

        filled = stacked(graph, A, Lora(name="x_low_noise.pt"))

        assert filled["57"]["inputs"]["model"] == ["screentest_lora_high_1", 0]
        assert filled["60"]["inputs"]["model"] == ["screentest_lora_low_2", 0]


class TestRefused:
    def test_no_sampler(self):
        graph = {
            "1": node("LoadImage", image="x.png"),
            "2": node("SaveImage", images="1:0"),
        }

        assert "one.safetensors has no place" in problem_of(graph, A)
        assert "0 LoRA slots" in problem_of(graph, A)
        assert unplaced_loras(stacked(graph, A), [A]) == [A.name]

    def test_models_that_are_no_pair(self):
        """An image model and then a video model: nobody can tell which one is meant."""
        graph = wan()
        graph |= {f"2{key}": value for key, value in flux().items() if key == "1"}
        graph["22"] = node("KSampler", model="21:0", latent_image="24:0", seed=1, steps=2)
        graph["23"] = node("VAEDecode", samples="22:0", vae="10:0")
        graph["24"] = node("EmptyLatentImage", width=64, height=64)
        graph["7"]["inputs"]["start_image"] = ["23", 0]

        problem = problem_of(graph, A, B, C)

        assert "three.safetensors has no place" in problem
        assert 'node "21" (UNETLoader)' in problem
        assert 'node "1" (UNETLoader)' in problem
        # As long as there are slots, they are taken.
        assert problem_of(graph, A, B) == ""

    def test_base_and_refiner_are_no_pair(self):
        graph = wan_pair(loaders=False)
        for loader in ("55", "58"):
            graph[loader] = node("CheckpointLoaderSimple", ckpt_name=f"{loader}.safetensors")

        assert "cannot be told which of its models" in problem_of(graph, A)

    def test_models_of_a_type_of_their_own(self):
        graph = wan_wrapper()
        graph["1"] = node("DownloadAndLoadCogVideoModel", model="THUDM")
        graph["6"]["class_type"] = "CogVideoSampler"
        del graph["2"]

        assert 'fits behind node "1" (DownloadAndLoadCogVideoModel)' in problem_of(graph, A)


@pytest.mark.parametrize("family", FAMILIES)
@settings(deadline=None)
@given(
    loras=st.lists(
        st.builds(Lora, name=st.sampled_from(["a", "b_high_noise", "c-LOW", "d"]).map(str)),
        max_size=5,
        unique_by=lambda lora: lora.name,
    )
)
def test_any_stack_makes_a_sound_graph_that_names_all_of_it_and_nothing_else(family, loras):
    filled = recipe_of(family(), *loras)

    check_graph(filled.graph)
    assert unplaced_loras(filled.graph, loras) == []
    assert filled.hash == recipe_of(family(), *loras).hash
    if loras:
        applied = {place.name for place in lora_places(filled.graph)}
        assert {literal(filled.graph, name) for name in applied} <= {lora.name for lora in loras}


def test_a_target_is_told_only_where_it_says_something():
    assert A.model_dump() == {"name": A.name, "weight": 0.5}
    assert Lora.model_validate(A.model_dump() | {"target": "low"}).target is Target.LOW


@pytest.mark.parametrize("family", FAMILIES)
def test_the_hash_covers_stacks_that_the_graph_has_no_slots_for(family):
    stacks = [(), (A,), (A, B), (A, B, C), (A, C, B), (A, B, Lora(name=C.name, weight=0.6))]

    assert len({recipe_of(family(), *stack).hash for stack in stacks}) == len(stacks)
