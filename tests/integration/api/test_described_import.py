"""An import takes kinds, ranges and choices of slots from the live workers' servers."""

import copy
import json

import pytest

from screentest.api.handlers.workers import on_worker_seen
from screentest.common.db import transaction
from screentest.common.events import WorkerSeen
from screentest.common.object_info import ObjectInfo, object_info_key
from screentest.common.recipes import MAX_SEED, Renderer
from support.comfyui_recording import FIXTURES
from support.workflows import wan

#: What a real server said of the node classes that the library uses.
NODES = json.loads((FIXTURES / "library_nodes.json").read_text())["nodes"]
#: One that has the nodes of `wan` beside those of the library.
SERVER = NODES | {
    "LoraLoaderModelOnly": {
        "input": {"required": {"lora_name": [["a.pt"]], "strength_model": ["FLOAT"]}}
    }
}


def with_input(name: str, **configs) -> dict:
    """The server, some inputs of a class described otherwise."""
    answer = copy.deepcopy(SERVER)
    answer[name]["input"]["required"] |= configs
    return answer


@pytest.fixture
def hear(api, pool):
    """Let the api hear of a worker whose server says this of its nodes."""

    async def hear(name, answer, renderer=Renderer.COMFYUI):
        info = ObjectInfo.reduce(answer)
        await api.deps.objects.put(
            object_info_key(info.sha256), info.document, media_type="application/json"
        )
        event = WorkerSeen(worker=name, renderer=renderer, object_info_sha256=info.sha256)
        async with transaction(pool) as tx:
            await on_worker_seen(event, tx)

    return hear


async def bring_in(client, status=201, **body):
    body = {"name": "wan", "graph": wan()} | body
    answer = await client.post("/api/workflows", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def slot_of(made, name):
    return next(slot for slot in made["slots"] if slot["name"] == name)


def limits(made, name):
    return slot_of(made, name)["minimum"], slot_of(made, name)["maximum"]


async def test_nobody_is_there(creator):
    made = await bring_in(creator)

    assert made["described_by_workers"] == 0
    assert (limits(made, "width"), made["frame_rule"]) == ((16, 16_384), None)
    assert slot_of(made, "sampler")["choices"] == []


async def test_servers_that_differ(creator, hear):
    await hear("one", SERVER)
    await hear("two", with_input("KSampler", steps=["INT", {"min": 2, "max": 60}]))
    await hear("three", with_input("KSampler", sampler_name=[["euler", "res_2s"]]))
    # It will never render this graph.
    await hear("bare", {"KSampler": {"input": {"required": {"steps": ["INT", {"max": 3}]}}}})
    await hear("built-in", SERVER, renderer=Renderer.BUILTIN)

    made = await bring_in(creator)

    assert made["described_by_workers"] == 3
    assert (limits(made, "steps"), limits(made, "width")) == ((2, 60), (16, 16_384))
    assert {"euler", "uni_pc", "res_2s"} <= set(slot_of(made, "sampler")["choices"])
    assert "beta" in slot_of(made, "scheduler")["choices"]
    assert limits(made, "seed") == (0, MAX_SEED)
    assert [slot_of(made, name)["choices"] for name in ("lora_1", "vae")] == [[], []]
    assert made["frame_rule"] == {"step": 4, "offset": 1}


async def test_a_server_that_lacks_a_node_is_heard_where_none_has_them_all(creator, hear):
    await hear("bare", {"KSampler": {"input": {"required": {"steps": ["INT", {"max": 30}]}}}})
    await hear("unrelated", {"Other": {}})

    made = await bring_in(creator)

    assert (made["described_by_workers"], limits(made, "steps")) == (1, (1, 30))


async def test_what_a_person_says_counts(creator, hear):
    await hear("one", SERVER)
    slots = [{"name": "steps", "node": "8", "input": "steps", "kind": "int", "maximum": 20_000}]

    given = await bring_in(creator, name="given", slots=slots, frame_rule=None)
    changed = await bring_in(creator, slot_changes={"sampler": {"choices": ["own"]}})

    assert (given["described_by_workers"], limits(given, "steps")) == (0, (None, 20_000))
    assert given["frame_rule"] is None
    assert slot_of(changed, "sampler")["choices"] == ["own"]


class TestAgain:
    async def test_what_was_found_without_a_server_is_described(self, creator, hear):
        made = await bring_in(creator, slot_changes={"cfg": {"name": "strength", "maximum": 9}})
        await hear("one", SERVER)

        again = await bring_in(creator)
        same = await bring_in(creator, status=200)

        assert (again["id"], again["version"]) == (made["id"], 2)
        assert slot_of(again, "sampler")["choices"]
        assert (limits(again, "strength"), again["slot_changes"]) == (
            (0, 9),
            {"cfg": {"name": "strength", "maximum": 9}},
        )
        assert same == again

    async def test_what_a_person_narrowed_stays(self, creator, hear):
        made = await bring_in(creator)
        slots = [
            slot | ({"maximum": 30} if slot["name"] == "steps" else {}) for slot in made["slots"]
        ]
        await creator.patch(f"/api/workflows/{made['id']}", json={"slots": slots})
        await hear("one", SERVER)

        again = await bring_in(creator)

        assert (again["version"], limits(again, "steps")) == (3, (1, 30))
        assert slot_of(again, "sampler")["choices"]

    async def test_servers_that_are_away_change_nothing(self, creator, hear, pool):
        await hear("one", SERVER)
        made = await bring_in(creator)
        await pool.execute("update workers set last_seen_at = now() - interval '1 hour'")

        again = await bring_in(creator, status=200)

        assert again == made | {"described_by_workers": 0}

    async def test_slots_that_a_patch_finds_anew_are_described(self, creator, hear):
        made = await bring_in(creator)
        await hear("one", SERVER)

        path = f"/api/workflows/{made['id']}"
        changed = (await creator.patch(path, json={"slot_changes": {}})).json()

        assert slot_of(changed, "sampler")["choices"]


class TestLibrary:
    PATH = "/api/workflow-library/wan-2.1-i2v-14b-480p/import"

    async def test_its_slots_are_described_and_keep_their_names(self, creator, hear):
        plain = (await creator.post(self.PATH, json={"name": "plain"})).json()
        await hear("one", with_input("KSampler", steps=["INT", {"min": 1, "max": 50}]))

        made = (await creator.post(self.PATH, json={})).json()

        assert made["described_by_workers"] == 1
        assert [slot["name"] for slot in made["slots"]] == [slot["name"] for slot in plain["slots"]]
        assert limits(made, "steps")[1] == 50
        # Narrower than the node's own range: the model makes no others.
        assert limits(made, "frames") == limits(plain, "frames")
        assert "uni_pc" in slot_of(made, "sampler")["choices"]

    async def test_again_is_a_new_version_only_where_something_differs(self, creator, hear, pool):
        await creator.post(self.PATH, json={})
        await hear("one", SERVER)

        described = await creator.post(self.PATH, json={})
        same = await creator.post(self.PATH, json={})
        await pool.execute("update workers set last_seen_at = now() - interval '1 hour'")
        away = await creator.post(self.PATH, json={})

        assert (described.status_code, described.json()["version"]) == (201, 2)
        assert [(one.status_code, one.json()["version"]) for one in (same, away)] == [(200, 2)] * 2
