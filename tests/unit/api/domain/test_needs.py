"""What recipes need of a worker, from several graphs."""

from typing import Any

import pytest

from screentest.api.domain.needs import needs_of
from screentest.common.events import Needs
from screentest.common.recipes import Lora, Position, Prompts, Renderer, RunRecipe, Slot


def node(class_type: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs}


def needs(graph, *, slots=(), loras=(), renderer=Renderer.COMFYUI) -> Needs:
    recipe = RunRecipe(
        renderer=renderer, graph=graph, slots=slots, loras=loras, seed=1, prompts=Prompts()
    )
    return needs_of(recipe.for_segment(1, Position.FULL, "0" * 64))


WAN = {
    "1": node("UNETLoader", unet_name="wan_i2v_14b.safetensors", weight_dtype="default"),
    "2": node("CLIPLoader", clip_name="umt5_xxl.safetensors", type="wan"),
    "3": node("VAELoader", vae_name="wan_vae.safetensors"),
    "4": node("CLIPVisionLoader", clip_name="clip_vision_h.safetensors"),
    "5": node("LoraLoaderModelOnly", model=["1", 0], lora_name="film.safetensors", strength=1.0),
    "6": node("CLIPVisionEncode", clip_vision=["4", 0]),
    "7": node("KSampler", model=["5", 0], clip=["2", 0], vision=["6", 0], vae=["3", 0], seed=1),
    "8": node("SaveVideo", video=["7", 0]),
}
LORA_SLOTS = (
    Slot(name="lora_1", node="5", input="lora_name", kind="choice"),
    Slot(name="lora_1_weight", node="5", input="strength", kind="float"),
)


def test_every_loader_names_its_files_in_the_folder_workers_report():
    assert needs(WAN).models == {
        "clip_vision": ("clip_vision_h.safetensors",),
        "diffusion_models": ("wan_i2v_14b.safetensors",),
        "loras": ("film.safetensors",),
        "text_encoders": ("umt5_xxl.safetensors",),
        "vae": ("wan_vae.safetensors",),
    }


def test_stored_facts_are_each_named_once():
    graph = WAN | {"9": node("VAELoader", vae_name="wan_vae.safetensors")}

    assert needs(graph).nodes == tuple(sorted({body["class_type"] for body in graph.values()}))


def test_the_stack_replaces_the_lora_of_the_graph():
    stack = (Lora(name="noir.safetensors", weight=0.5),)

    assert needs(WAN, slots=LORA_SLOTS, loras=stack).models["loras"] == ("noir.safetensors",)


def test_a_lora_whose_slot_is_no_well_known_input_is_needed_as_well():
    graph = {
        "1": node("CheckpointLoaderSimple", ckpt_name="svd.safetensors"),
        "2": node("SomebodysLoraStack", model=["1", 0], file="none"),
        "3": node("SaveVideo", video=["2", 0]),
    }
    slots = (Slot(name="lora_1", node="2", input="file"),)

    found = needs(graph, slots=slots, loras=(Lora(name="noir.safetensors"),))

    assert found.models == {
        "checkpoints": ("svd.safetensors",),
        "loras": ("noir.safetensors",),
    }


def test_a_slot_decides_the_model():
    slots = (
        Slot(name="model", node="1", input="unet_name", kind="choice", default="b.safetensors"),
    )

    assert needs(WAN, slots=slots).models["diffusion_models"] == ("b.safetensors",)


def test_two_text_encoders_are_both_needed():
    graph = {
        "1": node("DualCLIPLoader", clip_name1="a.safetensors", clip_name2="b.safetensors"),
        "2": node("CLIPTextEncode", clip=["1", 0], text="x"),
    }

    assert needs(graph).models == {"text_encoders": ("a.safetensors", "b.safetensors")}


def test_a_name_behind_a_primitive_is_found():
    graph = {
        "1": node("PrimitiveString", value="c.safetensors"),
        "2": node("CheckpointLoaderSimple", ckpt_name=["1", 0]),
        "3": node("SaveVideo", video=["2", 0]),
    }

    assert needs(graph).models == {"checkpoints": ("c.safetensors",)}


def test_a_loader_that_leads_nowhere_needs_its_class_but_not_its_file():
    graph = WAN | {"9": node("CheckpointLoaderSimple", ckpt_name="unused.safetensors")}
    found = needs(graph)

    assert "checkpoints" not in found.models
    assert "CheckpointLoaderSimple" in found.nodes


@pytest.mark.parametrize("option", ["taesd", "pixel_space", "None", "wan_q4.gguf", ""])
def test_what_is_no_listed_file_is_not_needed(option):
    graph = {
        "1": node("VAELoader", vae_name=option),
        "2": node("VAEDecode", vae=["1", 0]),
    }

    assert needs(graph).models == {}


def test_entries_of_a_power_lora_loader_are_needed_when_they_are_on():
    graph = {
        "1": node("UNETLoader", unet_name="wan.safetensors"),
        "2": node(
            "Power Lora Loader (rgthree)",
            model=["1", 0],
            lora_1={"on": True, "lora": "on.safetensors", "strength": 1.0},
            lora_2={"on": False, "lora": "off.safetensors", "strength": 1.0},
            lora_3={"on": True, "lora": "None", "strength": 1.0},
        ),
        "3": node("KSampler", model=["2", 0], seed=1),
        "4": node("SaveVideo", video=["3", 0]),
    }

    assert needs(graph).models["loras"] == ("on.safetensors",)


@pytest.mark.parametrize(("family", "needed"), [("WanVideo", ("a.safetensors",)), ("CogVideo", ())])
def test_loras_that_a_wrapper_selects_are_needed_where_their_folder_is_certain(family, needed):
    graph = {
        "1": node(f"{family}ModelLoader", model="wan.safetensors", lora=["2", 0]),
        "2": node(f"{family}LoraSelect", lora="a.safetensors", strength=1.0),
        "3": node(f"{family}Sampler", model=["1", 0], seed=1),
        "4": node("SaveVideo", video=["3", 0]),
    }

    assert needs(graph).models.get("loras", ()) == needed


@pytest.mark.parametrize(
    ("node_class", "name"),
    [("RIFE VFI", "ckpt_name"), ("DepthAnythingPreprocessor", "ckpt_name")],
)
def test_a_file_of_a_node_that_loads_no_models_lies_who_knows_where(node_class, name):
    graph = {
        "1": node(node_class, **{name: "rife47.pth"}),
        "2": node("SaveVideo", video=["1", 0]),
    }

    assert needs(graph).models == {}


def test_the_builtin_renderer_needs_nothing():
    assert needs(WAN, renderer=Renderer.BUILTIN, loras=(Lora(name="x.safetensors"),)) == Needs()
