"""Reuse as people see it, and what it, promotion and halts save."""

from datetime import UTC, datetime, timedelta

import pytest

from screentest.api.domain.users import Role
from screentest.api.handlers.progress import (
    on_qa_scored,
    on_run_finished,
    on_segment_failed,
    on_segment_rendered,
)
from screentest.api.handlers.promotions import on_shot_promoted
from screentest.common.events import PromotionRequested, RunStatus, ShotRequested
from support.shots import add_catalogue, failed, finished, hear, promoted, rendered, said, scored


@pytest.fixture
def shot_path(catalogue):
    return f"/api/scenes/{catalogue.scene_ids[0]}/test-shot"


def reused(run_id, *, cost_s=3.0):
    """A segment that the dispatcher took from a render that had cost that much."""
    changes = {"reused": True, "gpu_seconds": 0.0, "gpu_seconds_saved": cost_s}
    return rendered(run_id).model_copy(update=changes)


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


async def test_a_halt_of_a_chain_that_goes_on_saved_nothing(creator, pool, catalogue):
    """One chain is halted with 8 segments left, goes on, and is halted with 7 left: 7 are saved."""
    scene = f"/api/scenes/{catalogue.scene_ids[0]}"
    for cost in (8.0, 7.0):
        assert (await creator.post(f"{scene}/generate")).status_code == 202
        assert (await savings(creator))["total"]["halt"] == {"gpu_seconds": 0.0, "times": 0}
        asked = (await said(pool, ShotRequested))[-1]
        halted = finished(asked, RunStatus.HALTED_BY_QA)
        await hear(pool, on_run_finished, halted.model_copy(update={"gpu_seconds_saved": cost}))

    assert (await savings(creator))["total"]["halt"] == {"gpu_seconds": 7.0, "times": 1}


async def test_halts_of_other_scenes_stay_counted(creator, pool):
    catalogue = await add_catalogue(pool, characters=2)
    first, second = (f"/api/scenes/{scene_id}/generate" for scene_id in catalogue.scene_ids)
    await creator.post(first)
    (asked,) = await said(pool, ShotRequested)
    halted = finished(asked, RunStatus.HALTED_BY_QA)
    await hear(pool, on_run_finished, halted.model_copy(update={"gpu_seconds_saved": 8.0}))

    await creator.post(second)

    assert (await savings(creator))["total"]["halt"] == {"gpu_seconds": 8.0, "times": 1}


@pytest.mark.parametrize("is_result_first", [True, False])
async def test_who_gets_a_render_that_was_given_up_pays_for_it(
    api, pool, shot_path, is_result_first
):
    """One render and one who has it: it is spent once, and by them, whatever is heard first."""
    _, first = await api.sign_up("first", Role.CREATOR)
    _, second = await api.sign_up("second", Role.CREATOR)
    given_up = (await first.post(shot_path)).json()
    taker = (await second.post(shot_path)).json()
    owner, _ = await said(pool, ShotRequested)
    cancelled = finished(owner, RunStatus.CANCELLED, segments=0)
    cancelled = cancelled.model_copy(update={"gpu_seconds": 0.0})
    result = rendered(owner.run_id)
    taken = reused(taker["run_id"], cost_s=0.0).model_copy(
        update={"gpu_seconds": 3.0, "taken_from": result.render_id}
    )

    await hear(pool, on_run_finished, cancelled)
    for event in [result, taken, taken] if is_result_first else [taken, result, taken]:
        await hear(pool, on_segment_rendered, event)

    spent = [
        (await client.get("/api/budgets/me")).json()["own"]["spent_s"] for client in (first, second)
    ]
    assert spent == [0.0, 3.0]
    assert (await savings(first))["total"]["reuse"] == {"gpu_seconds": 0.0, "times": 0}
    shown = (await second.get(f"/api/test-shots/{taker['id']}")).json()
    assert (shown["reused"], shown["gpu_seconds"], shown["gpu_seconds_spent"]) == (True, 3.0, 3.0)
    gone = (await first.get(f"/api/test-shots/{given_up['id']}")).json()
    assert gone["gpu_seconds_spent"] in (None, 0.0)


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


async def test_a_hopeless_render_saves_what_was_left_of_it_once(creator, pool, shot_path):
    shot = (await creator.post(shot_path)).json()
    changes = {"code": "hopeless", "gpu_seconds": 2.0, "gpu_seconds_saved": 4.0}
    event = failed(shot["run_id"], retryable=False).model_copy(update=changes)
    await hear(pool, on_segment_failed, event)
    await hear(pool, on_segment_failed, event)

    total = (await savings(creator))["total"]
    assert total["hopeless"] == {"gpu_seconds": 4.0, "times": 1}
    assert total["gpu_seconds"] == 4.0


async def test_a_scene_type_says_whether_hopeless_renders_are_stopped(creator, pool, catalogue):
    path = f"/api/scene-types/{catalogue.scene_type_id}"
    changed = await creator.patch(path, json={"qa": {"stop_hopeless": True}})
    await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")

    assert changed.json()["qa"]["stop_hopeless"] is True
    (asked,) = await said(pool, ShotRequested)
    assert asked.qa.stop_hopeless
