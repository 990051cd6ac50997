"""Which pair is worth a look, and which shots are of one configuration."""

from dataclasses import replace

from screentest.api.domain.configurations import configuration_of, key_of, names_apart
from screentest.api.domain.votes import Contender, worth_comparing
from screentest.common.ids import new_id

FIRST = Contender(
    shot_id=1, token=new_id(), character_id=1, recipe_hash="1", video="v", poster=None,
    strength=0.0, votes=0,
)  # fmt: skip


def contender(shot_id: int, **facts) -> Contender:
    return replace(FIRST, shot_id=shot_id, recipe_hash=str(shot_id), **facts)


def ids(pair) -> set[int] | None:
    return None if pair is None else {one.shot_id for one in pair}


def test_few_votes_and_near_strengths_come_first():
    known = contender(2, votes=9)
    far = contender(3, strength=3.0)
    near = contender(4, strength=0.1)

    assert ids(worth_comparing([FIRST, known, far, near], set())) == {1, 4}
    assert ids(worth_comparing([FIRST, far, known], set())) == {1, 2}


def test_one_character_is_compared_before_two():
    other = contender(2, character_id=2)
    same = contender(3, votes=1)

    assert ids(worth_comparing([FIRST, other, same], set())) == {1, 3}


def test_nothing_is_compared_twice_or_with_itself():
    second, same_pixels = contender(2), replace(FIRST, shot_id=3)

    assert worth_comparing([FIRST, second], {(1, 2)}) is None
    assert worth_comparing([FIRST, same_pixels], set()) is None
    assert worth_comparing([FIRST], set()) is None


def parameters(name="Mara", *, cfg=6.0, seed=1, loras=(), template="a portrait of {name}"):
    return {
        "workflow": {"id": 1, "name": "wan", "version": 2, "renderer": "comfyui"},
        "values": {"cfg": cfg, "seed": seed, "prompt": f"a portrait of {name}", "lora_1": "x"},
        "loras": [{"name": one, "weight": 0.5} for one in loras],
        "seed": seed,
        "prompts": {"start": f"a portrait of {name}"},
        "negative_prompt": "blurry",
        "templates": {"start": template, "negative_prompt": "blurry"},
    }


def test_a_configuration_is_all_but_character_and_seed():
    def key(**changes):
        return key_of(configuration_of(parameters(**changes)))

    keys = [key(cfg=7.0), key(loras=["film"]), key(template="{name}, at night")]

    assert key() == key(name="Ada", seed=9)
    assert len({key(), *keys}) == 4


def test_configurations_are_named_by_what_tells_them_apart():
    made = [parameters(), parameters(cfg=7.5), parameters(loras=["film"])]
    configurations = {str(place): configuration_of(one) for place, one in enumerate(made)}

    assert names_apart(configurations) == {
        "0": "no LoRA, cfg 6.0",
        "1": "no LoRA, cfg 7.5",
        "2": "film 0.5, cfg 6.0",
    }
    assert names_apart({"0": configurations["0"]}) == {"0": "wan"}
