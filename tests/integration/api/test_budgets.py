"""Budgets: what is spent, what is reserved, and requests that would pass the limit."""

import asyncio
from uuid import UUID

import pytest

from screentest.api.domain.users import Role
from screentest.api.handlers.progress import on_run_finished, on_segment_failed, on_segment_rendered
from screentest.common.events import RunStatus, ShotRequested
from support.shots import add_catalogue, failed, finished, hear, rendered, said


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=3)


@pytest.fixture
def shot_of(catalogue):
    def ask(client, **body):
        path = f"/api/scene-types/{catalogue.scene_type_id}/test-shot"
        asked = {"character_id": catalogue.character_ids[0], "fresh": True, **body}
        return client.post(path, json=asked)

    return ask


async def limit(admin, gpu_seconds, *, path="global", unknown_render_s=60.0):
    body = {"gpu_seconds_per_day": gpu_seconds, "unknown_render_s": unknown_render_s}
    answer = await admin.put(f"/api/budgets/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def mine(client):
    return (await client.get("/api/budgets/me")).json()


async def test_what_would_pass_the_limit_is_refused_and_leaves_nothing(
    admin, creator, pool, shot_of
):
    await limit(admin, 100.0)
    first = await shot_of(creator)
    second = await shot_of(creator)

    assert first.status_code == 202
    assert second.status_code == 402
    problem = second.json()
    assert problem["type"] == "/problems/budget-exceeded"
    assert (problem["wanted_s"], problem["left_s"], problem["gpu_seconds_per_day"]) == (60, 40, 100)
    assert problem["resets_at"].endswith("T00:00:00+00:00")
    assert "everybody's budget has 40 s left of 100 s a day" in problem["detail"]
    assert len(await said(pool, ShotRequested)) == 1
    assert await pool.fetchval("select count(*) from test_shots") == 1
    assert await pool.fetchval("select count(*) from run_costs") == 1


async def test_a_batch_is_accepted_as_a_whole_or_not_at_all(admin, creator, catalogue, pool):
    await limit(admin, 179.0)
    body = {"scene_type_id": catalogue.scene_type_id, "character_ids": catalogue.character_ids}
    refused = await creator.post("/api/test-shots/batch", json=body)
    await limit(admin, 180.0)
    accepted = await creator.post("/api/test-shots/batch", json=body)

    assert (refused.status_code, accepted.status_code) == (402, 202)
    assert (await mine(creator))["everybody"]["reserved_s"] == 180.0


async def test_a_scene_reserves_every_segment_it_asks_for(admin, creator, catalogue):
    await limit(admin, 179.0, path="global")
    path = f"/api/scenes/{catalogue.scene_ids[0]}/generate"

    assert (await creator.post(path)).status_code == 402
    assert (await creator.post(path, json={"up_to_segment": 2})).status_code == 202
    assert (await mine(creator))["left_s"] == 59.0


async def test_a_budget_of_ones_own_binds_nobody_else(api, admin, shot_of):
    poor, poor_client = await api.sign_up("poor", Role.CREATOR)
    _, rich_client = await api.sign_up("rich", Role.CREATOR)
    await limit(admin, 0.0, path=f"users/{poor.id}")

    refused = await shot_of(poor_client)
    assert refused.status_code == 402
    assert "the budget of poor" in refused.json()["detail"]
    assert (await shot_of(rich_client)).status_code == 202
    everybody = await mine(rich_client)
    assert everybody["own"]["gpu_seconds_per_day"] is None
    assert everybody["own"]["reserved_s"] == 60.0
    assert everybody["left_s"] is None


async def test_what_was_spent_is_what_attempts_took_and_a_run_that_ended_reserves_nothing(
    admin, creator, pool, shot_of
):
    await limit(admin, 1000.0, unknown_render_s=50.0)
    shot = (await shot_of(creator)).json()
    run_id = UUID(shot["run_id"])
    assert (await mine(creator))["own"]["reserved_s"] == 60.0, "no budget of their own: the default"
    assert (await mine(creator))["everybody"]["reserved_s"] == 50.0

    await hear(pool, on_segment_failed, failed(run_id))
    clip = rendered(run_id)
    await hear(pool, on_segment_rendered, clip)
    await hear(pool, on_segment_rendered, clip)
    now = (await mine(creator))["everybody"]
    assert (now["spent_s"], now["reserved_s"], now["left_s"]) == (4.0, 0.0, 996.0)

    (asked,) = await said(pool, ShotRequested)
    await hear(pool, on_run_finished, finished(asked))
    await hear(pool, on_run_finished, finished(asked))
    assert (await mine(creator))["own"]["spent_s"] == 4.0


async def test_what_lost_workers_spent_counts_and_teaches_nothing(creator, pool, shot_of):
    shot = (await shot_of(creator)).json()
    run_id = UUID(shot["run_id"])
    lost = {"lost_gpu_seconds": 30.0}
    await hear(pool, on_segment_failed, failed(run_id).model_copy(update=lost))
    clip = rendered(run_id).model_copy(update=lost)
    await hear(pool, on_segment_rendered, clip)

    assert (await mine(creator))["own"]["spent_s"] == 4.0 + 2 * 30
    assert await pool.fetchval("select gpu_seconds from render_samples") == clip.gpu_seconds


async def test_the_end_of_a_run_tells_what_a_cancelled_render_had_cost(creator, pool, shot_of):
    await shot_of(creator)
    (asked,) = await said(pool, ShotRequested)
    await hear(pool, on_run_finished, finished(asked, RunStatus.CANCELLED))

    own = (await mine(creator))["own"]
    assert (own["spent_s"], own["reserved_s"]) == (4.0, 0.0)


async def test_a_shot_a_batch_and_a_scene_say_what_was_spent_on_them(creator, pool, catalogue):
    """A render that was cancelled is told of after its run has ended, and was paid for as well."""
    body = {"scene_type_id": catalogue.scene_type_id, "character_ids": catalogue.character_ids[:1]}
    batch = (await creator.post("/api/test-shots/batch", json=body)).json()
    scene = f"/api/scenes/{catalogue.scene_ids[0]}"
    await creator.post(f"{scene}/generate")
    for asked in await said(pool, ShotRequested):
        ended = finished(asked, RunStatus.CANCELLED).model_copy(update={"gpu_seconds": 0.0})
        await hear(pool, on_run_finished, ended)
        cut_short = failed(asked.run_id, retryable=False)
        cut_short = cut_short.model_copy(update={"code": "cancelled", "gpu_seconds": 7.0})
        await hear(pool, on_segment_failed, cut_short)

    shown = (await creator.get(f"/api/batches/{batch['id']}")).json()
    chain = (await creator.get(scene)).json()["chain"]
    assert shown["shots"][0]["gpu_seconds_spent"] == 7.0
    assert shown["gpu_seconds"] == 7.0
    assert chain["run"]["gpu_seconds_spent"] == 7.0
    assert (await mine(creator))["own"]["spent_s"] == 14.0


@pytest.mark.parametrize("is_end_first", [True, False])
async def test_the_end_and_a_late_attempt_add_up_either_way_round(
    creator, pool, shot_of, is_end_first
):
    """The run cost 4 s in all; the attempts that are heard of took 3 s and 1 s of them."""
    await shot_of(creator)
    (asked,) = await said(pool, ShotRequested)
    heard = [
        (on_segment_failed, failed(asked.run_id)),
        (on_segment_rendered, rendered(asked.run_id)),
    ]
    end = (on_run_finished, finished(asked))
    for handler, event in [end, *heard] if is_end_first else [*heard, end]:
        await hear(pool, handler, event)

    assert (await mine(creator))["own"]["spent_s"] == 4.0


async def test_a_reused_render_spends_nothing(creator, pool, shot_of):
    shot = (await shot_of(creator)).json()
    clip = rendered(UUID(shot["run_id"]), gpu_seconds=0.0).model_copy(update={"reused": True})
    await hear(pool, on_segment_rendered, clip)

    own = (await mine(creator))["own"]
    assert (own["spent_s"], own["reserved_s"]) == (0.0, 0.0)


async def test_what_was_spent_yesterday_does_not_count_today(creator, pool, shot_of):
    shot = (await shot_of(creator)).json()
    await hear(pool, on_segment_rendered, rendered(UUID(shot["run_id"])))
    await pool.execute("update gpu_spending set at = at - interval '1 day'")

    assert (await mine(creator))["own"]["spent_s"] == 0.0


async def test_what_a_deleted_user_spent_still_counts_for_everybody(api, admin, pool, shot_of):
    user, client = await api.sign_up("gone", Role.CREATOR)
    shot = (await shot_of(client)).json()
    await hear(pool, on_segment_rendered, rendered(UUID(shot["run_id"])))
    await admin.delete(f"/api/users/{user.id}")

    assert (await admin.get("/api/budgets/global")).json()["spent_s"] == 3.0


async def test_requests_at_once_never_spend_the_same_seconds(api, admin, pool, shot_of):
    """Ten people ask at the same moment, and there are seconds for three."""
    clients = [(await api.sign_up(f"user {n}", Role.CREATOR))[1] for n in range(10)]
    await limit(admin, 190.0)

    answers = await asyncio.gather(*(shot_of(client) for client in clients))

    codes = sorted(answer.status_code for answer in answers)
    assert codes == [202] * 3 + [402] * 7
    assert len(await said(pool, ShotRequested)) == 3


async def test_a_lifted_budget_limits_nothing(api, admin, creator, shot_of):
    await limit(admin, 0.0)
    assert (await shot_of(creator)).status_code == 402
    assert (await admin.delete("/api/budgets/global")).status_code == 204
    assert (await shot_of(creator)).status_code == 202

    again = await admin.delete("/api/budgets/global")
    assert again.status_code == 404
    assert again.json()["type"] == "/problems/budget-not-found"


async def test_a_raised_budget_counts_from_the_next_request(api, admin, shot_of):
    user, client = await api.sign_up("carla", Role.CREATOR)
    await limit(admin, 0.0, path=f"users/{user.id}")
    assert (await shot_of(client)).status_code == 402
    await limit(admin, 60.0, path=f"users/{user.id}")
    assert (await shot_of(client)).status_code == 202

    standing = (await admin.get(f"/api/budgets/users/{user.id}")).json()
    assert (standing["user_name"], standing["left_s"]) == ("carla", 0.0)


async def test_all_budgets_are_listed_everybodys_first(api, admin):
    user, _ = await api.sign_up("carla", Role.CREATOR)
    assert (await admin.get("/api/budgets")).json() == []
    await limit(admin, 5.0, path=f"users/{user.id}")
    await limit(admin, 10.0)

    listed = (await admin.get("/api/budgets")).json()
    assert [(one["user_id"], one["gpu_seconds_per_day"]) for one in listed] == [
        (None, 10.0),
        (user.id, 5.0),
    ]
    assert (await admin.delete(f"/api/budgets/users/{user.id}")).status_code == 204
    assert len((await admin.get("/api/budgets")).json()) == 1


async def test_only_administrators_set_budgets_and_everybody_sees_their_own(viewer, creator):
    body = {"gpu_seconds_per_day": 1}
    assert (await creator.put("/api/budgets/global", json=body)).status_code == 403
    assert (await creator.delete("/api/budgets/global")).status_code == 403
    assert (await creator.get("/api/budgets")).status_code == 403
    assert (await viewer.get("/api/budgets/me")).status_code == 200


@pytest.mark.parametrize("wrong", [-1, "much", None, 1e12])
async def test_a_limit_is_a_number_of_seconds(admin, wrong):
    answer = await admin.put("/api/budgets/global", json={"gpu_seconds_per_day": wrong})

    assert answer.status_code == 422


async def test_a_user_who_is_not_there_has_no_budget(admin):
    assert (await admin.get("/api/budgets/users/999")).status_code == 404
    body = {"gpu_seconds_per_day": 1}
    assert (await admin.put("/api/budgets/users/999", json=body)).status_code == 404
    assert (await admin.delete("/api/budgets/users/999")).status_code == 404


async def test_setting_and_lifting_are_in_the_audit(admin, pool):
    await limit(admin, 5.0)
    await limit(admin, 7.0)
    await admin.delete("/api/budgets/global")

    rows = await pool.fetch(
        "select action, before, after from audit where subject = 'budget' order by id"
    )
    limits = [
        (row["action"], *(side and side["gpu_seconds_per_day"] for side in row[1:])) for row in rows
    ]
    assert limits == [
        ("budget.set", None, 5.0),
        ("budget.set", 5.0, 7.0),
        ("budget.lifted", 7.0, None),
    ]


async def test_the_users_weight_is_said_with_their_requests(api, admin, pool, shot_of):
    user, client = await api.sign_up("carla", Role.CREATOR)
    changed = await admin.patch(f"/api/users/{user.id}", json={"weight": 2.5})
    await shot_of(client)

    assert changed.json()["weight"] == 2.5
    assert (await said(pool, ShotRequested))[-1].weight == 2.5
    for wrong in (0, -1, 101):
        answer = await admin.patch(f"/api/users/{user.id}", json={"weight": wrong})
        assert answer.status_code == 422
