"""Messages in any order and any number: the same end, and only one."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screentest.api.descriptions import Descriptions
from screentest.api.domain.catalogue import Overrides
from screentest.api.domain.shots import TERMINAL
from screentest.api.handlers import chains, shots
from screentest.api.handlers.admitting import Admission
from screentest.api.handlers.progress import (
    on_qa_scored,
    on_render_begun,
    on_run_finished,
    on_segment_failed,
    on_segment_rendered,
)
from screentest.api.store.shots import fetch_shot
from screentest.api.store.users import ensure_admin
from screentest.common.db import transaction
from screentest.common.events import (
    QAScored,
    RunFinished,
    RunStatus,
    SegmentFailed,
    SegmentRendered,
    ShotRequested,
)
from screentest.common.objects import Objects
from support.shots import add_catalogue, failed, finished, rendered, said, scored

HANDLERS = {
    SegmentRendered: on_segment_rendered,
    SegmentFailed: on_segment_failed,
    QAScored: on_qa_scored,
    RunFinished: on_run_finished,
}
BEGUN = "render begun"
#: The order in which a list of messages is heard: a permutation with some heard again.
ORDERS = st.lists(st.integers(0, 30), min_size=10, max_size=20)

many_orders = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


ANYBODY = Admission(
    descriptions=Descriptions(), objects=Objects.open("memory:///"), wait_for_worker=True
)


@pytest.fixture
async def world(pool):
    async with transaction(pool) as tx:
        admin = await ensure_admin(tx, "ada")
    return await add_catalogue(pool, characters=1), admin


async def shot_run(pool, world) -> ShotRequested:
    catalogue, admin = world
    async with transaction(pool) as tx:
        await shots.request_shot(
            tx,
            admin,
            admission=ANYBODY,
            scene_type_id=catalogue.scene_type_id,
            character_id=catalogue.character_ids[0],
            overrides=Overrides(),
        )
    return (await said(pool, ShotRequested))[-1]


async def scene_run(pool, world) -> ShotRequested:
    catalogue, admin = world
    scene_id = await pool.fetchval(
        "insert into scenes (name, scene_type_id, character_id)"
        " select 's', scene_type_id, character_id from scenes where id = $1 returning id",
        catalogue.scene_ids[0],
    )
    async with transaction(pool) as tx:
        await chains.generate(tx, admin, scene_id, admission=ANYBODY, up_to_segment=None)
    return (await said(pool, ShotRequested))[-1]


async def hear(pool, run, messages, order) -> None:
    """Handle ``messages`` as ``order`` says, those it does not name last."""
    picks = [messages[number % len(messages)] for number in order] + messages
    for message in picks:
        async with transaction(pool) as tx:
            if message is BEGUN:
                await on_render_begun(run.run_id, 1, tx)
            else:
                await HANDLERS[type(message)](message, tx)


async def statuses_told(pool, shot_id) -> list[str]:
    return [
        row["data"]["status"]
        for row in await pool.fetch(
            "select data from live_events where type = 'test-shot.changed'"
            " and (data ->> 'id')::bigint = $1 order by id",
            shot_id,
        )
    ]


async def test_a_render_that_was_recalled_did_not_fail(pool, world):
    """Its run waits as before; nothing was spent and nobody is told of a failure."""
    for run in (await shot_run(pool, world), await scene_run(pool, world)):
        recalled = failed(run.run_id).model_copy(update={"code": "recalled"})
        await hear(pool, run, [recalled], [])

    assert await pool.fetchval("select failure from test_shots") is None
    assert await pool.fetchval("select failure from scene_runs") is None
    assert await pool.fetchval("select count(*) from gpu_spending where attempt > 0") == 0


async def ends(pool, shot_id) -> list[str]:
    """The terminal states browsers were told of, each run of equal ones once."""
    told = [status for status in await statuses_told(pool, shot_id) if status in TERMINAL]
    return list(dict.fromkeys(told))


@many_orders
@given(order=ORDERS)
async def test_a_rendered_shot_ends_scored(pool, world, order):
    run = await shot_run(pool, world)
    clip = rendered(run.run_id)
    score = scored(run.run_id, clip.render_id, score=0.7)

    await hear(pool, run, [BEGUN, failed(run.run_id), clip, score, finished(run)], order)

    row = await pool.fetchrow("select * from test_shots where run_id = $1", run.run_id)
    assert (row["status"], row["quality_score"], row["verdict"]) == ("scored", 0.7, "pass")
    assert row["render_id"] == clip.render_id
    shot = await fetch_shot(pool, row["id"])
    assert (shot.gpu_seconds, shot.gpu_seconds_spent) == (3.0, 4.0)
    assert row["output_video_path"] == clip.artefacts.video.key
    assert row["finished_at"] is not None
    assert await ends(pool, row["id"]) == ["scored"]
    assert await pool.fetchval("select count(*) from parked_scores") == 0


@many_orders
@given(order=ORDERS)
async def test_a_run_that_failed_ends_failed(pool, world, order):
    run = await shot_run(pool, world)
    attempts = [failed(run.run_id), failed(run.run_id, retryable=False)]

    await hear(pool, run, [BEGUN, *attempts, finished(run, RunStatus.FAILED, segments=0)], order)

    row = await pool.fetchrow("select * from test_shots where run_id = $1", run.run_id)
    assert row["status"] == "failed"
    assert row["failure"]["code"] == "out_of_memory"
    assert row["failure"]["detail"]["traceback"].endswith("line 496, in execute")
    assert await ends(pool, row["id"]) == ["failed"]


@many_orders
@given(order=ORDERS)
async def test_a_cancel_that_races_the_score_has_one_winner(pool, world, order):
    run = await shot_run(pool, world)
    clip = rendered(run.run_id)
    score = scored(run.run_id, clip.render_id)

    await hear(pool, run, [BEGUN, clip, score, finished(run, RunStatus.CANCELLED)], order)

    row = await pool.fetchrow("select * from test_shots where run_id = $1", run.run_id)
    assert row["status"] in {"scored", "cancelled"}
    assert await ends(pool, row["id"]) == [row["status"]]


@many_orders
@given(order=ORDERS)
async def test_a_score_of_another_render_is_not_taken(pool, world, order):
    run = await shot_run(pool, world)
    clip = rendered(run.run_id)
    own = scored(run.run_id, clip.render_id, score=0.7)
    other = scored(run.run_id, rendered(run.run_id).render_id, score=0.1)

    await hear(pool, run, [clip, other, own], order)

    row = await pool.fetchrow("select * from test_shots where run_id = $1", run.run_id)
    assert (row["status"], row["quality_score"]) == ("scored", 0.7)


@many_orders
@given(order=ORDERS)
async def test_a_scene_ends_with_all_its_segments(pool, world, order):
    run = await scene_run(pool, world)
    clips = [rendered(run.run_id, segment=index) for index in (1, 2, 3)]
    scores = [scored(run.run_id, clip.render_id, segment=clip.segment) for clip in clips]

    await hear(
        pool, run, [BEGUN, failed(run.run_id), *clips, *scores, finished(run, segments=3)], order
    )

    rows = await pool.fetch(
        "select * from scene_segments where scene_id = $1 order by index", run.scene_id
    )
    assert [row["index"] for row in rows] == [1, 2, 3]
    assert [row["render_id"] for row in rows] == [clip.render_id for clip in clips]
    assert all(row["quality_score"] == 0.8 for row in rows)
    ended = await pool.fetchrow("select * from scene_runs where run_id = $1", run.run_id)
    assert (ended["status"], ended["failure"]) == ("completed", None)
    status = await pool.fetchval("select status from scenes where id = $1", run.scene_id)
    assert status == "completed"
