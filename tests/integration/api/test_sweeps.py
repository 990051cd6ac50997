"""Batches as grids: axes, dry runs, what is rendered again and what is not."""

import pytest

from screentest.api.domain.users import Role
from screentest.common.events import (
    RunStatus,
    ShotRequested,
)
from support.shots import add_catalogue, said
from support.sweeps import BATCH, CFG, end, posted, sweep

SEEDS = {"kind": "seed", "values": [7]}
PROMPTS = {"kind": "prompt", "variants": [{"label": "night", "start": "{name} at night"}]}
LORA = {"kind": "lora", "names": ["look/film.safetensors"], "weights": [0.5], "baseline": True}


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=2, seed=None)


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


class TestDryRun:
    async def test_it_shows_the_matrix_and_stores_nothing(self, creator, pool, catalogue):
        body = sweep(catalogue, CFG, {"kind": "seed", "values": [1]}, dry_run=True)
        done = await posted(creator, body | {"dry_run": False, "character_ids": [1]})
        await end(pool, done["shots"][0])
        await end(pool, done["shots"][1], RunStatus.FAILED)
        asked_before = await said(pool, ShotRequested)

        answer = await creator.post(BATCH, json=body)

        assert answer.status_code == 200, answer.text
        matrix = answer.json()
        assert (matrix["count"], matrix["to_render"], matrix["limit"]) == (6, 4, 500)
        assert standings(matrix) == ["is_rendered", None, "is_rendering", None, None, None]
        assert matrix["cells"][0]["recipe_hash"] == done["shots"][0]["recipe_hash"]
        assert matrix["cells"][5]["differs"] == {"cfg": 6, "seed": 1}
        assert await pool.fetchval("select count(*) from batches") == 1
        assert await said(pool, ShotRequested) == asked_before

    async def test_cells_of_the_batch_are_kept_and_fresh_renders_all(
        self, creator, pool, catalogue
    ):
        body = sweep(catalogue, CFG, character_ids=[1])
        batch = await posted(creator, body)
        await end(pool, batch["shots"][0])
        await end(pool, batch["shots"][1], RunStatus.FAILED)
        body |= {"batch_id": batch["id"], "dry_run": True}

        kept = (await creator.post(BATCH, json=body)).json()
        fresh = (await creator.post(BATCH, json=body | {"fresh": True})).json()

        assert standings(kept) == ["is_kept", None, "is_kept"]
        assert (kept["to_render"], kept["quote"]["renders"]) == (1, 1)
        assert standings(fresh) == [None] * 3
        assert (fresh["to_render"], fresh["quote"]["renders"]) == (3, 3)

    async def test_another_boundary_is_another_render(self, creator, pool, catalogue):
        body = sweep(catalogue, CFG, character_ids=[1], dry_run=True)
        done = await posted(creator, body | {"dry_run": False})
        await end(pool, done["shots"][0])
        boundary = {"mode": "calmest", "window": 12}
        await pool.execute("update scene_types set boundary = $1", boundary)

        matrix = (await creator.post(BATCH, json=body)).json()

        assert matrix["cells"][0]["recipe_hash"] == done["shots"][0]["recipe_hash"]
        assert matrix["to_render"] == 3

    async def test_somebody_elses_batch_is_refused(self, api, creator, catalogue):
        batch = await posted(creator, sweep(catalogue, CFG))
        _, other = await api.sign_up("otto", Role.CREATOR)

        answer = await other.post(
            BATCH, json=sweep(catalogue, CFG, batch_id=batch["id"], dry_run=True)
        )

        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-yours")


def standings(matrix):
    """Why each cell is not rendered; None where it is."""
    reasons = ("is_kept", "is_rendered", "is_rendering")
    return [next((name for name in reasons if cell[name]), None) for cell in matrix["cells"]]


class TestRefused:
    @pytest.mark.parametrize(
        ("axes", "kind", "where", "says"),
        [
            ([CFG, SEEDS | {"values": []}], "invalid-request", "axes[1].values", "is empty"),
            ([SEEDS | {"values": "7"}], "invalid-request", "axes[0].values", "or a range"),
            ([SEEDS | {"values": [7, True]}], "invalid-request", "axes[0].values[1]", "a seed is"),
            ([CFG | {"values": [[4]]}], "invalid-request", "axes[0].values[0]", "a value is"),
            ([CFG | {"kind": "slots"}], "invalid-request", "axes[0]", "is one of slot, seed"),
            ([SEEDS | {"values": {"start": 0, "stop": 10_000}}], "invalid-request",
             "axes[0].values", "take larger steps"),
            ([SEEDS | {"values": {"start": True, "stop": 3}}], "invalid-request",
             "axes[0].values.start", "give a number"),
            ([CFG | {"values": {"start": 1, "stop": 5, "step": 0}}], "invalid-request",
             "axes[0].values", "never lead"),
            ([CFG | {"slot": "seed"}], "invalid-request", "axes[0].slot", 'of kind "seed"'),
            ([CFG | {"slot": "prompt"}], "invalid-request", "axes[0].slot", 'of kind "prompt"'),
            ([CFG, CFG], "invalid-axes", "axes", 'called "cfg"'),
            ([CFG, CFG | {"name": "again"}], "invalid-axes", "axes", "both vary cfg"),
            ([SEEDS, CFG | {"slot": "cgf"}], "invalid-parameters", "axes[1].slot", 'no slot "cgf"'),
            ([CFG | {"values": [4, 99, "x"]}], "invalid-parameters", "axes[0].values[1]",
             "at most 20"),
            ([PROMPTS | {"variants": [{"label": "a"}, {"label": "b", "full": "x"}]}],
             "invalid-axes", "axes[0].variants", '"a" and "b" make the same test shots'),
            ([CFG, PROMPTS | {"variants": [{"label": "a", "continuation": "x"}]}],
             "invalid-axes", "axes[1].variants", 'takes the "start" prompt'),
        ],
    )  # fmt: skip
    async def test_axes_that_make_no_sense(self, creator, catalogue, axes, kind, where, says):
        variations = [{"name": "a", "values": {"steps": 8}}]
        answer = await creator.post(BATCH, json=sweep(catalogue, *axes, variations=variations))

        assert answer.status_code == 422
        assert answer.json()["type"].endswith(kind)
        first = answer.json()["errors"][0]
        assert first["where"] == f"body.{where}"
        assert says in first["message"]
        assert says in answer.json()["detail"]

    async def test_a_version_that_is_not_there(self, creator, catalogue):
        axis = {"kind": "workflow", "workflows": [{"id": 1, "version": 9}]}

        answer = await creator.post(BATCH, json=sweep(catalogue, axis))

        assert answer.json()["type"].endswith("workflow-not-found")
        assert "v9" in answer.json()["detail"]

    async def test_a_matrix_over_the_limit_names_its_sizes(self, creator, catalogue):
        wide = {"kind": "seed", "values": {"start": 0, "stop": 9999}}
        steps = {"kind": "slot", "slot": "steps", "values": {"start": 1, "stop": 100}}

        answer = await creator.post(BATCH, json=sweep(catalogue, wide, steps, CFG, dry_run=True))

        assert answer.status_code == 422
        assert answer.json()["cells"] == 2 * 10_000 * 100 * 3
        assert "6000000 test shots" in answer.json()["detail"]
        assert answer.json()["axes"] == [
            {"name": "character", "size": 2},
            {"name": "seed", "size": 10_000},
            {"name": "steps", "size": 100},
            {"name": "cfg", "size": 3},
        ]


async def test_the_present_version_and_its_number_are_one_place(creator, catalogue):
    axis = {"kind": "workflow", "workflows": [{"id": 1}, {"id": 1, "version": 1}]}

    batch = await posted(creator, sweep(catalogue, axis))

    assert batch["axes"][1]["labels"] == ["w v1"]
    assert batch["cells"] == 2


async def test_500_cells_are_accepted(creator, pool, catalogue):
    seeds = {"kind": "seed", "values": {"start": 0, "stop": 249}}

    batch = await posted(creator, sweep(catalogue, seeds))

    assert batch["counts"]["waiting"] == len(await said(pool, ShotRequested)) == 500


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
