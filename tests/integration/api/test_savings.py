"""Reuse as people see it, and what it, promotion and halts save."""

from datetime import UTC, datetime, timedelta

import pytest

from screentest.api.handlers.progress import on_qa_scored, on_run_finished, on_segment_rendered
from screentest.api.handlers.promotions import on_shot_promoted
from screentest.common.db import transaction
from screentest.common.events import PromotionRequested, RunStatus, ShotRequested
from support.shots import add_catalogue, finished, promoted, rendered, said, scored


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool)


@pytest.fixture
def shot_path(catalogue):
    return f"/api/scenes/{catalogue.scene_ids[0]}/test-shot"


def reused(run_id, *, cost_s=3.0):
    """A segment that the dispatcher took from a render that had cost that much."""
    changes = {"reused": True, "gpu_seconds": 0.0, "gpu_seconds_saved": cost_s}
    return rendered(run_id).model_copy(update=changes)


async def hear(pool, handle, event):
    async with transaction(pool) as tx:
        await handle(event, tx)


async def savings(client, **query):
    answer = await client.get("/api/stats/savings", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestFresh:
    @pytest.mark.parametrize(("body", "fresh"), [(None, False), ({"fresh": True}, True)])
    async def test_of_a_shot(self, creator, pool, shot_path, body, fresh):
        await creator.post(shot_path, json=body)

        (asked,) = await said(pool, ShotRequested)
        assert asked.fresh is fresh

    async def test_of_a_batch(self, creator, pool, catalogue):
        body = {"scene_type_id": catalogue.scene_type_id, "fresh": True}
        body["character_ids"] = catalogue.character_ids
        answer = await creator.post("/api/test-shots/batch", json=body)

        assert answer.is_success, answer.text
        assert all(asked.fresh for asked in await said(pool, ShotRequested))

    async def test_of_a_scene(self, creator, pool, catalogue):
        scene = f"/api/scenes/{catalogue.scene_ids[0]}"
        await creator.post(f"{scene}/generate", json={"fresh": True})

        (asked,) = await said(pool, ShotRequested)
        assert asked.fresh


async def test_a_reused_shot_says_so_and_counts_once(creator, pool, shot_path):
    shot = (await creator.post(shot_path)).json()
    event = reused(shot["run_id"])
    await hear(pool, on_segment_rendered, event)
    await hear(pool, on_segment_rendered, event)

    shot = (await creator.get(f"/api/test-shots/{shot['id']}")).json()
    assert (shot["status"], shot["reused"], shot["gpu_seconds"]) == ("rendered", True, 0)
    total = (await savings(creator))["total"]
    assert total["reuse"] == {"gpu_seconds": 3.0, "times": 1}
    assert total["gpu_seconds"] == 3.0


async def test_a_reused_segment_of_a_scene_says_so(creator, pool, catalogue):
    scene = f"/api/scenes/{catalogue.scene_ids[0]}"
    await creator.post(f"{scene}/generate")
    (asked,) = await said(pool, ShotRequested)

    await hear(pool, on_segment_rendered, reused(asked.run_id))
    await hear(pool, on_segment_rendered, rendered(asked.run_id, segment=2))

    chain = (await creator.get(scene)).json()["chain"]
    assert [segment["reused"] for segment in chain["segments"][:2]] == [True, False]


async def test_promoting_a_reused_shot_saves_what_rendering_it_had_cost(
    creator, pool, catalogue, shot_path
):
    shot = (await creator.post(shot_path)).json()
    event = reused(shot["run_id"], cost_s=5.0)
    await hear(pool, on_segment_rendered, event)
    await hear(pool, on_qa_scored, scored(shot["run_id"], event.render_id))

    answer = await creator.post(
        f"/api/test-shots/{shot['id']}/promote", json={"scene_id": catalogue.scene_ids[0]}
    )

    assert answer.status_code == 202, answer.text
    (asked,) = await said(pool, PromotionRequested)
    assert (asked.artefacts, asked.gpu_seconds) == (event.artefacts, 5.0)
    await hear(pool, on_shot_promoted, promoted(asked))
    total = (await savings(creator))["total"]
    assert total["reuse"] == total["promotion"] == {"gpu_seconds": 5.0, "times": 1}
    assert total["gpu_seconds"] == 10.0


async def test_a_halted_chain_saves_what_was_left_of_it(creator, pool, catalogue):
    await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/generate")
    (asked,) = await said(pool, ShotRequested)
    halted = finished(asked, RunStatus.HALTED_BY_QA)

    for _ in range(2):
        event = halted.model_copy(update={"gpu_seconds_saved": 40.0})
        await hear(pool, on_run_finished, event)

    assert (await savings(creator))["total"]["halt"] == {"gpu_seconds": 40.0, "times": 1}


async def test_savings_outlive_the_shot_they_are_of(creator, pool, shot_path):
    shot = (await creator.post(shot_path)).json()
    event = reused(shot["run_id"])
    await hear(pool, on_segment_rendered, event)
    await hear(pool, on_qa_scored, scored(shot["run_id"], event.render_id))

    assert (await creator.delete(f"/api/test-shots/{shot['id']}")).status_code == 204

    assert (await savings(creator))["total"]["reuse"]["times"] == 1


async def test_savings_since_a_moment(creator, pool, shot_path):
    for _ in range(2):
        shot = (await creator.post(shot_path)).json()
        await hear(pool, on_segment_rendered, reused(shot["run_id"]))
    await pool.execute(
        "update savings set saved_at = now() - interval '2 days' "
        "where cause = (select cause from savings limit 1)"
    )

    report = await savings(creator, since=(datetime.now(UTC) - timedelta(days=1)).isoformat())

    assert report["total"]["reuse"]["times"] == 2
    assert report["since_then"]["reuse"] == {"gpu_seconds": 3.0, "times": 1}
    assert (await savings(creator))["since_then"] is None


async def test_a_moment_without_a_time_zone_is_refused(creator):
    answer = await creator.get("/api/stats/savings", params={"since": "2026-11-01T00:00:00"})

    assert answer.status_code == 422
