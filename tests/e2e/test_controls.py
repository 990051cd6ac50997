"""What people hold back or end, through REST: who heeds it, what it says, what the audit keeps."""

from datetime import datetime
from http import HTTPStatus

import pytest

from support.catalogue import SMALL, Catalogue
from support.fleet import WORKERS, drained, held_lane
from support.live import Listener
from support.rest import ENDED

pytestmark = pytest.mark.timeout(150)
#: Where one worker takes work: one to render, one to stage, and others that wait meanwhile.
SHOTS = 12


@pytest.fixture
async def catalogue(stack, rest):
    return await Catalogue.create(rest, **SMALL)


def facts(act):
    return act["action"], act["by_name"], act["before"], act["after"]


async def begun_before(audit, shots, act):
    """The runs whose render began before something was done."""
    moment = datetime.fromisoformat(act["at"])
    return {one.run_id for one in await audit.renders(shots) if one.started_at < moment}


def runs_of(shots):
    return {shot["run_id"] for shot in shots}


async def test_a_paused_lane_begins_nothing_and_the_other_goes_on(rest, audit, catalogue):
    """What renders is finished; no run of the lane begins until it is resumed, and none is lost."""
    acts_before = len(await rest.acts("lane", "preview"))
    scene_id = await catalogue.add_scene()
    async with drained(rest, *WORKERS[1:]):
        batch_id, requested = await catalogue.shoot_batch(SHOTS)
        async with held_lane(rest, audit):
            held = await rest.until_only_waits(batch_id, "lane_paused")
            scene = await rest.generate(scene_id, up_to_segment=1, fresh=True)
    shots = await rest.until_ended(batch_id, timeout_s=60)

    assert scene["chain"]["rendered_segments"] == 1
    assert {shot["waiting"]["reason"] for shot in held} == {"the preview lane is paused"}
    paused, resumed = (await rest.acts("lane", "preview"))[acts_before:]
    assert facts(paused) == ("lane.paused", "admin", {"paused": False}, {"paused": True})
    assert facts(resumed) == ("lane.resumed", "admin", {"paused": True}, {"paused": False})
    assert await begun_before(audit, shots, resumed) == runs_of(shots) - runs_of(held)
    await audit.shots(requested, scene_type_id=catalogue.scene_type_id)
    await audit.nothing_left_over()


async def test_a_paused_batch_lets_others_go_first_until_it_is_resumed(
    rest, colleague, audit, catalogue
):
    """No cell of a paused batch begins; everybody's other shots do, at once."""
    async with drained(rest, *WORKERS[1:]):
        batch_id, requested = await catalogue.shoot_batch(SHOTS)
        await rest.post(f"/api/batches/{batch_id}/pause")
        held = await rest.until_only_waits(batch_id, "batch_paused")
        seen = (await colleague.get(f"/api/batches/{batch_id}"))["status"]
        shot = await catalogue.asked_by(colleague).shoot(seed=SHOTS)
        await colleague.until_status(shot["id"], "scored")
    await rest.post(f"/api/batches/{batch_id}/resume")
    shots = await rest.until_ended(batch_id, timeout_s=60)

    assert seen == "paused"
    assert {one["waiting"]["reason"] for one in held} == {f"batch {batch_id} is paused"}
    off, on = {"paused": False, "priority": 0}, {"paused": True, "priority": 0}
    paused, resumed = await rest.acts("batch", batch_id)
    assert facts(paused) == ("batch.paused", "admin", off, on)
    assert facts(resumed) == ("batch.resumed", "admin", on, off)
    assert await begun_before(audit, shots, resumed) == runs_of(shots) - runs_of(held)
    await audit.shots([*requested, shot["id"]], scene_type_id=catalogue.scene_type_id)
    await audit.nothing_left_over()


async def test_a_cancelled_batch_ends_in_every_state(rest, audit, catalogue):
    """What waits, is staged or renders ends as cancelled and only that; what was scored stays."""
    async with drained(rest, *WORKERS[2:]), Listener(rest) as heard:
        batch_id, requested = await catalogue.shoot_batch(SHOTS)
        await heard.hears(
            lambda event: event.data.get("id") in requested and event.data.get("status") == "scored"
        )
        await rest.post(f"/api/batches/{batch_id}/cancel")
        shots = await rest.until_ended(batch_id)
        await audit.nothing_left_over()
        audit.one_end_each(shots, heard)

    (act,) = await rest.acts("batch", batch_id)
    ends = {status: {s["id"] for s in shots if s["status"] == status} for status in ENDED}
    begun = {render.run_id for render in await audit.renders(shots)}
    begun_ids = {shot["id"] for shot in shots if shot["run_id"] in begun}
    assert facts(act)[:2] == ("batch.cancelled", "admin")
    assert ends["cancelled"] | ends["scored"] == set(requested)
    assert ends["cancelled"] <= set(act["after"]["test_shot_ids"])
    assert ends["cancelled"] & begun_ids, "none was stopped in the middle of its render"
    assert ends["cancelled"] - begun_ids, "none was ended while it waited"
    too_late = await rest.ask("POST", f"/api/batches/{batch_id}/cancel")
    assert too_late.status_code == HTTPStatus.CONFLICT
    assert too_late.json()["type"] == "/problems/batch-finished"


async def test_a_drained_worker_finishes_what_it_has_and_takes_no_more(rest, audit, catalogue):
    """A worker that is told to drain in the middle of a render loses nothing and begins nothing."""
    name = WORKERS[0]
    acts_before = len(await rest.acts("worker", name))
    async with Listener(rest) as heard:
        first_id, requested = await catalogue.shoot_batch(2 * len(WORKERS))
        progress = await heard.hears(
            lambda event: event.type == "progress" and event.data["worker"] == name
        )
        async with drained(rest, name):
            second_id, more = await catalogue.shoot_batch(
                [{"name": f"{n}", "seed": 2 * len(WORKERS) + n} for n in range(len(WORKERS))]
            )
            second = await rest.until_ended(second_id, timeout_s=60)
            first = await rest.until_ended(first_id)

    assert progress.data["test_shot_id"] in requested
    (its,) = (shot for shot in first if shot["id"] == progress.data["test_shot_id"])
    assert (its["worker"], await audit.workers_lost(its["run_id"])) == (name, 0)
    assert name not in {render.worker for render in await audit.renders(second)}
    off, on = {"draining": False}, {"draining": True}
    acts = (await rest.acts("worker", name))[acts_before:]
    assert [facts(act) for act in acts] == [
        ("worker.drained", "admin", off, on),
        ("worker.resumed", "admin", on, off),
    ]
    await audit.shots([*requested, *more], scene_type_id=catalogue.scene_type_id)
    await audit.nothing_left_over()


async def test_while_all_workers_drain_a_shot_waits_and_says_why(rest, audit, catalogue):
    """Nothing is rendered and nothing fails; the first worker that is back renders it."""
    async with drained(rest, *WORKERS):
        shot = await catalogue.shoot(seed=1)
        held = await rest.until_waits(shot["id"], "workers_draining")
        await rest.post(f"/api/workers/{WORKERS[3]}/resume")
        shot = await rest.until_status(shot["id"], "scored")

    assert held["waiting"]["reason"] == "every live worker that renders with builtin is draining"
    assert shot["worker"] == WORKERS[3]
    await audit.nothing_left_over()


async def test_a_budget_that_is_used_up_stops_requests_until_it_is_raised(
    rest, colleague, audit, catalogue
):
    """Who has spent the seconds of the day is refused before anything is stored, and told why."""
    user_id = (await colleague.get("/api/me"))["id"]
    path = f"/api/budgets/users/{user_id}"
    catalogue = catalogue.asked_by(colleague)

    async def limit(seconds):
        body = {"gpu_seconds_per_day": seconds, "unknown_render_s": 0.5}
        assert (await rest.ask("PUT", path, json=body)).status_code == HTTPStatus.OK

    async def ask(seed):
        body = {"character_id": catalogue.character_id, "seed": seed, "fresh": True}
        of = f"/api/scene-types/{catalogue.scene_type_id}/test-shot"
        return await colleague.ask("POST", of, json=body)

    await limit(1.0)
    first = await colleague.until_status((await ask(1)).json()["id"], "scored")
    refused = await ask(2)
    left = (await colleague.get("/api/budgets/me"))["own"]
    await limit(100.0)
    second = await colleague.until_status((await ask(2)).json()["id"], "scored")

    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (
        HTTPStatus.PAYMENT_REQUIRED,
        "/problems/budget-exceeded",
    )
    assert (problem["left_s"], problem["gpu_seconds_per_day"]) == (0, 1)
    assert (left["spent_s"], left["reserved_s"]) == (pytest.approx(first["gpu_seconds"]), 0)
    acts = [facts(act)[::3] for act in await rest.acts("budget", user_id)]
    assert acts == [
        ("budget.set", {"gpu_seconds_per_day": limit_s, "unknown_render_s": 0.5})
        for limit_s in (1, 100)
    ]
    requested = [first["id"], second["id"]]
    await audit.shots(requested, scene_type_id=catalogue.scene_type_id)
    await audit.nothing_left_over()
