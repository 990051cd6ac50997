"""Scenes: made of what exists, found, renamed, deleted."""

import pytest


async def test_a_scene_begins_as_a_draft(viewer, scene):
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
async def test_what_it_is_made_of_exists(creator, scene_type, character, fields, where):
    ids = {"scene_type_id": scene_type["id"], "character_id": character["id"]}
    answer = await creator.post("/api/scenes", json={"name": "x"} | ids | fields)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == where


async def test_a_scene_can_be_renamed(creator, scene):
    changed = await creator.patch(f"/api/scenes/{scene['id']}", json={"name": "Two"})

    assert changed.json()["name"] == "Two"
    assert changed.json()["character_id"] == scene["character_id"]


async def test_lists_are_filtered(creator, scene, scene_type, character):
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


async def test_a_character_with_scenes_stays(creator, scene, character):
    refused = await creator.delete(f"/api/characters/{character['id']}")
    deleted = await creator.delete(f"/api/scenes/{scene['id']}")
    allowed = await creator.delete(f"/api/characters/{character['id']}")

    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/in-use"
    assert (deleted.status_code, allowed.status_code) == (204, 204)


async def test_what_a_user_made_outlives_them(admin, creator, scene):
    me = (await creator.get("/api/me")).json()
    await admin.delete(f"/api/users/{me['id']}")
    read = (await admin.get(f"/api/scenes/{scene['id']}")).json()

    assert scene["created_by_id"] == me["id"]
    assert read["created_by_id"] is None
