"""Batches as grids: axes, dry runs, what is rendered again and what is not."""

import pytest

from screentest.api.domain.users import Role
from screentest.common.events import QueueControlled, RunStatus, ShotCancelled, ShotRequested
from support.shots import add_catalogue, said
from support.sweeps import end

BATCH = "/api/test-shots/batch"
CFG = {"kind": "slot", "slot": "cfg", "values": {"start": 4, "stop": 6, "step": 1}}
SEEDS = {"kind": "seed", "values": [7]}
PROMPTS = {"kind": "prompt", "variants": [{"label": "night", "start": "{name} at night"}]}
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


class TestAgain:
    """The same sweep posted again, without the batch it made."""

    async def test_cells_without_a_seed_have_the_recipes_they_had(self, creator, catalogue):
        body = sweep(catalogue, CFG, name="first")
        dry = (await creator.post(BATCH, json=body | {"dry_run": True})).json()
        first = await posted(creator, body)
        second = await posted(creator, body | {"name": "second", "priority": 3, "fresh": True})
        longer = CFG | {"values": [4, 5, 6, 7]}
        grown = await posted(creator, sweep(catalogue, longer))

        assert hashes(first) == hashes(second) == [one["recipe_hash"] for one in dry["cells"]]
        assert set(hashes(first)) < set(hashes(grown))
        assert len({shot["parameters"]["seed"] for shot in grown["shots"]}) == 1

    async def test_random_seeds_are_drawn_anew_and_the_others_stay(self, creator, catalogue):
        variations = [{"name": "usual"}, {"name": "random", "seed": "random"}]
        body = sweep(catalogue, variations=variations, character_ids=[1])
        first, second = await posted(creator, body), await posted(creator, body)

        (usual, drawn), (usual_again, drawn_again) = hashes(first), hashes(second)
        assert usual == usual_again
        assert drawn != drawn_again


def hashes(batch):
    return [cell["recipe_hash"] for cell in batch["grid"]["cells"]]


class TestAnew:
    async def test_the_same_sweep_again_asks_for_nothing(self, creator, pool, catalogue):
        body = sweep(catalogue, CFG, variations=[{"seed": "random"}, {"seed": "random"}])
        batch = await posted(creator, body)
        before = await said(pool, ShotRequested)

        again = await posted(creator, body | {"batch_id": batch["id"]})

        assert await said(pool, ShotRequested) == before
        assert again["grid"] == batch["grid"]
        assert len({shot["parameters"]["seed"] for shot in batch["shots"]}) == 12

    async def test_a_grown_axis_asks_for_the_new_cells_and_leaves_reuse_to_the_dispatcher(
        self, creator, pool, catalogue
    ):
        other = await posted(creator, sweep(catalogue, CFG, character_ids=[1]))
        await end(pool, other["shots"][2])
        batch = await posted(creator, sweep(catalogue, CFG | {"values": [4, 5]}))
        asked = len(await said(pool, ShotRequested))

        grown = await posted(creator, sweep(catalogue, CFG, batch_id=batch["id"]))

        new = (await said(pool, ShotRequested))[asked:]
        assert [(run.recipe.values["cfg"], run.fresh) for run in new] == [(6, False)] * 2
        cells = [cell["test_shot_id"] for cell in grown["grid"]["cells"]]
        kept = [cell["test_shot_id"] for cell in batch["grid"]["cells"]]
        assert [cells[n] for n in (0, 1, 3, 4)] == kept
        assert {shot["batch_id"] for shot in grown["shots"]} == {batch["id"]}
        assert await said(pool, ShotCancelled) == []

    async def test_what_no_cell_names_any_more_is_cancelled(self, creator, admin, pool, catalogue):
        batch = await posted(creator, sweep(catalogue, CFG, character_ids=[1]))
        done, kept, dropped = batch["shots"]
        await end(pool, done)
        short = CFG | {"values": [5]}

        anew = await posted(
            creator, sweep(catalogue, short, character_ids=[1], batch_id=batch["id"])
        )

        assert [shot["id"] for shot in anew["shots"]] == [kept["id"]]
        (cancelled,) = await said(pool, ShotCancelled)
        assert str(cancelled.run_id) == dropped["run_id"]
        shown = (await creator.get(f"/api/test-shots/{dropped['id']}")).json()
        assert shown["cancel_requested_at"] is not None
        (entry,) = (await admin.get("/api/audit", params={"action": "batch.laid-out"})).json()[
            "items"
        ]
        assert entry["after"]["cancelled_test_shot_ids"] == [dropped["id"]]

    async def test_fresh_keeps_no_cell(self, creator, pool, catalogue):
        body = sweep(catalogue, CFG, character_ids=[1])
        batch = await posted(creator, body)
        await end(pool, batch["shots"][0])

        again = await posted(creator, body | {"batch_id": batch["id"], "fresh": True})

        assert [run.fresh for run in (await said(pool, ShotRequested))[3:]] == [True] * 3
        before = {shot["id"] for shot in batch["shots"]}
        assert before.isdisjoint(shot["id"] for shot in again["shots"])
        assert len(await said(pool, ShotCancelled)) == 2

    async def test_name_and_priority_stay_unless_they_are_given(self, creator, pool, catalogue):
        body = sweep(catalogue, CFG, character_ids=[1])
        batch = await posted(creator, body | {"name": "mine", "priority": 3})
        at = {"batch_id": batch["id"]}

        plain = await posted(creator, body | at)
        given = await posted(creator, body | at | {"name": "ours", "priority": 8})

        assert (plain["name"], plain["priority"]) == ("mine", 3)
        assert (given["name"], given["priority"]) == ("ours", 8)
        (control,) = await said(pool, QueueControlled)
        assert (control.batch_id, control.priority) == (batch["id"], 8)

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

    async def test_a_failed_cell_may_take_what_was_rendered_elsewhere(
        self, creator, pool, catalogue
    ):
        body = sweep(catalogue, CFG, character_ids=[1])
        first, second = await posted(creator, body), await posted(creator, body)
        await end(pool, first["shots"][0])
        await end(pool, second["shots"][0], RunStatus.FAILED)

        answer = await creator.post(f"/api/batches/{second['id']}/rerun", json={"only": "failed"})

        cell = answer.json()["grid"]["cells"][0]
        run = (await said(pool, ShotRequested))[-1]
        assert (run.test_shot_id, run.fresh) == (cell["test_shot_id"], False)

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
