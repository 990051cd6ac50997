"""Scene types: what fits the workflow is stored, what does not is said in sentences."""

import pytest

from support.posting import post


async def test_what_was_made_can_be_read(viewer, scene_type):
    read = (await viewer.get(f"/api/scene-types/{scene_type['id']}")).json()

    assert read == scene_type
    assert read["seed"] is None
    assert read["prompts"]["continuation"] is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"slot_values": {"cgf": 7}}, 'no slot "cgf"'),
        ({"slot_values": {"cfg": 21}}, "at most 20"),
        ({"slot_values": {"steps": 0}}, "at least 1"),
        ({"slot_values": {"steps": 1.5}}, "whole number"),
        ({"slot_values": {"cfg": "high"}}, "takes a number"),
        ({"slot_values": {"look": "c"}}, "one of a, b"),
        ({"slot_values": {"image": "x.png"}}, "seed image"),
        ({"slot_values": {"seed": 1}}, '"seed"'),
        ({"loras": [{"name": "film", "weight": 1}]}, "LoRA"),
        (
            {"boundary": {"mode": "manual", "window": 12}, "segment_duration_s": 1},
            "a segment has 12",
        ),
    ],
)
async def test_values_fit_the_slots(creator, workflow, scene_type, fields, sentence):
    made = await creator.post(
        "/api/scene-types", json={"name": "x", "workflow_id": workflow["id"], **fields}
    )
    changed = await creator.patch(f"/api/scene-types/{scene_type['id']}", json=fields)

    for answer in (made, changed):
        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/invalid-scene-type"
        assert sentence in answer.json()["detail"]


@pytest.mark.parametrize(
    "fields",
    [
        {"target_duration_s": 0},
        {"segment_duration_s": -1},
        {"seed": -1},
        {"seed": 2**53},
        {"prompts": {"begin": "x"}},
        {"name": None},
        {"loras": [{"name": "x", "weight": 11}]},
        {"qa": {"mode": "strict"}},
    ],
)
async def test_fields_have_limits(creator, scene_type, fields):
    answer = await creator.patch(f"/api/scene-types/{scene_type['id']}", json=fields)

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/invalid-request"


async def test_changes_leave_the_rest_as_it_was(creator, scene_type):
    path = f"/api/scene-types/{scene_type['id']}"
    changed = (await creator.patch(path, json={"seed": 7, "qa": {"mode": "halt"}})).json()
    unfixed = (await creator.patch(path, json={"seed": None})).json()

    assert (changed["seed"], changed["qa"]["mode"]) == (7, "halt")
    assert (unfixed["seed"], unfixed["qa"]["mode"]) == (None, "halt")
    assert unfixed["slot_values"] == scene_type["slot_values"]
    assert (await creator.get(path)).json() == unfixed


async def test_its_workflow_exists(creator):
    answer = await creator.post("/api/scene-types", json={"name": "x", "workflow_id": 99})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "body.workflow_id"


async def test_prompts_are_previewed(viewer, scene_type, character):
    answer = await viewer.post(
        f"/api/scene-types/{scene_type['id']}/preview-prompts",
        json={"character_id": character["id"]},
    )

    assert answer.status_code == 200
    assert answer.json()["prompts"]["start"] == "Mina with red hair walks"
    assert answer.json()["unresolved"] == ["outfit.colour", "thing"]


async def test_prompts_of_nobody_are_not(viewer, scene_type):
    answer = await viewer.post(
        f"/api/scene-types/{scene_type['id']}/preview-prompts", json={"character_id": 99}
    )

    assert answer.json()["type"] == "/problems/unknown-reference"


async def test_templates_that_are_not_saved_are_previewed(viewer, creator, character):
    bald = await post(creator, "/api/characters", name="Bo")
    answer = await viewer.post(
        "/api/scene-types/preview-prompts",
        json={
            "prompts": {"start": "{name} with {hair}, {mood|calm}"},
            "negative_prompt": "no {thing|text}",
            "character_id": character["id"],
            "check_character_ids": [bald["id"], character["id"], 99, bald["id"]],
        },
    )

    assert answer.status_code == 200, answer.text
    preview = answer.json()
    assert preview["prompts"]["start"] == "Mina with red hair, calm"
    assert preview["prompts"]["full"] is None
    assert preview["negative_prompt"] == "no text"
    assert preview["unresolved"] == []
    assert preview["pieces"]["start"][2] == {"kind": "filled", "text": "red hair"}
    assert preview["lacking"] == [
        {"character_id": bald["id"], "name": "Bo", "unresolved": ["hair"]}
    ]


async def test_templates_are_previewed_with_nobody(viewer):
    answer = await viewer.post(
        "/api/scene-types/preview-prompts", json={"prompts": {"full": "{name}, {mood|calm}"}}
    )

    assert answer.json()["prompts"]["full"] == "{name}, calm"
    assert answer.json()["unresolved"] == ["name"]


async def test_templates_with_nobody_known_are_not(viewer):
    answer = await viewer.post("/api/scene-types/preview-prompts", json={"character_id": 99})

    assert answer.json()["type"] == "/problems/unknown-reference"
    assert answer.json()["errors"][0]["where"] == "body.character_id"


async def test_lists_are_filtered_by_workflow(creator, workflow, scene_type):
    found = (await creator.get(f"/api/scene-types?workflow_id={workflow['id']}")).json()
    none = (await creator.get("/api/scene-types?workflow_id=99")).json()

    assert [one["id"] for one in found["items"]] == [scene_type["id"]]
    assert none["items"] == []


async def test_scene_types_in_use_stay(creator, scene_type, scene):
    refused = await creator.delete(f"/api/scene-types/{scene_type['id']}")

    assert refused.json()["type"] == "/problems/in-use"
