"""Deletes: nothing is rendered for nobody, and who deleted what is written down."""

import pytest

from screentest.api.domain.users import Role
from screentest.api.handlers.progress import on_run_finished
from screentest.common.db import transaction
from screentest.common.events import RunStatus, ShotRequested
from support.shots import add_catalogue, finished, said


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=2)


@pytest.fixture
async def shot(creator, catalogue):
    answer = await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")
    assert answer.status_code == 202, answer.text
    return answer.json()


async def end(pool):
    async with transaction(pool) as tx:
        for run in await said(pool, ShotRequested):
            await on_run_finished(finished(run, RunStatus.CANCELLED), tx)


async def test_a_character_or_scene_type_stays_while_its_test_shots_are_open(
    creator, pool, catalogue, shot
):
    await pool.execute("delete from scenes")
    paths = (
        f"/api/characters/{catalogue.character_ids[0]}",
        f"/api/scene-types/{catalogue.scene_type_id}",
    )

    refused = [await creator.delete(path) for path in paths]
    await end(pool)
    deleted = [await creator.delete(path) for path in paths]

    for answer in refused:
        assert answer.status_code == 409
        assert answer.json()["type"].endswith("runs-open")
        assert answer.json()["test_shot_ids"] == [shot["id"]]
    assert [answer.status_code for answer in deleted] == [204, 204]


async def test_a_user_stays_while_something_of_theirs_is_open(
    admin, creator, pool, catalogue, shot
):
    me = (await creator.get("/api/me")).json()
    scene_id = catalogue.scene_ids[1]
    await creator.post(f"/api/scenes/{scene_id}/generate")

    refused = await admin.delete(f"/api/users/{me['id']}")
    still = (await admin.get(f"/api/scenes/{scene_id}")).json()
    await end(pool)
    deleted = await admin.delete(f"/api/users/{me['id']}")

    problem = refused.json()
    assert problem["type"].endswith("runs-open")
    assert (problem["test_shot_ids"], problem["scene_ids"]) == ([shot["id"]], [scene_id])
    assert still["chain"]["run"]["finished_at"] is None
    assert deleted.status_code == 204
    assert (await admin.get(f"/api/scenes/{scene_id}")).json()["status"] == "cancelled"


async def test_a_promotion_under_way_is_waited_for(admin, creator, pool, catalogue, shot):
    await end(pool)
    await pool.execute(
        "insert into promotions (id, test_shot_id, scene_id, requested_by_id)"
        " values (gen_random_uuid(), $1, $2, $3)",
        shot["id"],
        catalogue.scene_ids[0],
        shot["created_by_id"],
    )

    refused = await admin.delete(f"/api/users/{shot['created_by_id']}")

    assert refused.json()["promoted_shot_ids"] == [shot["id"]]


async def test_every_delete_is_in_the_audit(api, creator, pool, catalogue):
    _, admin = await api.sign_up("ada", Role.ADMIN)
    await pool.execute("delete from scenes where id <> $1", catalogue.scene_ids[0])
    paths = [
        ("scene", f"/api/scenes/{catalogue.scene_ids[0]}"),
        ("character", f"/api/characters/{catalogue.character_ids[0]}"),
        ("scene-type", f"/api/scene-types/{catalogue.scene_type_id}"),
        ("workflow", f"/api/workflows/{catalogue.workflow_id}"),
    ]

    for _, path in paths:
        assert (await creator.delete(path)).status_code == 204
        assert (await creator.delete(path)).status_code == 404

    entries = (await admin.get("/api/audit")).json()["items"]
    assert [one["action"] for one in reversed(entries)] == [f"{noun}.deleted" for noun, _ in paths]
    assert [one["before"]["name"] for one in reversed(entries)] == [
        "scene 0",
        "character 000",
        "portrait",
        "w",
    ]
