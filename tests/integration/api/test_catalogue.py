"""Workflows, scene types and scenes: what fits is stored, what does not is said in sentences."""

import pytest

GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "seed.png"}},
    "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "a portrait"}},
    "3": {
        "class_type": "KSampler",
        "inputs": {"seed": 1, "steps": 20, "cfg": 6.0, "positive": ["2", 0], "image": ["1", 0]},
    },
    "4": {"class_type": "SaveVideo", "inputs": {"video": ["3", 0], "fps": 12}},
}
SLOTS = [
    {"name": "image", "node": "1", "input": "image", "kind": "image"},
    {"name": "prompt", "node": "2", "input": "text", "kind": "text"},
    {"name": "seed", "node": "3", "input": "seed", "kind": "int"},
    {"name": "steps", "node": "3", "input": "steps", "kind": "int", "minimum": 1, "maximum": 100},
    {"name": "cfg", "node": "3", "input": "cfg", "kind": "float", "minimum": 0, "maximum": 20},
    {"name": "look", "node": "4", "input": "look", "kind": "choice", "choices": ["a", "b"]},
    {"name": "frames", "node": "4", "input": "frames", "kind": "int"},
    {"name": "fps", "node": "4", "input": "fps", "kind": "float", "default": 12.0},
]


async def post(client, path: str, **body) -> dict:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{path}/{answer.json()['id']}"
    return answer.json()


@pytest.fixture
async def workflow(creator) -> dict:
    return await post(creator, "/api/workflows", name="w", graph=GRAPH, slots=SLOTS)


@pytest.fixture
async def scene_type(creator, workflow) -> dict:
    return await post(
        creator,
        "/api/scene-types",
        name="Walk",
        workflow_id=workflow["id"],
        prompts={"start": "{name} with {hair} walks", "full": "{name} in a {outfit.colour} coat"},
        negative_prompt="no {thing}",
        slot_values={"cfg": 7},
    )


@pytest.fixture
async def character(creator) -> dict:
    return await post(creator, "/api/characters", name="Mina", metadata={"hair": "red hair"})


@pytest.fixture
async def scene(creator, scene_type, character) -> dict:
    return await post(
        creator,
        "/api/scenes",
        name="One",
        scene_type_id=scene_type["id"],
        character_id=character["id"],
    )


class TestWorkflows:
    async def test_slots_are_found_when_none_are_given(self, creator, viewer):
        made = await post(creator, "/api/workflows", name="w", graph=GRAPH)
        read = (await viewer.get(f"/api/workflows/{made['id']}")).json()

        assert read | {"described_by_workers": 0} == made
        assert read["graph"] == GRAPH
        assert (read["version"], read["renderer"]) == (1, "comfyui")
        assert {"seed", "cfg", "steps", "prompt"} <= {slot["name"] for slot in read["slots"]}

    @pytest.mark.parametrize(
        ("graph", "sentence"),
        [
            ({}, "object of nodes"),
            ({"1": {"inputs": {}}}, 'Node "1" has no class_type'),
            ({"1": {"class_type": "A"}}, 'Node "1" has no inputs'),
            ({"1": {"class_type": "A", "inputs": {"x": ["9", 0]}}}, 'node "9"'),
            ({"nodes": [], "links": []}, "API format"),
        ],
    )
    async def test_graphs_that_cannot_run_are_refused(self, creator, graph, sentence):
        answer = await creator.post("/api/workflows", json={"name": "w", "graph": graph})

        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/invalid-workflow"
        assert sentence in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("slots", "sentence"),
        [
            ([{"name": "cfg", "node": "99", "input": "cfg"}], 'names node "99"'),
            ([{"name": "cfg", "node": "3", "input": "cfg", "kind": "number"}], 'kind "number"'),
            (
                [{"name": "cfg", "node": "3", "input": "cfg", "minimum": 2, "maximum": 1}],
                "minimum is above",
            ),
            (
                [{"name": name, "node": "3", "input": "cfg"} for name in ("a", "b")],
                "filled by 2 slots",
            ),
        ],
    )
    async def test_slots_fit_the_graph(self, creator, slots, sentence):
        answer = await creator.post(
            "/api/workflows", json={"name": "w", "graph": GRAPH, "slots": slots}
        )

        assert answer.status_code == 422
        assert sentence in answer.json()["detail"]

    async def test_what_decides_pixels_makes_a_new_version(self, creator, workflow):
        path = f"/api/workflows/{workflow['id']}"
        renamed = (await creator.patch(path, json={"name": "v"})).json()
        same = (await creator.patch(path, json={"slots": SLOTS})).json()
        changed = (await creator.patch(path, json={"slots": SLOTS[:2]})).json()
        other = {**GRAPH, "5": {"class_type": "Note", "inputs": {}}}
        regraphed = (await creator.patch(path, json={"graph": other})).json()

        assert [one["version"] for one in (renamed, same, changed, regraphed)] == [1, 1, 2, 3]
        assert len(changed["slots"]) == 2
        assert "cfg" in {slot["name"] for slot in regraphed["slots"]}

    async def test_lists_leave_the_graphs_out(self, creator, workflow):
        await post(creator, "/api/workflows", name="b", renderer="builtin", graph=GRAPH)
        everything = (await creator.get("/api/workflows")).json()["items"]
        builtin = (await creator.get("/api/workflows?renderer=builtin")).json()["items"]

        assert [one["name"] for one in everything] == ["b", "w"]
        assert [one["name"] for one in builtin] == ["b"]
        assert not any("graph" in one for one in everything)

    async def test_workflows_in_use_stay(self, creator, workflow, scene_type):
        refused = await creator.delete(f"/api/workflows/{workflow['id']}")
        await creator.delete(f"/api/scene-types/{scene_type['id']}")
        deleted = await creator.delete(f"/api/workflows/{workflow['id']}")

        assert refused.status_code == 409
        assert refused.json()["type"] == "/problems/in-use"
        assert deleted.status_code == 204


class TestSceneTypes:
    async def test_what_was_made_can_be_read(self, viewer, scene_type):
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
    async def test_values_fit_the_slots(self, creator, workflow, scene_type, fields, sentence):
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
    async def test_fields_have_limits(self, creator, scene_type, fields):
        answer = await creator.patch(f"/api/scene-types/{scene_type['id']}", json=fields)

        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/invalid-request"

    async def test_changes_leave_the_rest_as_it_was(self, creator, scene_type):
        path = f"/api/scene-types/{scene_type['id']}"
        changed = (await creator.patch(path, json={"seed": 7, "qa": {"mode": "halt"}})).json()
        unfixed = (await creator.patch(path, json={"seed": None})).json()

        assert (changed["seed"], changed["qa"]["mode"]) == (7, "halt")
        assert (unfixed["seed"], unfixed["qa"]["mode"]) == (None, "halt")
        assert unfixed["slot_values"] == scene_type["slot_values"]
        assert (await creator.get(path)).json() == unfixed

    async def test_its_workflow_exists(self, creator):
        answer = await creator.post("/api/scene-types", json={"name": "x", "workflow_id": 99})

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["where"] == "body.workflow_id"

    async def test_prompts_are_previewed(self, viewer, scene_type, character):
        answer = await viewer.post(
            f"/api/scene-types/{scene_type['id']}/preview-prompts",
            json={"character_id": character["id"]},
        )

        assert answer.status_code == 200
        assert answer.json()["prompts"]["start"] == "Mina with red hair walks"
        assert answer.json()["unresolved"] == ["outfit.colour", "thing"]

    async def test_prompts_of_nobody_are_not(self, viewer, scene_type):
        answer = await viewer.post(
            f"/api/scene-types/{scene_type['id']}/preview-prompts", json={"character_id": 99}
        )

        assert answer.json()["type"] == "/problems/unknown-reference"

    async def test_templates_that_are_not_saved_are_previewed(self, viewer, creator, character):
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

    async def test_templates_are_previewed_with_nobody(self, viewer):
        answer = await viewer.post(
            "/api/scene-types/preview-prompts", json={"prompts": {"full": "{name}, {mood|calm}"}}
        )

        assert answer.json()["prompts"]["full"] == "{name}, calm"
        assert answer.json()["unresolved"] == ["name"]

    async def test_templates_with_nobody_known_are_not(self, viewer):
        answer = await viewer.post("/api/scene-types/preview-prompts", json={"character_id": 99})

        assert answer.json()["type"] == "/problems/unknown-reference"
        assert answer.json()["errors"][0]["where"] == "body.character_id"

    async def test_lists_are_filtered_by_workflow(self, creator, workflow, scene_type):
        found = (await creator.get(f"/api/scene-types?workflow_id={workflow['id']}")).json()
        none = (await creator.get("/api/scene-types?workflow_id=99")).json()

        assert [one["id"] for one in found["items"]] == [scene_type["id"]]
        assert none["items"] == []

    async def test_scene_types_in_use_stay(self, creator, scene_type, scene):
        refused = await creator.delete(f"/api/scene-types/{scene_type['id']}")

        assert refused.json()["type"] == "/problems/in-use"


class TestScenes:
    async def test_a_scene_begins_as_a_draft(self, viewer, scene):
        read = (await viewer.get(f"/api/scenes/{scene['id']}")).json()

        assert scene.items() <= read.items()
        assert read["status"] == "draft"
        assert read["source_image_id"] is None

    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({"scene_type_id": 99}, "body.scene_type_id"),
            ({"character_id": 99}, "body.character_id"),
            ({"source_image_id": 99}, "body.source_image_id"),
        ],
    )
    async def test_what_it_is_made_of_exists(self, creator, scene_type, character, fields, where):
        ids = {"scene_type_id": scene_type["id"], "character_id": character["id"]}
        answer = await creator.post("/api/scenes", json={"name": "x"} | ids | fields)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["where"] == where

    async def test_a_scene_can_be_renamed(self, creator, scene):
        changed = await creator.patch(f"/api/scenes/{scene['id']}", json={"name": "Two"})

        assert changed.json()["name"] == "Two"
        assert changed.json()["character_id"] == scene["character_id"]

    async def test_lists_are_filtered(self, creator, scene, scene_type, character):
        for query, expected in (
            (f"scene_type_id={scene_type['id']}", 1),
            ("scene_type_id=99", 0),
            (f"character_id={character['id']}", 1),
            ("character_id=99", 0),
            ("status=draft", 1),
            ("status=completed", 0),
        ):
            found = (await creator.get(f"/api/scenes?{query}")).json()["items"]
            assert len(found) == expected, query

    async def test_a_character_with_scenes_stays(self, creator, scene, character):
        refused = await creator.delete(f"/api/characters/{character['id']}")
        deleted = await creator.delete(f"/api/scenes/{scene['id']}")
        allowed = await creator.delete(f"/api/characters/{character['id']}")

        assert refused.status_code == 409
        assert refused.json()["type"] == "/problems/in-use"
        assert (deleted.status_code, allowed.status_code) == (204, 204)

    async def test_what_a_user_made_outlives_them(self, admin, creator, scene):
        me = (await creator.get("/api/me")).json()
        await admin.delete(f"/api/users/{me['id']}")
        read = (await admin.get(f"/api/scenes/{scene['id']}")).json()

        assert scene["created_by_id"] == me["id"]
        assert read["created_by_id"] is None
