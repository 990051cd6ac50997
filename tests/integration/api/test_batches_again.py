"""Sweeps asked for again: posted anew, laid out anew, run again in part."""

import pytest

from screentest.api.domain.users import Role
from screentest.common.events import QueueControlled, RunStatus, ShotCancelled, ShotRequested
from support.shots import add_catalogue, said
from support.sweeps import BATCH, CFG, end, posted, sweep


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=2, seed=None)


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
