"""Importing workflows: files of every kind, known names, known graphs, slots changed by hand."""

import asyncio
import json

import pytest

from support import workflow_files
from support.posting import GRAPH

CHANGES = {
    "cfg": {"name": "guidance", "maximum": 12},
    "fps": {"is_hidden": True},
    "steps": {"default": 8},
}
EDITORS = json.dumps({"nodes": [], "links": []})
KEY = {"Idempotency-Key": "import-1"}


def edited(steps: int) -> dict:
    inputs = {**GRAPH["3"]["inputs"], "steps": steps}
    return {**GRAPH, "3": {**GRAPH["3"], "inputs": inputs}}


def renumbered() -> dict:
    """The same graph, its nodes numbered from 11."""
    text = json.dumps(GRAPH)
    for node in GRAPH:
        text = text.replace(f'"{node}"', f'"1{node}"')
    return json.loads(text)


async def send(client, data: bytes, name: str = "wan.json", /, *, headers=None, **fields: str):
    return await client.post(
        "/api/workflows", files={"file": (name, data)}, data=fields, headers=headers
    )


async def post(client, **body) -> dict:
    answer = await client.post("/api/workflows", json=body)
    assert answer.is_success, answer.text
    return answer.json()


def names(workflow: dict) -> list[str]:
    return [slot["name"] for slot in workflow["slots"]]


@pytest.fixture
async def known(creator) -> dict:
    return await post(creator, name="wan", graph=GRAPH)


class TestFiles:
    @pytest.mark.parametrize(
        ("file_name", "data"),
        [
            ("wan.json", json.dumps(GRAPH).encode()),
            ("wan.png", workflow_files.png(prompt=json.dumps(GRAPH), workflow=EDITORS)),
            ("wan.webp", workflow_files.webp(prompt=json.dumps(GRAPH))),
            ("wan.mp4", workflow_files.mp4(prompt=json.dumps(GRAPH))),
            ("wan.webm", workflow_files.webm(prompt=json.dumps(GRAPH))),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    async def test_each_kind_makes_the_workflow_it_carries(self, creator, file_name, data):
        answer = await send(creator, data, rf"C:\clips\{file_name}")
        made = answer.json()

        assert answer.status_code == 201, answer.text
        assert answer.headers["location"] == f"/api/workflows/{made['id']}"
        assert (made["name"], made["version"], made["graph"]) == ("wan", 1, GRAPH)
        assert {"image", "prompt", "seed", "steps", "cfg", "fps"} <= set(names(made))

    async def test_a_long_file_name_is_cut(self, creator):
        answer = await send(creator, json.dumps(GRAPH).encode(), f"{'w' * 300}.json")

        assert answer.json()["name"] == "w" * 200

    async def test_fields_go_with_it(self, creator):
        fields = {
            "name": " Portrait ",
            "renderer": "builtin",
            "slots": json.dumps([{"name": "cfg", "node": "3", "input": "cfg", "kind": "float"}]),
            "frame_rule": '{"step": 4, "offset": 1}',
            "vram_gb": "24",
        }
        made = (await send(creator, json.dumps(GRAPH).encode(), **fields)).json()

        assert (made["name"], made["renderer"], made["vram_gb"]) == ("Portrait", "builtin", 24)
        assert (names(made), made["frame_rule"]) == (["cfg"], {"step": 4, "offset": 1})

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (EDITORS.encode(), "Export (API)"),
            (workflow_files.png(workflow=EDITORS), "Export (API)"),
            (workflow_files.mp4(workflow=EDITORS), "Export (API)"),
            (workflow_files.png(), "carries no workflow"),
            (workflow_files.mp4()[:200], "As a clip, it"),
            (b"[1, 2]", "JSON object of nodes"),
            (b"\xff\xfe", "none of the files"),
        ],
    )
    async def test_what_is_no_workflow_is_refused_in_a_sentence(self, creator, data, sentence):
        answer = await send(creator, data, "clip.bin")

        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/invalid-workflow"
        assert answer.json()["detail"].startswith('The file "clip.bin" cannot be imported.')
        assert sentence in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({"slots": "cfg"}, "body.slots"),
            ({"renderer": "gpu"}, "body.renderer"),
            ({"colour": "red"}, "body.colour"),
            ({"graph": "{}"}, "body.file"),
        ],
    )
    async def test_fields_are_checked(self, creator, fields, where):
        answer = await send(creator, json.dumps(GRAPH).encode(), **fields)

        assert answer.status_code == 422
        assert [fault["where"] for fault in answer.json()["errors"]] == [where]

    async def test_a_form_has_a_file(self, creator):
        answer = await creator.post("/api/workflows", files={"picture": ("x.json", b"{}")})

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["where"] == "body.file"

    async def test_files_have_a_limit(self, api, creator):
        limit = api.deps.settings.max_image_bytes
        answer = await send(creator, b" " * (limit + 100_000))

        assert answer.status_code == 413
        assert "SCREENTEST_API_MAX_IMAGE_BYTES" in answer.json()["detail"]

    async def test_a_repeated_form_is_answered_as_before(self, creator):
        data = workflow_files.png(prompt=json.dumps(GRAPH))
        first = await send(creator, data, "wan.png", headers=KEY)
        again = await send(creator, data, "wan.png", headers=KEY)
        other = await send(creator, data, "wan.png", headers=KEY, name="other")

        assert (first.status_code, again.json()) == (201, first.json())
        assert again.headers["idempotency-replayed"] == "true"
        assert other.json()["type"] == "/problems/idempotency-key-reused"

    async def test_viewers_import_nothing(self, viewer):
        assert (await send(viewer, json.dumps(GRAPH).encode())).status_code == 403


class TestKnownNames:
    async def test_another_graph_is_a_new_version(self, creator, known):
        answer = await creator.post("/api/workflows", json={"name": "wan", "graph": edited(30)})
        made = answer.json()

        assert answer.status_code == 201
        assert (made["id"], made["version"]) == (known["id"], 2)
        assert made["graph"] == edited(30)

    @pytest.mark.parametrize("graph", [GRAPH, renumbered()], ids=["same", "renumbered"])
    async def test_the_same_graph_changes_nothing(self, creator, known, graph):
        answer = await creator.post("/api/workflows", json={"name": "wan", "graph": graph})

        assert answer.status_code == 200
        assert answer.json() == known

    async def test_what_an_import_leaves_out_stays(self, creator):
        rule = {"step": 4, "offset": 1}
        await post(creator, name="wan", graph=GRAPH, frame_rule=rule, vram_gb=12)
        made = await post(creator, name="wan", graph=edited(30))

        assert (made["version"], made["frame_rule"], made["vram_gb"]) == (2, rule, 12)

    async def test_another_renderer_is_another_workflow(self, creator, known):
        made = await post(creator, name="wan", graph=edited(30), renderer="builtin")

        assert made["id"] != known["id"]

    async def test_given_slots_are_a_version_of_their_own(self, creator, known):
        slots = [{"name": "cfg", "node": "13", "input": "cfg", "kind": "float"}]
        made = await post(creator, name="wan", graph=renumbered(), slots=slots)

        assert (made["version"], names(made), made["graph"]) == (2, ["cfg"], renumbered())

    async def test_a_file_that_is_called_alike_changes_nothing(self, creator, known):
        refused = await send(creator, json.dumps(edited(30)).encode(), "wan.json")
        same = await send(creator, json.dumps(GRAPH).encode(), "wan.json")
        named = await send(creator, json.dumps(edited(30)).encode(), "x.json", name="wan")

        assert refused.status_code == 409
        assert refused.json()["type"] == "/problems/workflow-name-taken"
        assert refused.json()["workflow_id"] == known["id"]
        assert (same.status_code, same.json()) == (200, known)
        assert (named.status_code, named.json()["version"]) == (201, 2)

    async def test_imports_of_one_name_at_once_are_versions_of_one_workflow(self, creator):
        asked = [
            creator.post("/api/workflows", json={"name": "w", "graph": edited(steps)})
            for steps in range(1, 5)
        ]
        made = [answer.json() for answer in await asyncio.gather(*asked)]

        assert len({one["id"] for one in made}) == 1
        assert sorted(one["version"] for one in made) == [1, 2, 3, 4]


class TestKnownGraphs:
    @pytest.mark.parametrize("graph", [GRAPH, renumbered()], ids=["same", "renumbered"])
    async def test_a_file_without_a_name_is_refused_and_says_which(self, creator, known, graph):
        answer = await send(creator, json.dumps(graph).encode(), "download (3).json")

        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/same-workflow"
        assert answer.json()["workflow_id"] == known["id"]
        assert '"wan"' in answer.json()["detail"]

    async def test_a_name_of_its_own_lets_it_in(self, creator, known):
        answer = await send(creator, json.dumps(GRAPH).encode(), "x.json", name="second")

        assert answer.status_code == 201
        assert answer.json()["id"] != known["id"]

    async def test_what_it_was_before_does_not_count(self, creator, known):
        await creator.patch(f"/api/workflows/{known['id']}", json={"graph": edited(30)})

        assert (await send(creator, json.dumps(GRAPH).encode(), "x.json")).status_code == 201

    async def test_other_values_are_another_graph(self, creator, known):
        assert (await send(creator, json.dumps(edited(7)).encode(), "x.json")).status_code == 201


class TestSlotChanges:
    async def test_found_slots_are_hidden_renamed_and_narrowed(self, creator):
        made = await post(creator, name="w", graph=GRAPH, slot_changes=CHANGES)
        slots = {slot["name"]: slot for slot in made["slots"]}

        assert {"cfg", "fps"}.isdisjoint(slots)
        assert (slots["guidance"]["maximum"], slots["steps"]["default"]) == (12, 8)
        assert made["slot_changes"] == CHANGES

    async def test_they_are_kept_when_the_graph_is_imported_again(self, creator):
        data = json.dumps(GRAPH).encode()
        changes = json.dumps(CHANGES)
        await send(creator, data, name="w", slot_changes=changes)
        made = (await send(creator, json.dumps(edited(30)).encode(), name="w")).json()

        assert made["version"] == 2
        assert "guidance" in names(made)
        assert "fps" not in names(made)

    async def test_a_patch_replaces_them(self, creator):
        made = await post(creator, name="w", graph=GRAPH, slot_changes=CHANGES)
        path = f"/api/workflows/{made['id']}"
        changed = (await creator.patch(path, json={"slot_changes": {}})).json()

        assert (changed["version"], changed["slot_changes"]) == (2, {})
        assert {"cfg", "fps"} <= set(names(changed))

    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            ({"slot_changes": {"gcf": {"is_hidden": True}}}, 'no slot "gcf" to change'),
            ({"slot_changes": {"cfg": {"minimum": 3, "maximum": 2}}}, "minimum is above"),
            ({"slot_changes": {"cfg": {"is_hidden": True}}, "slots": []}, "Give either"),
        ],
    )
    async def test_changes_fit_what_is_found(self, creator, known, body, sentence):
        made = await creator.post("/api/workflows", json={"name": "w", "graph": GRAPH, **body})
        changed = await creator.patch(f"/api/workflows/{known['id']}", json=body)

        for answer in (made, changed):
            assert answer.status_code == 422
            assert sentence in answer.json()["detail"]
