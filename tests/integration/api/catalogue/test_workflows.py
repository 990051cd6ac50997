"""Workflows: what can run is stored, what cannot is said in sentences."""

import pytest

from support.posting import GRAPH, SLOTS, post


async def test_slots_are_found_when_none_are_given(creator, viewer):
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
async def test_graphs_that_cannot_run_are_refused(creator, graph, sentence):
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
async def test_slots_fit_the_graph(creator, slots, sentence):
    answer = await creator.post(
        "/api/workflows", json={"name": "w", "graph": GRAPH, "slots": slots}
    )

    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]


async def test_what_decides_pixels_makes_a_new_version(creator, workflow):
    path = f"/api/workflows/{workflow['id']}"
    renamed = (await creator.patch(path, json={"name": "v"})).json()
    same = (await creator.patch(path, json={"slots": SLOTS})).json()
    changed = (await creator.patch(path, json={"slots": SLOTS[:2]})).json()
    other = {**GRAPH, "5": {"class_type": "Note", "inputs": {}}}
    regraphed = (await creator.patch(path, json={"graph": other})).json()

    assert [one["version"] for one in (renamed, same, changed, regraphed)] == [1, 1, 2, 3]
    assert len(changed["slots"]) == 2
    assert "cfg" in {slot["name"] for slot in regraphed["slots"]}


async def test_lists_leave_the_graphs_out(creator, workflow):
    await post(creator, "/api/workflows", name="b", renderer="builtin", graph=GRAPH)
    everything = (await creator.get("/api/workflows")).json()["items"]
    builtin = (await creator.get("/api/workflows?renderer=builtin")).json()["items"]

    assert [one["name"] for one in everything] == ["b", "w"]
    assert [one["name"] for one in builtin] == ["b"]
    assert not any("graph" in one for one in everything)


async def test_workflows_in_use_stay(creator, workflow, scene_type):
    refused = await creator.delete(f"/api/workflows/{workflow['id']}")
    await creator.delete(f"/api/scene-types/{scene_type['id']}")
    deleted = await creator.delete(f"/api/workflows/{workflow['id']}")

    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/in-use"
    assert deleted.status_code == 204
