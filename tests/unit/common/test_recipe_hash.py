"""The recipe hash: equal for equal pixels, and for nothing else."""

import copy
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.common.recipes import (
    RENDERER_IDENTITIES,
    Lora,
    Position,
    Prompts,
    Recipe,
    Renderer,
    RunRecipe,
    Slot,
)

IMAGE = "a" * 64
GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "x.png"}, "_meta": {"title": "start"}},
    "2": {"class_type": "LoadImage", "inputs": {"image": "end.png"}},
    "3": {"class_type": "CheckpointLoader", "inputs": {"ckpt_name": "wan.safetensors"}},
    "4": {"class_type": "LoraLoader",
          "inputs": {"model": ["3", 0], "lora_name": "none", "strength_model": 1.0}},
    "5": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["3", 1], "text": ""}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["3", 1], "text": ""}},
    "7": {"class_type": "Sampler",
          "inputs": {"model": ["4", 0], "positive": ["5", 0], "negative": ["6", 0],
                     "start_image": ["1", 0], "end_image": ["2", 0], "seed": 0, "cfg": 6.0,
                     "steps": 20, "euler": True}},
    "8": {"class_type": "SaveVideo", "inputs": {"images": ["7", 0], "fps": 16}},
    "9": {"class_type": "LoadImage", "inputs": {"image": "left-over.png"}},
}  # fmt: skip
SLOTS = (
    Slot(name="image", node="1", input="image", kind="image"),
    Slot(name="prompt", node="5", input="text"),
    Slot(name="negative_prompt", node="6", input="text"),
    Slot(name="seed", node="7", input="seed", kind="int"),
    Slot(name="cfg", node="7", input="cfg", kind="float", default=6.0),
    Slot(name="steps", node="7", input="steps", kind="int", default=20),
    Slot(name="fps", node="8", input="fps", kind="float", default=16),
    Slot(name="model", node="3", input="ckpt_name", kind="choice"),
    Slot(name="lora_1", node="4", input="lora_name", kind="choice"),
    Slot(name="lora_1_weight", node="4", input="strength_model", kind="float"),
)
RENDERERS = pytest.mark.parametrize("renderer", list(Renderer))


def run_recipe(**changes) -> RunRecipe:
    facts = {
        "renderer": Renderer.COMFYUI,
        "graph": GRAPH,
        "slots": SLOTS,
        "values": {"cfg": 7.5},
        "loras": (Lora(name="film", weight=0.8),),
        "seed": 42,
        "prompts": Prompts(start="a lighthouse"),
    }
    return RunRecipe(**facts | changes)


def hash_of(*, image: str = IMAGE, **changes) -> str:
    return run_recipe(**changes).for_segment(1, Position.START, image).hash


def graph_with(node: str, **inputs) -> dict:
    graph = copy.deepcopy(GRAPH)
    graph[node]["inputs"] |= inputs
    return graph


def slots_with(slot: str, /, **changes) -> tuple[Slot, ...]:
    return tuple(s.model_copy(update=changes) if s.name == slot else s for s in SLOTS)


@pytest.mark.parametrize(
    ("renderer", "expected"),
    [
        (Renderer.COMFYUI, "ae1c5748d50721b3950b4ee900e3269104b252cc7bc114e1c46641362ac8b539"),
        (Renderer.BUILTIN, "ea88a703353b5cd2c2eeab6de0f5c8a75badebf0b2ecb7b782d0c472af44eec5"),
    ],
)
def test_golden(renderer, expected):
    """The hash is stored and compared across versions: another value forgets all renders there are.

    It changed twice: when the renderer's identity was made part of it, and when it was made to say
    where the seed image goes and no longer how slots are called. The built-in renderer's changed
    once more, when it learned to fade to black.
    """
    assert hash_of(renderer=renderer) == expected


class TestSensitive:
    """Whatever decides the pixels decides the hash."""

    @RENDERERS
    @pytest.mark.parametrize(
        "changes",
        [
            {"seed": 43},
            {"values": {"cfg": 7.6}},
            {"values": {"cfg": 7.5, "steps": 21}},
            {"values": {"cfg": 7.5, "fps": 24}},
            {"values": {"cfg": 7.5, "model": "ltx.safetensors"}},
            {"loras": (Lora(name="film", weight=0.9),)},
            {"loras": (Lora(name="grain", weight=0.8),)},
            {"loras": ()},
            {"prompts": Prompts(start="a tower")},
            {"negative_prompt": "blurry"},
            {"image": "b" * 64},
            {"graph": graph_with("7", sampler="euler")},
            {"graph": graph_with("7", start_image=["2", 0], end_image=["1", 0])},
            {"graph": graph_with("7", start_image=["1", 1])},
            {"graph": graph_with("7", euler=1)},
            {"graph": graph_with("2", image="another.png")},
            {"graph": {**GRAPH, "7": {**GRAPH["7"], "class_type": "SamplerAdvanced"}}},
            {"graph": {**GRAPH, "8b": {"class_type": "Save", "inputs": {"images": ["7", 0]}}}},
        ],
    )
    def test_what_is_asked_for_and_every_node_and_link(self, renderer, changes):
        assert hash_of(renderer=renderer, **changes) != hash_of(renderer=renderer)

    @RENDERERS
    def test_which_node_takes_the_seed_image(self, renderer):
        """Start and end picture swapped make another clip."""
        moved = hash_of(renderer=renderer, slots=slots_with("image", node="2"))

        assert moved != hash_of(renderer=renderer)
        # Also where both files had the same name when the graph was exported.
        alike = {"renderer": renderer, "graph": graph_with("2", image="x.png")}
        assert hash_of(**alike, slots=slots_with("image", node="2")) != hash_of(**alike)

    def test_which_renderer_and_which_version_of_it(self, monkeypatch):
        base = hash_of(renderer=Renderer.BUILTIN)

        assert hash_of(renderer=Renderer.COMFYUI) != base
        monkeypatch.setitem(RENDERER_IDENTITIES, Renderer.BUILTIN, "builtin/next")
        assert hash_of(renderer=Renderer.BUILTIN) != base

    def test_a_node_that_stands_alone_but_has_a_slot(self):
        slots = (*SLOTS, Slot(name="style", node="9", input="style"))

        assert hash_of(slots=slots, values={"style": "a"}) != hash_of(
            slots=slots, values={"style": "b"}
        )

    def test_a_graph_of_one_node(self):
        def alone(text):
            return {"1": {"class_type": "TextToVideo", "inputs": {"text": text}}}

        assert hash_of(graph=alone("a"), slots=()) != hash_of(graph=alone("b"), slots=())

    @pytest.mark.parametrize(
        "changes",
        [
            {"values": {"cfg": 8.0}},
            {"seed": 43},
            {"prompts": Prompts(start="a tower")},
            {"negative_prompt": "blurry"},
            {"loras": (Lora(name="b"), Lora(name="a"))},
        ],
    )
    def test_the_built_in_renderer_takes_values_that_the_graph_has_no_place_for(self, changes):
        bare = {"renderer": Renderer.BUILTIN, "graph": {}, "slots": ()}
        bare |= {"loras": (Lora(name="a"), Lora(name="b"))}

        assert hash_of(**bare | changes) != hash_of(**bare)


class TestInvariant:
    """What decides no pixels does not decide the hash."""

    @RENDERERS
    @given(order=st.randoms(use_true_random=False))
    def test_the_order_of_keys_and_of_slots(self, renderer, order):
        slots = list(SLOTS)
        order.shuffle(slots)

        assert hash_of(renderer=renderer, graph=shuffled(GRAPH, order), slots=slots) == hash_of(
            renderer=renderer
        )

    @RENDERERS
    @pytest.mark.parametrize(
        "changes",
        [
            {"graph": graph_with("1", image="a copy of x.png")},
            {"graph": {**GRAPH, "1": {**GRAPH["1"], "_meta": {"title": "renamed"}}}},
            {"graph": {node: body for node, body in GRAPH.items() if node != "9"}},
            {"graph": graph_with("9", image="another left-over.png")},
            {"graph": graph_with("7", cfg=7.5)},
            {"values": {"cfg": 7.5, "steps": 20.0}},
            {"slots": slots_with("cfg", minimum=1, maximum=10)},
            {"slots": slots_with("model", name="checkpoint")},
            {"slots": slots_with("image", name="start picture")},
            {"prompts": Prompts(start="a lighthouse", continuation="never said in segment 1")},
        ],
    )
    def test_what_a_person_or_an_export_writes_otherwise(self, renderer, changes):
        assert hash_of(renderer=renderer, **changes) == hash_of(renderer=renderer)

    @pytest.mark.parametrize(
        "changes",
        [
            {"slots": slots_with("steps", name="refinement")},
            {"slots": slots_with("cfg", name="guidance"), "values": {"guidance": 7.5}},
            {"graph": graph_with("7", cfg=7.5), "values": {},
             "slots": tuple(s for s in SLOTS if s.name != "cfg")},
            {"graph": graph_with("4", lora_name="film", strength_model=0.8), "loras": (),
             "slots": tuple(s for s in SLOTS if not s.name.startswith("lora"))},
        ],
    )  # fmt: skip
    def test_by_which_slot_a_graph_of_comfyui_was_filled(self, changes):
        assert hash_of(**changes) == hash_of()

    @pytest.mark.parametrize(
        "changes", [{"seed": 43}, {"negative_prompt": "blurry"}, {"values": {"beyond": 1}}]
    )
    def test_what_a_graph_of_comfyui_has_no_slot_for(self, changes):
        slots = [s for s in SLOTS if s.name not in ("seed", "negative_prompt")]

        assert hash_of(slots=slots, **{"values": {}} | changes) == hash_of(slots=slots, values={})

    @given(
        steps=st.integers(1, 100),
        cfg=st.integers(0, 100),
        file=st.text(min_size=1),
        name=st.text(st.characters(categories=["L"]), min_size=1, max_size=8).map(
            lambda text: f"my {text}"
        ),
    )
    def test_number_forms_placeholders_and_names(self, steps, cfg, file, name):
        one = hash_of(values={"cfg": cfg, "steps": steps})
        other = hash_of(
            graph=graph_with("1", image=file),
            slots=slots_with("cfg", name=name),
            values={name: float(cfg), "steps": float(steps)},
        )

        assert one == other

    def test_the_wire(self):
        recipe = run_recipe().for_segment(1, Position.START, IMAGE)

        assert Recipe.model_validate_json(recipe.model_dump_json()).hash == recipe.hash


@given(
    node=st.sampled_from(sorted(GRAPH.keys() - {"1", "9"})),
    name=st.text(min_size=1),
    value=st.none() | st.integers() | st.text() | st.just(["3", 2]),
)
def test_every_input_of_every_node_that_counts(node, name, value):
    """Another input, or another value of one; only the slots' own places are written over."""
    graph = graph_with(node, **{name: value})
    filled = run_recipe().for_segment(1, Position.START, IMAGE).graph
    changed = run_recipe(graph=graph).for_segment(1, Position.START, IMAGE).graph

    assert (hash_of(graph=graph) == hash_of()) == (
        json.dumps(filled, sort_keys=True) == json.dumps(changed, sort_keys=True)
    )


def test_a_link_to_a_node_that_is_not_there_stops_nobody():
    """Such a graph is refused at its import; should one come all the same, its render fails."""
    assert hash_of(graph=graph_with("7", model=["nowhere", 0])) != hash_of()


def shuffled(value, order: random.Random):
    """The same value with the keys of every object in another order."""
    if not isinstance(value, dict):
        return value
    items = [(key, shuffled(item, order)) for key, item in value.items()]
    order.shuffle(items)
    return dict(items)
