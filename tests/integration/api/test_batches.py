"""Batches: characters x variations, all or none."""

import pytest

from screentest.common.events import ShotRequested
from support.shots import add_catalogue, said


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=3, seed=None)


def request_of(catalogue, **changes):
    return {
        "name": "cfg",
        "scene_type_id": catalogue.scene_type_id,
        "character_ids": catalogue.character_ids,
        "variations": [
            {"name": "soft", "values": {"cfg": 4}},
            {"name": "strong", "values": {"cfg": 9}},
        ],
    } | changes


async def test_every_character_with_every_variation(creator, pool, catalogue):
    answer = await creator.post("/api/test-shots/batch", json=request_of(catalogue))

    assert answer.status_code == 202, answer.text
    batch = (await creator.get(answer.headers["Location"])).json()
    assert batch["cells"] == 6
    assert batch["counts"]["waiting"] == 6
    cells = {(shot["character"]["id"], shot["label"]) for shot in batch["shots"]}
    assert cells == {(one, name) for one in catalogue.character_ids for name in ("soft", "strong")}
    asked = {run.test_shot_id: run for run in await said(pool, ShotRequested)}
    for shot in batch["shots"]:
        run = asked[shot["id"]]
        assert str(run.run_id) == shot["run_id"]
        assert run.recipe.values["cfg"] == {"soft": 4, "strong": 9}[shot["label"]]
        assert shot["character"]["name"] in run.recipe.prompts.start


async def test_cells_share_one_seed_unless_each_is_to_have_its_own(creator, catalogue):
    shared = await creator.post("/api/test-shots/batch", json=request_of(catalogue))
    own = await creator.post(
        "/api/test-shots/batch", json=request_of(catalogue, variations=[{"seed": "random"}])
    )

    assert len({shot["parameters"]["seed"] for shot in shared.json()["shots"]}) == 1
    assert len({shot["parameters"]["seed"] for shot in own.json()["shots"]}) == 3


async def test_one_faulty_cell_refuses_the_batch_and_names_it(creator, pool, catalogue):
    await pool.execute(
        "update characters set metadata = '{}' where id = $1", catalogue.character_ids[1]
    )

    answer = await creator.post("/api/test-shots/batch", json=request_of(catalogue))

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("unresolved-placeholders")
    assert {cell["character_id"] for cell in answer.json()["cells"]} == {catalogue.character_ids[1]}
    assert "{hair}" in answer.json()["detail"]
    assert await pool.fetchval("select count(*) from test_shots") == 0
    assert await said(pool, ShotRequested) == []


async def test_more_cells_than_the_limit_are_refused(creator, catalogue):
    variations = [{"name": str(number)} for number in range(167)]

    answer = await creator.post(
        "/api/test-shots/batch", json=request_of(catalogue, variations=variations)
    )

    assert answer.status_code == 422
    assert (answer.json()["cells"], answer.json()["limit"]) == (501, 500)


async def test_what_does_not_exist_is_not_found(creator, catalogue):
    unknown = await creator.post(
        "/api/test-shots/batch", json=request_of(catalogue, character_ids=[1, 999])
    )
    missing = await creator.get("/api/batches/999")

    assert unknown.json()["type"].endswith("character-not-found")
    assert missing.json()["type"].endswith("batch-not-found")
