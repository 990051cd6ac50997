"""Batches as grids: axes, dry runs, what is rendered again and what is not."""

import pytest

from screentest.api.domain.users import Role
from screentest.common.events import RunStatus, ShotRequested
from support.shots import add_catalogue, said
from support.sweeps import end

BATCH = "/api/test-shots/batch"
CFG = {"kind": "slot", "slot": "cfg", "values": {"start": 4, "stop": 6, "step": 1}}
LORA = {"kind": "lora", "names": ["look/film.safetensors"], "weights": [0.5], "baseline": True}


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=2, seed=None)


def sweep(catalogue, *axes, **more):
    return {
        "scene_type_id": catalogue.scene_type_id,
        "character_ids": catalogue.character_ids,
        "axes": list(axes),
    } | more


async def posted(client, body):
    answer = await client.post(BATCH, json=body)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def test_cells_lie_in_a_grid_with_labels_and_the_baseline_first(creator, pool, catalogue):
    batch = await posted(creator, sweep(catalogue, CFG, LORA, baseline={}))

    assert [axis["name"] for axis in batch["axes"]] == ["character", "cfg", "lora"]
    assert batch["axes"][1]["labels"] == ["4", "5", "6"]
    grid = batch["grid"]
    assert grid["columns"] == ["baseline", "no LoRA", "film 0.5"]
    assert [row["label"] for row in grid["rows"]][:2] == [
        "character 000 · 4",
        "character 000 · 5",
    ]
    assert batch["cells"] == len(grid["cells"]) == 2 * (1 + 3 * 2)
    cell = grid["cells"][grid["rows"][1]["cells"][2]]
    assert cell["label"] == "cfg 5 · film 0.5"
    assert cell["differs"] == {
        "cfg": 5,
        "loras": [{"name": "look/film.safetensors", "weight": 0.5}],
    }
    asked = {run.test_shot_id: run for run in await said(pool, ShotRequested)}
    run = asked[cell["test_shot_id"]]
    assert (run.recipe.values["cfg"], run.recipe.loras[0].weight) == (5, 0.5)
    baseline = grid["cells"][grid["rows"][1]["cells"][0]]
    assert asked[baseline["test_shot_id"]].recipe.values["cfg"] == 6.0
    assert {run.batch_id for run in asked.values()} == {batch["id"]}


async def test_seeds_prompts_and_workflow_versions_are_axes(creator, pool, catalogue):
    await pool.execute("update workflows set version = 2, graph = graph || '{}' where id = $1", 1)
    axes = [
        {"kind": "seed", "values": [7, 8]},
        {
            "kind": "prompt",
            "variants": [{"label": "night", "start": "{name} at night"}, {"label": "as it is"}],
        },
        {"kind": "workflow", "workflows": [{"id": 1}, {"id": 1, "version": 1}]},
    ]

    batch = await posted(creator, sweep(catalogue, *axes, priority=5))

    assert batch["axes"][3]["labels"] == ["w v2", "w v1"]
    runs = await said(pool, ShotRequested)
    assert len(runs) == 16
    assert {run.recipe.seed for run in runs} == {7, 8}
    assert sum("at night" in run.recipe.prompts.start for run in runs) == 8
    assert {run.priority for run in runs} == {5}
    versions = [shot["parameters"]["workflow"]["version"] for shot in batch["shots"]]
    assert versions == [2, 1] * 8


async def test_a_dry_run_shows_the_matrix_and_stores_nothing(creator, pool, catalogue):
    body = sweep(catalogue, CFG, {"kind": "seed", "values": [1]}, dry_run=True)
    done = await posted(creator, body | {"dry_run": False, "character_ids": [1]})
    await end(pool, done["shots"][0])
    asked_before = await said(pool, ShotRequested)

    answer = await creator.post(BATCH, json=body)

    assert answer.status_code == 200, answer.text
    matrix = answer.json()
    assert (matrix["count"], matrix["to_render"], matrix["limit"]) == (6, 3, 500), (
        "two are under way"
    )
    assert [cell["is_rendered"] for cell in matrix["cells"]] == [True] + [False] * 5
    assert matrix["cells"][0]["recipe_hash"] == done["shots"][0]["recipe_hash"]
    assert matrix["cells"][5]["differs"] == {"cfg": 6, "seed": 1}
    assert await pool.fetchval("select count(*) from batches") == 1
    assert await said(pool, ShotRequested) == asked_before


@pytest.mark.parametrize(
    ("axes", "kind", "says"),
    [
        ([CFG, CFG], "invalid-axes", 'called "cfg"'),
        ([CFG, CFG | {"name": "again"}], "invalid-axes", "both vary cfg"),
        (
            [{"kind": "workflow", "workflows": [{"id": 1, "version": 9}]}],
            "workflow-not-found",
            "v9",
        ),
        ([{"kind": "slot", "slot": "cgf", "values": [1]}], "invalid-parameters", 'no slot "cgf"'),
        (
            [{"kind": "slot", "slot": "cfg", "values": {"start": 1, "stop": 5, "step": 0}}],
            "invalid-request",
            "never lead",
        ),
    ],
)
async def test_axes_that_make_no_sense_are_refused(creator, catalogue, axes, kind, says):
    answer = await creator.post(BATCH, json=sweep(catalogue, *axes))

    assert answer.json()["type"].endswith(kind)
    assert says in str(answer.json())


async def test_a_matrix_over_the_limit_names_its_size_before_it_is_made(creator, catalogue):
    wide = {"kind": "seed", "values": {"start": 0, "stop": 9999}}
    steps = {"kind": "slot", "slot": "steps", "values": {"start": 1, "stop": 100}}

    answer = await creator.post(BATCH, json=sweep(catalogue, wide, steps, CFG, dry_run=True))

    assert answer.status_code == 422
    assert answer.json()["cells"] == 2 * 10_000 * 100 * 3
    assert "6000000 test shots" in answer.json()["detail"]


async def test_500_cells_are_accepted(creator, pool, catalogue):
    seeds = {"kind": "seed", "values": {"start": 0, "stop": 249}}

    batch = await posted(creator, sweep(catalogue, seeds))

    assert batch["counts"]["waiting"] == len(await said(pool, ShotRequested)) == 500


class TestAnew:
    async def test_the_same_sweep_again_asks_for_nothing(self, creator, pool, catalogue):
        body = sweep(catalogue, CFG, variations=[{"seed": "random"}, {"seed": "random"}])
        batch = await posted(creator, body)
        before = await said(pool, ShotRequested)

        again = await posted(creator, body | {"batch_id": batch["id"]})

        assert await said(pool, ShotRequested) == before
        assert again["grid"] == batch["grid"]
        assert len({shot["parameters"]["seed"] for shot in batch["shots"]}) == 12

    async def test_a_grown_axis_renders_the_new_cells_and_links_what_is_scored_elsewhere(
        self, creator, pool, catalogue
    ):
        seed = {"base": {"seed": 3}}
        other = await posted(creator, sweep(catalogue, CFG, **seed, character_ids=[1]))
        await end(pool, other["shots"][2])
        short = CFG | {"values": [4, 5]}
        batch = await posted(creator, sweep(catalogue, short, **seed))
        asked = len(await said(pool, ShotRequested))

        grown = await posted(creator, sweep(catalogue, CFG, **seed, batch_id=batch["id"]))

        assert len(await said(pool, ShotRequested)) == asked + 1
        cells = grown["grid"]["cells"]
        assert [cell["is_linked"] for cell in cells] == [False, False, True, False, False, False]
        assert cells[2]["test_shot_id"] == other["shots"][2]["id"]
        kept = [cell["test_shot_id"] for cell in batch["grid"]["cells"]]
        assert [cells[n]["test_shot_id"] for n in (0, 1, 3, 4)] == kept

    async def test_somebody_elses_batch_is_left_alone(self, api, creator, catalogue):
        batch = await posted(creator, sweep(catalogue, CFG))
        _, other = await api.sign_up("otto", Role.CREATOR)

        answer = await other.post(BATCH, json=sweep(catalogue, CFG, batch_id=batch["id"]))

        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-yours")


class TestRerun:
    async def test_only_what_lacks_a_clip_is_rendered_again(self, creator, pool, catalogue):
        batch = await posted(creator, sweep(catalogue, CFG, character_ids=[1]))
        good, bad, gone = batch["shots"]
        await end(pool, good)
        await end(pool, bad, RunStatus.FAILED)
        await end(pool, gone, RunStatus.CANCELLED)
        await creator.delete(f"/api/test-shots/{gone['id']}")
        await pool.execute("update scene_types set negative_prompt = 'changed since'")

        answer = await creator.post(f"/api/batches/{batch['id']}/rerun")

        assert answer.status_code == 202, answer.text
        statuses = [cell["status"] for cell in answer.json()["grid"]["cells"]]
        assert statuses == ["scored", "waiting", "waiting"]
        again = (await said(pool, ShotRequested))[3:]
        assert [run.recipe.values["cfg"] for run in again] == [5, 6]
        assert {run.recipe.negative_prompt for run in again} == {"blurry"}
        hashes = [cell["recipe_hash"] for cell in answer.json()["grid"]["cells"]]
        assert hashes == [cell["recipe_hash"] for cell in batch["grid"]["cells"]]

    async def test_a_place_on_an_axis_is_rendered_afresh(self, creator, pool, catalogue):
        batch = await posted(creator, sweep(catalogue, CFG))
        for shot in batch["shots"]:
            await end(pool, shot)

        answer = await creator.post(
            f"/api/batches/{batch['id']}/rerun", json={"only": "all", "axes": {"cfg": ["5"]}}
        )

        again = (await said(pool, ShotRequested))[6:]
        assert [(run.recipe.values["cfg"], run.fresh) for run in again] == [(5, True)] * 2
        assert answer.json()["counts"] == answer.json()["counts"] | {"scored": 4, "waiting": 2}

    async def test_a_failed_cell_that_was_scored_elsewhere_is_linked(
        self, creator, pool, catalogue
    ):
        body = sweep(catalogue, CFG, base={"seed": 3}, character_ids=[1])
        first, second = await posted(creator, body), await posted(creator, body)
        await end(pool, first["shots"][0])
        await end(pool, second["shots"][0], RunStatus.FAILED)

        answer = await creator.post(f"/api/batches/{second['id']}/rerun", json={"only": "failed"})

        cell = answer.json()["grid"]["cells"][0]
        assert (cell["is_linked"], cell["test_shot_id"]) == (True, first["shots"][0]["id"])
        assert len(await said(pool, ShotRequested)) == 6

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            ({}, "nothing-to-render"),
            ({"axes": {"cgf": ["4"]}}, "unknown-place"),
            ({"axes": {"cfg": ["40"]}}, "unknown-place"),
        ],
    )
    async def test_nothing_and_nowhere_are_refused(self, creator, catalogue, body, kind):
        batch = await posted(creator, sweep(catalogue, CFG))

        answer = await creator.post(f"/api/batches/{batch['id']}/rerun", json=body)

        assert answer.json()["type"].endswith(kind)

    async def test_a_batch_whose_character_is_gone_says_so(self, creator, pool, catalogue):
        batch = await posted(creator, sweep(catalogue, CFG))
        await pool.execute("delete from scenes")
        await pool.execute("delete from characters where id = 2")

        answer = await creator.post(f"/api/batches/{batch['id']}/rerun", json={"only": "all"})

        assert (answer.status_code, answer.json()["type"]) == (
            409,
            "/problems/batch-not-repeatable",
        )
        left = (await creator.get(f"/api/batches/{batch['id']}")).json()
        assert len(left["grid"]["rows"]) == 1


async def test_progress_pace_and_cost(creator, pool, catalogue):
    batch = await posted(creator, sweep(catalogue, CFG, character_ids=[1]))
    address = f"/api/batches/{batch['id']}"
    assert (batch["status"], batch["progress"], batch["eta_s"]) == ("waiting", 0, None)

    await end(pool, batch["shots"][0])
    running = (await creator.get(address)).json()
    await end(pool, batch["shots"][1])
    await end(pool, batch["shots"][2])
    done = (await creator.get(address)).json()

    assert running["status"] == "running"
    assert running["progress"] == pytest.approx(1 / 3)
    assert running["eta_s"] > 0
    assert (done["status"], done["progress"], done["eta_s"]) == ("finished", 1, 0)
    assert done["gpu_seconds"] == pytest.approx(12)
    assert done["grid"]["cells"][0]["quality_score"] == 0.8


async def test_batches_are_listed_newest_first(creator, viewer, catalogue):
    made = [await posted(creator, sweep(catalogue, CFG)) for _ in range(3)]

    first = (await viewer.get("/api/batches", params={"limit": 2})).json()
    rest = (await viewer.get("/api/batches", params={"cursor": first["next"]})).json()
    nobody = (await viewer.get("/api/batches", params={"created_by_id": 999})).json()

    ids = [one["id"] for one in first["items"] + rest["items"]]
    assert ids == [one["id"] for one in reversed(made)]
    assert first["items"][0]["counts"]["waiting"] == 6
    assert "grid" not in first["items"][0]
    assert nobody == {"items": [], "next": None}
