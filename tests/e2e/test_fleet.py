"""Eight workers and two people: who renders what, when, as workers and dispatchers recorded it."""

from collections import Counter
from itertools import groupby

import pytest

from support.catalogue import LARGE, SMALL, Catalogue
from support.fleet import WORKERS, drained, held_lane
from support.live import Listener

pytestmark = pytest.mark.timeout(150)
#: Test shots of each of two people: more than workers render and stage at once.
EACH = 20


@pytest.fixture
async def catalogue(stack, rest):
    return await Catalogue.create(rest, **SMALL)


def most_at_once(renders):
    """The most workers that rendered at any one moment."""
    return max(
        len({one.worker for one in renders if one.started_at <= at < one.ended_at})
        for at in (render.started_at for render in renders)
    )


async def test_a_batch_of_sixteen_keeps_all_eight_workers_busy_at_once(stack, rest, audit):
    """Slots that are free get work at once: all of them render at the same moment.

    Renders long enough for that on a machine of two cores, which begin together.
    """
    catalogue = await Catalogue.create(rest, **LARGE)
    async with held_lane(rest, audit):
        batch_id, requested = await catalogue.shoot_batch(2 * len(WORKERS))
        await rest.until_only_waits(batch_id, "lane_paused")
    shots = await rest.until_ended(batch_id, timeout_s=120)

    renders = await audit.renders(shots)
    assert len(renders) == len(requested)
    assert {render.worker for render in renders} == set(WORKERS)
    assert most_at_once(renders) == len(WORKERS)
    await audit.shots(requested, scene_type_id=catalogue.scene_type_id)
    await audit.segments(shots)
    await audit.nothing_left_over()


async def test_a_batch_delays_a_colleagues_shot_by_at_most_one_render(
    slow_worker, rest, colleague, audit, catalogue
):
    """Who asks for one shot while every slot is busy with another's batch has the next slot.

    It waits for what is left of one render, not for the one that is staged behind it: none begins
    between the dispatcher's hearing of it and its own.
    """
    others = [name for name in WORKERS if name != slow_worker]
    async with drained(rest, *others), Listener(rest) as heard:
        batch_id, requested = await catalogue.shoot_batch(40)
        await heard.hears(
            lambda event: event.type == "progress" and event.data.get("test_shot_id") in requested
        )
        shot = await catalogue.asked_by(colleague).shoot(seed=41)
        shot = await colleague.until_status(shot["id"], "scored")
        await rest.post(f"/api/batches/{batch_id}/cancel")
        batch = await rest.until_ended(batch_id)

    (its,) = await audit.renders([shot])
    heard_at = await audit.heard_at(shot)
    begun = [render.started_at for render in await audit.renders(batch)]
    assert its.worker == slow_worker
    assert any(at < heard_at for at in begun)
    assert [at for at in begun if heard_at < at < its.started_at] == []
    await audit.nothing_left_over()


async def test_two_people_with_a_batch_each_share_the_workers(rest, colleague, audit, catalogue):
    """Equal users get equal shares of the workers for as long as both have something that waits.

    A render is charged what it is expected to take, and what it took when it ends: on a machine
    that is busy with other things those differ, and by as much may the shares. Jain's index says
    by how much: 1 is equal, 0.5 is one having it all, and 0.95 is the least for equal users.
    """
    await catalogue.finished(1)  # from now on it is known what a render costs
    async with held_lane(rest, audit):
        mine, _ = await catalogue.shoot_batch(EACH)
        theirs, _ = await catalogue.asked_by(colleague).shoot_batch(EACH)
        for batch_id in (mine, theirs):
            await rest.until_only_waits(batch_id, "lane_paused")
    batches = [await rest.until_ended(one, timeout_s=60) for one in (mine, theirs)]

    owner = {shot["run_id"]: number for number, batch in enumerate(batches) for shot in batch}
    had = Counter({0: 0, 1: 0})
    releases = await audit.releases([*batches[0], *batches[1]])
    for _, together in groupby(releases, key=lambda release: release.at):
        had.update(owner[release.run_id] for release in together)
        if EACH in had.values():
            break  # from now on one of them has nothing that waits
    assert had.total() >= 1.5 * EACH, "one of them had all while the other waited"
    assert had.total() ** 2 / (2 * sum(count**2 for count in had.values())) >= 0.95, had
    await audit.nothing_left_over()
