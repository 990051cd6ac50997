"""Presets: sets of overrides under a name, kept with the scene type for everybody."""

import pytest

from screentest.common.db import transaction
from support.shots import add_catalogue


@pytest.fixture
async def path(pool) -> str:
    """Where the presets of a scene type are."""
    return f"/api/scene-types/{(await add_catalogue(pool, seed=42)).scene_type_id}/presets"


SOFT = {"values": {"cfg": 4.5}, "loras": [], "seed": "random", "prompts": {"full": "{name} rests"}}


async def keep(client, path: str, name: str = "soft", **overrides) -> dict:
    answer = await client.post(path, json={"name": name, "overrides": overrides or SOFT})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{path}/{answer.json()['id']}"
    return answer.json()


async def test_what_one_keeps_everybody_has(creator, viewer, path):
    made = await keep(creator, path)
    later = await keep(creator, path, "hard", values={"cfg": 9})

    listed = (await viewer.get(path)).json()["items"]

    assert listed == [later, made]
    assert {**SOFT, "prompts": made["overrides"]["prompts"]}.items() <= made["overrides"].items()
    assert made["overrides"]["prompts"]["full"] == "{name} rests"


async def test_a_test_shot_takes_the_overrides_as_they_are(creator, path):
    made = await keep(creator, path)

    shot = await creator.post(
        path.replace("presets", "test-shot"), json={"character_id": 1, **made["overrides"]}
    )

    assert shot.status_code == 202, shot.text
    assert shot.json()["parameters"]["values"]["cfg"] == 4.5


async def test_a_name_is_there_once_in_a_scene_type(creator, path):
    await keep(creator, path, "soft")
    hard = await keep(creator, path, "hard")

    again = await creator.post(path, json={"name": " soft ", "overrides": SOFT})
    renamed = await creator.patch(f"{path}/{hard['id']}", json={"name": "soft"})

    for answer in (again, renamed):
        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/preset-name-taken"
        assert '"soft"' in answer.json()["detail"]


async def test_what_fits_no_slot_is_not_kept(creator, path):
    made = await keep(creator, path)
    faulty = {"values": {"cgf": 7}}

    refused = await creator.post(path, json={"name": "x", "overrides": faulty})
    kept = await creator.patch(f"{path}/{made['id']}", json={"overrides": faulty})

    for answer in (refused, kept):
        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/invalid-parameters"
        assert 'no slot "cgf"' in answer.json()["detail"]
    assert (await creator.get(path)).json()["items"] == [made]


async def test_changes_leave_the_rest_as_it_was(creator, path):
    made = await keep(creator, path)

    renamed = (await creator.patch(f"{path}/{made['id']}", json={"name": "softer"})).json()
    changed = await creator.patch(f"{path}/{made['id']}", json={"overrides": {"seed": 7}})

    assert renamed | {"name": "soft", "updated_at": made["updated_at"]} == made
    assert changed.json()["name"] == "softer"
    assert changed.json()["overrides"]["seed"] == 7
    assert changed.json()["overrides"]["values"] == {}


async def test_a_deleted_one_is_gone_and_written_down(creator, admin, path):
    made = await keep(creator, path)

    gone = await creator.delete(f"{path}/{made['id']}")
    again = await creator.delete(f"{path}/{made['id']}")

    assert gone.status_code == 204
    assert again.json()["type"] == "/problems/preset-not-found"
    assert (await creator.get(path)).json()["items"] == []
    (entry,) = (await admin.get("/api/audit?action=preset.deleted")).json()["items"]
    assert entry["before"]["name"] == "soft"


async def test_a_preset_is_of_one_scene_type(creator, path):
    made = await keep(creator, path)

    answer = await creator.patch(f"/api/scene-types/99/presets/{made['id']}", json={"name": "x"})
    listed = await creator.get("/api/scene-types/99/presets")

    assert answer.json()["type"] == "/problems/preset-not-found"
    assert listed.json()["type"] == "/problems/scene-type-not-found"


async def test_viewers_only_read(creator, viewer, path):
    made = await keep(creator, path)
    one = f"{path}/{made['id']}"

    asked = [
        await viewer.post(path, json={"name": "x", "overrides": {}}),
        await viewer.patch(one, json={"name": "x"}),
        await viewer.delete(one),
    ]

    assert [answer.status_code for answer in asked] == [403, 403, 403]


async def test_browsers_hear_of_every_change(creator, pool, path):
    made = await keep(creator, path)
    await creator.patch(f"{path}/{made['id']}", json={"name": "x"})
    await creator.delete(f"{path}/{made['id']}")

    async with transaction(pool) as tx:
        told = await tx.fetch("select data from live_events where type = 'presets.changed'")

    assert [row["data"] for row in told] == [{"scene_type_id": made["scene_type_id"]}] * 3
