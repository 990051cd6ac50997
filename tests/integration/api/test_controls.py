"""Batches, lanes and workers held back, and the audit of all that."""

import asyncio

import pytest

from screentest.api.domain.users import Role
from screentest.api.handlers.workers import on_worker_seen
from screentest.common.db import transaction
from screentest.common.events import (
    Lane,
    QueueControlled,
    RunStatus,
    ShotCancelled,
    ShotRequested,
    WorkerDrainRequested,
    WorkerSeen,
)
from screentest.common.recipes import Renderer
from support.shots import add_catalogue, said
from support.sweeps import end


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=2)


@pytest.fixture
async def batch(creator, catalogue):
    body = {
        "scene_type_id": catalogue.scene_type_id,
        "character_ids": catalogue.character_ids,
        "axes": [{"kind": "slot", "slot": "cfg", "values": [4, 5]}],
    }
    return (await creator.post("/api/test-shots/batch", json=body)).json()


def at(batch, verb):
    return f"/api/batches/{batch['id']}/{verb}"


async def audited(client, **query):
    answer = await client.get("/api/audit", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


class TestCancel:
    async def test_every_open_shot_is_cancelled_once(self, creator, pool, batch):
        await end(pool, batch["shots"][0])

        first = await creator.post(at(batch, "cancel"))
        second = await creator.post(at(batch, "cancel"))

        assert (first.status_code, second.status_code) == (202, 202)
        runs = {shot["run_id"] for shot in batch["shots"][1:]}
        assert {str(one.run_id) for one in await said(pool, ShotCancelled)} == runs
        assert len(await said(pool, ShotCancelled)) == 3
        cells = first.json()["grid"]["cells"]
        assert [cell["cancel_requested"] for cell in cells] == [False, True, True, True]

    async def test_a_finished_batch_has_nothing_to_cancel(self, creator, pool, batch):
        for shot in batch["shots"]:
            await end(pool, shot, RunStatus.CANCELLED)

        answers = [await creator.post(at(batch, verb)) for verb in ("cancel", "pause")]

        assert [answer.json()["type"] for answer in answers] == ["/problems/batch-finished"] * 2

    async def test_many_at_once_cancel_each_shot_once(self, creator, pool, batch):
        verbs = ["cancel", "pause", "resume", "cancel", "rerun", "cancel"]

        answers = await asyncio.gather(*(creator.post(at(batch, verb)) for verb in verbs))

        assert {answer.status_code for answer in answers} <= {200, 202, 409}
        cancelled = [one.run_id for one in await said(pool, ShotCancelled)]
        assert len(cancelled) == len(set(cancelled))
        controls = [one.version for one in await said(pool, QueueControlled)]
        assert controls == list(range(1, len(controls) + 1))


class TestQueue:
    async def test_every_control_says_all_of_it_under_a_new_version(self, creator, pool, batch):
        await creator.post(at(batch, "pause"))
        await creator.post(at(batch, "pause"))
        answer = await creator.patch(f"/api/batches/{batch['id']}", json={"priority": 7})
        await creator.post(at(batch, "resume"))

        assert (answer.json()["status"], answer.json()["priority"]) == ("paused", 7)
        controls = await said(pool, QueueControlled)
        assert {one.batch_id for one in controls} == {batch["id"]}
        assert [(one.version, one.paused, one.priority) for one in controls] == [
            (1, True, 0),
            (2, True, 7),
            (3, False, 7),
        ]

    async def test_cells_that_are_rendered_again_have_the_batchs_priority(
        self, creator, pool, batch
    ):
        await creator.patch(f"/api/batches/{batch['id']}", json={"priority": 7, "name": "mine"})
        await end(pool, batch["shots"][0], RunStatus.FAILED)

        answer = await creator.post(at(batch, "rerun"))

        again = (await said(pool, ShotRequested))[-1]
        assert (again.batch_id, again.priority) == (batch["id"], 7)
        assert answer.json()["name"] == "mine"

    @pytest.mark.parametrize("verb", ["cancel", "pause", "resume", "rerun"])
    async def test_batches_of_others_are_theirs(self, api, viewer, admin, batch, verb):
        _, other = await api.sign_up("otto", Role.CREATOR)

        assert (await viewer.post(at(batch, verb))).status_code == 403
        assert (await other.post(at(batch, verb))).json()["type"] == "/problems/not-yours"
        assert (await other.post(at({"id": 999}, verb))).status_code == 404
        assert (await admin.post(at(batch, verb))).status_code in {200, 202, 409}


class TestLanes:
    async def test_a_lane_is_paused_and_resumed(self, admin, viewer, pool, batch):
        paused = await admin.post("/api/lanes/preview/pause")
        await admin.post("/api/lanes/preview/pause")
        lanes = (await viewer.get("/api/lanes")).json()
        await admin.post("/api/lanes/preview/resume")

        assert paused.json()["paused_at"] is not None
        assert [(one["lane"], one["paused_at"] is None, one["waiting"]) for one in lanes] == [
            ("preview", False, 4),
            ("production", True, 0),
        ]
        controls = await said(pool, QueueControlled)
        assert [(one.lane, one.version, one.paused) for one in controls] == [
            (Lane.PREVIEW, 1, True),
            (Lane.PREVIEW, 2, False),
        ]

    async def test_lanes_and_workers_are_for_administrators(self, admin, creator):
        for path in ("lanes/preview/pause", "lanes/production/resume", "workers/w/drain"):
            assert (await creator.post(f"/api/{path}")).status_code == 403
        assert (await creator.get("/api/audit")).status_code == 403
        assert (await admin.post("/api/lanes/scenic/pause")).status_code == 422


class TestWorkers:
    async def test_a_worker_is_drained_and_resumed(self, admin, pool):
        async with transaction(pool) as tx:
            await on_worker_seen(WorkerSeen(worker="gpu-1", renderer=Renderer.BUILTIN), tx)

        drained = await admin.post("/api/workers/gpu-1/drain")
        await admin.post("/api/workers/gpu-1/drain")
        resumed = await admin.post("/api/workers/gpu-1/resume")

        assert (drained.json()["drain_requested"], drained.json()["draining"]) == (True, False)
        assert resumed.json()["drain_requested"] is False
        said_to = await said(pool, WorkerDrainRequested)
        assert [(one.worker, one.version, one.draining) for one in said_to] == [
            ("gpu-1", 1, True),
            ("gpu-1", 2, True),
            ("gpu-1", 3, False),
        ]
        actions = [one["action"] for one in await audited(admin, subject="worker")]
        assert actions == ["worker.resumed", "worker.drained"]

    async def test_a_worker_nobody_heard_of_is_not_found(self, admin):
        answer = await admin.post("/api/workers/nobody/drain")

        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/worker-not-found")


class TestAudit:
    async def test_it_says_who_did_what_and_what_was_before(self, creator, admin, batch):
        await creator.post(at(batch, "pause"))

        (entry,) = await audited(admin, subject="batch", subject_id=str(batch["id"]))

        assert (entry["action"], entry["by_name"]) == ("batch.paused", "carl")
        assert entry["before"] == {"paused": False, "priority": 0}
        assert entry["after"] == {"paused": True, "priority": 0}

    async def test_lanes_are_in_it(self, admin):
        for verb in ("pause", "pause", "resume", "resume"):
            await admin.post(f"/api/lanes/preview/{verb}")

        entries = await audited(admin, subject="lane")

        said = [
            (one["action"], one["subject_id"], one["by_name"], one["before"], one["after"])
            for one in entries
        ]
        assert said == [
            ("lane.resumed", "preview", "ada", {"paused": True}, {"paused": False}),
            ("lane.paused", "preview", "ada", {"paused": False}, {"paused": True}),
        ]

    async def test_all_that_is_done_to_a_batch_is_in_it(self, creator, admin, pool, batch):
        first, *others = (shot["id"] for shot in batch["shots"])
        for verb in ("pause", "resume", "resume"):
            await creator.post(at(batch, verb))
        await creator.patch(f"/api/batches/{batch['id']}", json={"priority": 7})
        await creator.patch(f"/api/batches/{batch['id']}", json={"name": "no change of the queue"})
        await end(pool, batch["shots"][0], RunStatus.FAILED)
        await creator.post(at(batch, "cancel"))
        await creator.post(at(batch, "cancel"))
        rerun = await creator.post(at(batch, "rerun"), json={"only": "failed"})
        assert rerun.is_success, rerun.text
        again = (await said(pool, ShotRequested))[-1].test_shot_id

        entries = await audited(admin, subject="batch", subject_id=str(batch["id"]))

        assert {one["by_name"] for one in entries} == {"carl"}
        told = [(one["action"], one["before"], one["after"]) for one in reversed(entries)]
        going, paused = {"paused": False, "priority": 0}, {"paused": True, "priority": 0}
        assert told == [
            ("batch.paused", going, paused),
            ("batch.resumed", paused, going),
            ("batch.prioritised", going, {"paused": False, "priority": 7}),
            ("batch.cancelled", None, {"test_shot_ids": others}),
            (
                "batch.rerun",
                None,
                {"only": "failed", "axes": {}, "test_shot_ids": [again]},
            ),
        ]
        assert first not in others

    async def test_shots_scenes_people_and_keys_are_in_it(
        self, creator, admin, pool, catalogue, batch
    ):
        first, second, third, _ = batch["shots"]
        await end(pool, first)
        await end(pool, second, RunStatus.FAILED)
        scene = catalogue.scene_ids[0]
        await creator.post(f"/api/test-shots/{first['id']}/promote", json={"scene_id": scene})
        await creator.delete(f"/api/test-shots/{second['id']}")
        await creator.post(f"/api/test-shots/{third['id']}/cancel")
        await creator.post(f"/api/scenes/{catalogue.scene_ids[1]}/generate")
        await creator.post(f"/api/scenes/{catalogue.scene_ids[1]}/cancel")
        user = (await admin.post("/api/users", json={"name": "new"})).json()
        key = (await admin.post(f"/api/users/{user['id']}/api-keys")).json()
        await admin.patch(f"/api/users/{user['id']}", json={"role": "creator"})
        await admin.delete(f"/api/users/{user['id']}/api-keys/{key['id']}")
        await admin.delete(f"/api/users/{user['id']}")

        entries = await audited(admin)

        assert [entry["action"] for entry in reversed(entries)] == [
            "test-shot.promoted",
            "test-shot.deleted",
            "test-shot.cancelled",
            "scene.cancelled",
            "user.created",
            "api-key.created",
            "user.changed",
            "api-key.revoked",
            "user.deleted",
        ]
        (changed,) = await audited(admin, action="user.changed")
        assert (changed["before"]["role"], changed["after"]["role"]) == ("viewer", "creator")
        assert key["key"] not in str(entries)
        assert len(await audited(admin, by_id=changed["by_id"])) == 5

    async def test_what_was_refused_leaves_no_trace(self, creator, admin, batch):
        await creator.delete(f"/api/test-shots/{batch['shots'][0]['id']}")

        assert await audited(admin) == []

    async def test_it_is_read_page_by_page(self, creator, admin, batch):
        for verb in ("pause", "resume", "pause"):
            await creator.post(at(batch, verb))

        first = (await admin.get("/api/audit", params={"limit": 2})).json()
        rest = (await admin.get("/api/audit", params={"cursor": first["next"]})).json()

        ids = [one["id"] for one in first["items"] + rest["items"]]
        assert ids == sorted(ids, reverse=True)
        assert len(set(ids)) == 3
        assert rest["next"] is None
        assert await audited(admin, until=rest["items"][0]["at"]) == []
        assert len(await audited(admin, since=rest["items"][0]["at"])) == 3
