"""Recipes: canonical JSON, and what is filled in for one segment."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.common.canonical import canonical_json, canonical_sha256
from screentest.common.recipes import (
    MAX_SEED,
    Lora,
    Position,
    Prompts,
    Renderer,
    RunRecipe,
    Slot,
    fill_graph,
)

IMAGE = "a" * 64
GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "x.png"}, "_meta": {"title": "seed"}},
    "2": {"class_type": "KSampler", "inputs": {"seed": 0, "cfg": 6.0, "image": ["1", 0]}},
    "3": {"class_type": "CLIPTextEncode", "inputs": {"text": ""}},
}
SLOTS = (
    Slot(name="image", node="1", input="image", kind="image"),
    Slot(name="seed", node="2", input="seed", kind="int"),
    Slot(name="cfg", node="2", input="cfg", kind="float", default=6.0),
    Slot(name="prompt", node="3", input="text"),
)


def run_recipe(**changes) -> RunRecipe:
    facts = {
        "renderer": Renderer.BUILTIN,
        "graph": GRAPH,
        "slots": SLOTS,
        "values": {"cfg": 7.5},
        "loras": (Lora(name="film", weight=0.8),),
        "seed": 42,
        "prompts": Prompts(start="a lighthouse", continuation="the lighthouse, later"),
    }
    return RunRecipe(**facts | changes)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def shuffled(value, random_source: random.Random):
    """The same value with the keys of every object in another order."""
    if isinstance(value, dict):
        items = [(key, shuffled(item, random_source)) for key, item in value.items()]
        random_source.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        return [shuffled(item, random_source) for item in value]
    return value


@given(json_values, st.randoms(use_true_random=False))
def test_canonical_json_ignores_key_order_and_survives_a_round_trip(value, random_source):
    text = canonical_json(value)

    assert canonical_json(shuffled(value, random_source)) == text
    assert canonical_json(json.loads(text)) == text


def test_canonical_json_golden():
    value = {"b": 1.0, "a": [True, None, 0.5, "é\n"], "A": {}}

    assert canonical_json(value) == '{"A":{},"a":[true,null,0.5,"é\\n"],"b":1}'.encode()
    assert canonical_sha256({"cfg": 7}) == canonical_sha256({"cfg": 7.0})
    assert canonical_sha256({"on": True}) != canonical_sha256({"on": 1})


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_json_cannot_carry_are_refused(number):
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"cfg": number})


def test_what_is_not_json_is_refused():
    with pytest.raises(TypeError, match="set cannot be hashed"):
        canonical_json({"cfg": {1, 2}})


def test_recipe_is_filled_in_for_its_segment():
    recipe = run_recipe().for_segment(3, Position.CONTINUATION, IMAGE)

    assert recipe.seed == 44
    assert recipe.prompt == "the lighthouse, later"
    assert recipe.graph["2"]["inputs"] == {"seed": 44, "cfg": 7.5, "image": ["1", 0]}
    assert recipe.graph["3"]["inputs"] == {"text": "the lighthouse, later"}
    assert recipe.graph["1"]["inputs"] == {"image": "x.png"}, "a worker chooses the file name"
    assert GRAPH["2"]["inputs"]["seed"] == 0, "the workflow itself is untouched"


def test_other_words_change_nothing_else():
    recipe = run_recipe()
    words = {"seed": 7, "prompts": Prompts(full="a harbour"), "negative_prompt": "fog"}

    said = recipe.with_words(**words)

    assert said == run_recipe(**words)
    for each in (said, run_recipe(**words)):
        assert each.for_segment(1, Position.FULL, IMAGE).values == {
            "cfg": 7.5,
            "lora_1": "film",
            "lora_1_weight": 0.8,
            "seed": 7,
            "prompt": "a harbour",
            "negative_prompt": "fog",
        }


@pytest.mark.parametrize(
    "changes",
    [
        {"values": {"cfg": 3.0}},
        {"loras": ()},
        {"slots": (*SLOTS, Slot(name="steps", node="2", input="steps", kind="int", default=9))},
    ],
)
def test_a_changed_copy_is_filled_in_like_a_new_recipe(changes):
    recipe = run_recipe()
    recipe.for_segment(1, Position.FULL, IMAGE)

    changed = recipe.model_copy(update=changes).for_segment(1, Position.FULL, IMAGE)

    assert changed == run_recipe(**changes).for_segment(1, Position.FULL, IMAGE)


def test_seed_wraps_around():
    assert run_recipe(seed=MAX_SEED).for_segment(2, Position.START, IMAGE).seed == 0


@pytest.mark.parametrize(
    ("prompts", "position", "text"),
    [
        (Prompts(start="s", continuation="c", full="f"), Position.START, "s"),
        (Prompts(start="s", continuation="c", full="f"), Position.CONTINUATION, "c"),
        (Prompts(start="s", continuation="c", full="f"), Position.FULL, "f"),
        (Prompts(full="f"), Position.CONTINUATION, "f"),
        (Prompts(start="s"), Position.FULL, "s"),
        (Prompts(start="s"), Position.CONTINUATION, "s"),
        (Prompts(), Position.START, ""),
    ],
)
def test_missing_prompt_falls_back(prompts, position, text):
    assert prompts.at(position) == text


def test_a_dot_leads_into_an_object_unless_the_input_itself_has_one():
    graph = {
        "1": {
            "class_type": "Save",
            "inputs": {"format.codec": "h264", "format": {"codec": "x"}, "lora_1": {"lora": "a"}},
        }
    }
    slots = (
        Slot(name="codec", node="1", input="format.codec"),
        Slot(name="lora_1", node="1", input="lora_1.lora"),
        Slot(name="new", node="1", input="size.width"),
    )

    filled = fill_graph(graph, slots, {"codec": "av1", "lora_1": "b", "new": 5})

    assert filled["1"]["inputs"] == {
        "format.codec": "av1",
        "format": {"codec": "x"},
        "lora_1": {"lora": "b"},
        "size.width": 5,
    }
    assert graph["1"]["inputs"]["lora_1"] == {"lora": "a"}
