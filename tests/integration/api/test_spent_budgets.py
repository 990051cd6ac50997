"""A budget that is spent holds what waits, until it is raised or the day ends."""

import asyncio
from uuid import UUID

import pytest

from screentest.api.domain.users import Role
from screentest.api.handlers.holding import follow_spending, hold_spent
from screentest.api.handlers.progress import on_segment_failed, on_segment_rendered
from screentest.common.db import transaction
from screentest.common.events import QueueControlled
from support.shots import failed, hear, rendered, said
from support.waiting import until


@pytest.fixture
def shoot(catalogue):
    async def ask(client, **body):
        path = f"/api/scene-types/{catalogue.scene_type_id}/test-shot"
        asked = {"character_id": catalogue.character_ids[0], "fresh": True, **body}
        return await client.post(path, json=asked)

    return ask


async def limit(admin, gpu_seconds, path="global", **more):
    body = {"gpu_seconds_per_day": gpu_seconds, **more}
    answer = await admin.put(f"/api/budgets/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def spend(pool, shot, gpu_seconds):
    await hear(pool, on_segment_rendered, rendered(UUID(shot["run_id"]), gpu_seconds=gpu_seconds))


async def controls(pool):
    """What the dispatcher is told by now, newest last."""
    async with transaction(pool) as tx:
        await hold_spent(tx)
    return await said(pool, QueueControlled)


async def test_what_waits_is_held_once_actuals_pass_the_limit_and_is_told_why(
    api, admin, pool, shoot
):
    """Both were accepted, and the first cost more than both were expected to."""
    carla, client = await api.sign_up("carla", Role.CREATOR)
    await limit(admin, 100.0, f"users/{carla.id}", unknown_render_s=40.0)
    first = (await shoot(client)).json()
    assert (await shoot(client)).status_code == 202
    assert await controls(pool) == []

    await spend(pool, first, 120.0)

    (control,) = await controls(pool)
    assert (control.user_id, control.everybody, control.paused) == (carla.id, False, True)
    assert control.reason == (
        "the budget of carla is spent: 120 of 100 GPU seconds today; "
        "goes on at 00:00 UTC or when the budget is raised"
    )
    assert await controls(pool) == [control], "it is said once"
    assert (await client.get("/api/budgets/me")).json()["own"]["is_spent"] is True


async def test_attempts_that_failed_are_spent_as_well(admin, creator, pool, shoot):
    await limit(admin, 1.0, unknown_render_s=1.0)
    shot = (await shoot(creator)).json()
    await hear(pool, on_segment_failed, failed(UUID(shot["run_id"])))

    (control,) = await controls(pool)
    assert (control.user_id, control.everybody, control.paused) == (None, True, True)
    assert control.reason.startswith("everybody's budget is spent: 1 of 1 GPU seconds")


@pytest.mark.parametrize("how", ["raised", "lifted", "a new day"])
async def test_it_goes_on(admin, creator, pool, shoot, how):
    await limit(admin, 100.0)
    await spend(pool, (await shoot(creator)).json(), 100.0)
    (held,) = await controls(pool)

    if how == "raised":
        await limit(admin, 101.0)
    elif how == "lifted":
        assert (await admin.delete("/api/budgets/global")).status_code == 204
    else:
        await pool.execute("update gpu_spending set at = at - interval '1 day'")
        await controls(pool)

    freed = (await said(pool, QueueControlled))[1:]
    assert [(one.paused, one.reason, one.everybody) for one in freed] == [(False, "", True)]
    assert freed[0].version == held.version + 1


async def test_a_limit_that_is_lowered_below_what_is_spent_holds_at_once(
    admin, creator, pool, shoot
):
    await spend(pool, (await shoot(creator)).json(), 50.0)
    assert await controls(pool) == []
    await limit(admin, 50.0)

    assert [one.paused for one in await said(pool, QueueControlled)] == [True]
    assert (await shoot(creator)).status_code == 402


async def test_a_budget_that_was_lifted_and_is_set_again_goes_on_counting_versions(
    admin, creator, pool, shoot
):
    """The dispatcher heeds the newest version: none is used twice."""
    for _ in range(2):
        await limit(admin, 0.0)
        await admin.delete("/api/budgets/global")

    controls = [(one.version, one.paused) for one in await said(pool, QueueControlled)]
    assert controls == [(1, True), (2, False), (3, True), (4, False)]


async def test_what_a_deleted_user_left_waiting_is_let_go(api, admin, pool):
    carla, _ = await api.sign_up("carla", Role.CREATOR)
    await limit(admin, 0.0, f"users/{carla.id}")
    await admin.delete(f"/api/users/{carla.id}")

    assert [one.paused for one in await controls(pool)] == [True, False]


async def test_it_is_noticed_without_anybody_asking(admin, creator, pool, settings, shoot):
    await limit(admin, 100.0)
    shot = (await shoot(creator)).json()
    following = asyncio.create_task(follow_spending(pool, settings.pg_dsn))
    try:
        await spend(pool, shot, 100.0)
        await until(lambda: said(pool, QueueControlled), what="the budget to be followed")
    finally:
        following.cancel()
        await asyncio.wait({following})


async def test_two_replicas_say_it_once(admin, creator, pool, shoot):
    await limit(admin, 100.0)
    await spend(pool, (await shoot(creator)).json(), 100.0)

    await asyncio.gather(*(controls(pool) for _ in range(4)))

    assert len(await said(pool, QueueControlled)) == 1


async def test_what_nobody_knows_the_price_of_is_accepted_while_something_is_left(
    admin, creator, pool, shoot
):
    """The budget counts unknown renders with nothing; that makes none of them free."""
    await limit(admin, 10.0, unknown_render_s=0.0)
    first = await shoot(creator)
    assert first.status_code == 202
    await spend(pool, first.json(), 10.0)
    await pool.execute("delete from render_samples")

    refused = await shoot(creator)

    assert refused.status_code == 402
    assert refused.json()["type"] == "/problems/budget-exceeded"
