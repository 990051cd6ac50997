"""A/B: two test shots and what differs between them."""

import pytest

from screentest.common.events import ShotRequested
from support.shots import add_catalogue, said
from support.sweeps import end

AB = "/api/test-shots/ab"


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, seed=None)


@pytest.fixture
def subject(catalogue):
    return {"scene_type_id": catalogue.scene_type_id, "character_id": catalogue.character_ids[0]}


async def test_two_parameter_sets_differ_in_nothing_else(creator, viewer, pool, subject):
    body = subject | {
        "a": {"label": "soft", "values": {"cfg": 4}},
        "b": {"values": {"cfg": 9}, "prompts": {"start": "{name} at night"}},
    }

    answer = await creator.post(AB, json=body)

    assert answer.status_code == 202, answer.text
    assert answer.json()["differs"] == [
        {"name": "cfg", "a": 4, "b": 9},
        {
            "name": "prompts.start",
            "a": "a portrait of character 000, red hair",
            "b": "character 000 at night",
        },
    ]
    runs = await said(pool, ShotRequested)
    assert len({run.recipe.seed for run in runs}) == 1
    assert [run.recipe.values["cfg"] for run in runs] == [4, 9]
    await end(pool, answer.json()["b"])
    seen = (await viewer.get(answer.headers["Location"])).json()
    assert (seen["a"]["label"], seen["b"]["label"]) == ("soft", "B")
    assert (seen["a"]["status"], seen["b"]["status"]) == ("waiting", "scored")


async def test_one_set_with_two_seeds(creator, subject):
    answer = await creator.post(AB, json=subject | {"seeds": [7, 8]})

    assert answer.json()["differs"] == [{"name": "seed", "a": 7, "b": 8}]
    assert answer.json()["a"]["label"] == "seed 7"


async def test_two_versions_of_a_workflow(creator, pool, subject):
    await pool.execute(
        "update workflows set version = 2, graph = jsonb_set(graph, '{3,inputs,sampler}', '1')"
    )

    answer = await creator.post(AB, json=subject | {"b": {"workflow": {"id": 1, "version": 1}}})

    assert [one["name"] for one in answer.json()["differs"]] == ["workflow"]
    assert answer.json()["differs"][0]["b"]["version"] == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"b": {}}, "nothing-differs"),
        ({"seeds": [7, 7]}, "nothing-differs"),
        ({}, "invalid-request"),
        ({"seeds": [7, 8], "b": {}}, "invalid-request"),
        ({"b": {"values": {"cgf": 1}}}, "invalid-parameters"),
        ({"b": {"workflow": {"id": 9}}}, "workflow-not-found"),
        ({"seeds": [7, 8], "character_id": 999}, "character-not-found"),
        ({"seeds": [7, 8], "scene_type_id": 999}, "scene-type-not-found"),
    ],
)
async def test_what_is_no_comparison_is_refused(creator, pool, subject, body, kind):
    answer = await creator.post(AB, json=subject | body)

    assert answer.json()["type"].endswith(kind)
    assert await said(pool, ShotRequested) == []


@pytest.mark.parametrize(
    ("b", "named"),
    [
        ({"prompts": {"continuation": "{name} runs"}}, "prompts.continuation"),
        ({"workflow": {"id": 1, "version": 1}}, "workflow"),
    ],
)
async def test_what_changes_no_pixel_of_segment_1_is_refused_by_its_name(
    creator, pool, subject, b, named
):
    await pool.execute("update workflows set version = 2")

    answer = await creator.post(AB, json=subject | {"b": b})

    assert answer.json()["type"].endswith("nothing-differs")
    assert f"{named} changes no pixel" in answer.json()["detail"]
    assert await said(pool, ShotRequested) == []


@pytest.mark.parametrize("fresh", [True, False])
async def test_both_sides_are_rendered_afresh_when_asked(creator, pool, subject, fresh):
    await creator.post(AB, json=subject | {"seeds": [7, 8], "fresh": fresh})

    assert [run.fresh for run in await said(pool, ShotRequested)] == [fresh, fresh]


async def test_a_deleted_side_is_missing_and_the_other_stays(creator, pool, subject):
    made = (await creator.post(AB, json=subject | {"seeds": [7, 8]})).json()
    await end(pool, made["a"])
    await creator.delete(f"/api/test-shots/{made['a']['id']}")

    listed = (await creator.get("/api/comparisons")).json()

    (seen,) = listed["items"]
    assert seen["a"] is None
    assert seen["b"]["id"] == made["b"]["id"]
    assert seen["differs"] == made["differs"]
    missing = await creator.get("/api/comparisons/999")
    assert missing.json()["type"] == "/problems/comparison-not-found"


async def test_viewers_only_look(viewer, subject):
    assert (await viewer.post(AB, json=subject | {"seeds": [7, 8]})).status_code == 403
