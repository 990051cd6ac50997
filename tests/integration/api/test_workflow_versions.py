"""Versions of workflows: who made them, what they were, what changed between them."""

import pytest

from screentest.api.domain.users import Role

GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "seed.png"}},
    "3": {
        "class_type": "KSampler",
        "inputs": {"seed": 1, "steps": 20, "image": ["1", 0]},
        "_meta": {"title": "Sampler"},
    },
}


def with_steps(steps: int) -> dict:
    inputs = {**GRAPH["3"]["inputs"], "steps": steps}
    return {**GRAPH, "3": {**GRAPH["3"], "inputs": inputs}}


@pytest.fixture
async def path(creator) -> str:
    """A workflow that its maker imports a second time."""
    first = await creator.post("/api/workflows", json={"name": "w", "graph": GRAPH})
    second = await creator.post("/api/workflows", json={"name": "w", "graph": with_steps(30)})
    assert (second.json()["id"], second.json()["version"]) == (first.json()["id"], 2)
    return f"/api/workflows/{second.json()['id']}"


async def test_versions_say_who_made_them_and_when(api, viewer, path):
    other, client = await api.sign_up("olga", Role.CREATOR)
    await client.patch(path, json={"graph": with_steps(40)})
    await client.patch(path, json={"vram_gb": 8})
    found = (await viewer.get(f"{path}/versions")).json()["items"]

    assert [(one["version"], one["created_by"]) for one in found] == [
        (3, "olga"),
        (2, "carl"),
        (1, "carl"),
    ]
    assert found[0]["created_by_id"] == other.id
    assert found[0]["created_at"] > found[1]["created_at"] > found[2]["created_at"]
    assert "graph" not in found[0]


async def test_versions_are_pages(viewer, path):
    first = (await viewer.get(f"{path}/versions?limit=1")).json()
    second = (await viewer.get(f"{path}/versions?limit=1&cursor={first['next']}")).json()

    assert [one["version"] for one in first["items"] + second["items"]] == [2, 1]
    assert second["next"] is None


async def test_a_version_never_changes(creator, viewer, path):
    before = (await viewer.get(f"{path}/versions/1")).json()
    await creator.patch(path, json={"graph": with_steps(50), "frame_rule": {"step": 4}})
    after = (await viewer.get(f"{path}/versions/1")).json()

    assert after == before
    assert (before["graph"], before["frame_rule"]) == (GRAPH, None)


@pytest.mark.parametrize(
    ("query", "was", "is_now"),
    [("", 20, 30), ("?from=1&to=2", 20, 30), ("?from=2&to=1", 30, 20), ("?to=2", 20, 30)],
)
async def test_a_diff_says_what_changed(viewer, path, query, was, is_now):
    diff = (await viewer.get(f"{path}/diff{query}")).json()

    assert diff["nodes"]["added"] == diff["nodes"]["removed"] == []
    assert diff["nodes"]["changed"] == [
        {
            "id": "3",
            "old_id": "3",
            "class_type": "KSampler",
            "title": "Sampler",
            "old_title": "Sampler",
            "inputs": [{"input": "steps", "change": "changed", "old": was, "new": is_now}],
        }
    ]
    assert diff["slots"]["changed"] == [
        {"name": "steps", "fields": [{"field": "default", "old": was, "new": is_now}]}
    ]
    assert diff["sentences"] == [
        f'Node "Sampler" (KSampler, id 3): steps was {was} and is {is_now}.',
        f'Slot "steps": default was {was} and is {is_now}.',
    ]


async def test_settings_are_in_a_diff(creator, viewer, path):
    await creator.patch(path, json={"frame_rule": {"step": 4, "offset": 1}})
    diff = (await viewer.get(f"{path}/diff")).json()

    assert diff["settings"] == [
        {"field": "frame_rule", "old": None, "new": {"step": 4, "offset": 1}}
    ]
    assert diff["sentences"] == ["The frame rule was not set and is 4n+1."]


async def test_the_only_version_has_no_changes(creator, viewer):
    made = (await creator.post("/api/workflows", json={"name": "one", "graph": GRAPH})).json()
    diff = (await viewer.get(f"/api/workflows/{made['id']}/diff")).json()

    assert diff["sentences"] == ["Versions 1 and 1 are the same."]


@pytest.mark.parametrize(
    ("tail", "kind"),
    [
        ("/versions/9", "workflow-version-not-found"),
        ("/diff?to=9", "workflow-version-not-found"),
        ("/diff?from=9", "workflow-version-not-found"),
        ("/diff?from=0", "invalid-request"),
        ("/versions?cursor=x", "invalid-request"),
    ],
)
async def test_what_is_not_there_is_said(viewer, path, tail, kind):
    answer = await viewer.get(f"{path}{tail}")

    assert answer.json()["type"] == f"/problems/{kind}"


@pytest.mark.parametrize("tail", ["/versions", "/versions/1", "/diff"])
async def test_unknown_workflows_have_no_versions(viewer, tail):
    answer = await viewer.get(f"/api/workflows/999999{tail}")

    assert answer.json()["type"] == "/problems/workflow-not-found"
