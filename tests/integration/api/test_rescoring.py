"""Scores given anew: asked for by scene type or by shot, kept once, and nothing else changed."""

import pytest

from screentest.api.handlers.progress import on_qa_scored, on_run_finished, on_segment_rendered
from screentest.api.handlers.promotions import on_shot_promoted
from screentest.common.events import (
    PromotionRequested,
    RescoreRequested,
    RunStatus,
    ShotRequested,
    Verdict,
)
from screentest.common.ids import new_id
from support.scenes import verdict_of
from support.shots import add_catalogue, finished, hear, promoted, rendered, said, scored


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=3)


async def scored_shot(creator, pool, catalogue, number=0):
    """A test shot with a score; returns it and its render."""
    shot = (await creator.post(f"/api/scenes/{catalogue.scene_ids[number]}/test-shot")).json()
    clip = rendered(shot["run_id"])
    await hear(pool, on_segment_rendered, clip)
    await hear(pool, on_qa_scored, scored(clip.run_id, clip.render_id))
    return shot, clip


def again(clip, *, score=0.2, verdict=Verdict.FAIL, rescore_id=None, segment=1):
    """What qa says when it has judged a render again."""
    changes = {"rescored": True, "rescore_id": rescore_id or new_id(), "verdict": verdict}
    return scored(clip.run_id, clip.render_id, segment=segment, score=score).model_copy(
        update=changes
    )


async def shown(client, shot):
    return (await client.get(f"/api/test-shots/{shot['id']}")).json()


async def told(pool, kind):
    rows = await pool.fetch("select data from live_events where type = $1 order by id", kind)
    return [row["data"] for row in rows]


async def test_all_that_is_scored_of_a_type_is_asked_for_once(creator, pool, catalogue):
    _, first = await scored_shot(creator, pool, catalogue, 0)
    _, second = await scored_shot(creator, pool, catalogue, 1)
    await creator.post(f"/api/scenes/{catalogue.scene_ids[2]}/test-shot")  # not scored
    limits = {"frozen": {"warn": 0.3, "fail": 0.6}}
    path = f"/api/scene-types/{catalogue.scene_type_id}"
    await creator.patch(path, json={"qa": {"mode": "advice", "limits": limits}})

    answer = await creator.post(f"{path}/rescore")

    assert (answer.status_code, answer.json()["requested"]) == (202, 2)
    asked = await said(pool, RescoreRequested)
    assert {one.render_id for one in asked} == {first.render_id, second.render_id}
    assert {one.qa.limits["frozen"].fail for one in asked} == {0.6}
    assert len({one.rescore_id for one in asked}) == 1
    assert await pool.fetchval("select action from audit") == "scene-type.rescored"


async def test_a_promoted_shot_and_its_segment_are_one_render_and_change_together(
    creator, pool, catalogue
):
    shot, clip = await scored_shot(creator, pool, catalogue)
    scene = f"/api/scenes/{catalogue.scene_ids[0]}"
    promote = await creator.post(
        f"/api/test-shots/{shot['id']}/promote", json={"scene_id": catalogue.scene_ids[0]}
    )
    assert promote.is_success, promote.text
    (asked,) = await said(pool, PromotionRequested)
    await hear(pool, on_shot_promoted, promoted(asked))

    answer = await creator.post(f"/api/scene-types/{catalogue.scene_type_id}/rescore")
    assert answer.json()["requested"] == 1
    await hear(pool, on_qa_scored, again(clip))

    assert (await shown(creator, shot))["verdict"] == "fail"
    segment = (await creator.get(scene)).json()["chain"]["segments"][0]
    assert (segment["quality_score"], segment["verdict"]) == (0.2, "fail")


async def test_only_the_shots_that_are_named(creator, pool, catalogue):
    first, clip = await scored_shot(creator, pool, catalogue, 0)
    await scored_shot(creator, pool, catalogue, 1)
    other = (await creator.post(f"/api/scenes/{catalogue.scene_ids[2]}/test-shot")).json()
    path = f"/api/scene-types/{catalogue.scene_type_id}/rescore"

    answer = await creator.post(path, json={"shot_ids": [first["id"], other["id"]]})

    assert answer.json() == {"requested": 1, "unscored_shot_ids": [other["id"]]}
    assert [one.render_id for one in await said(pool, RescoreRequested)] == [clip.render_id]
    refused = await creator.post(path, json={"shot_ids": [999]})
    assert refused.status_code == 422
    assert "999" in refused.text


async def test_one_shot(creator, viewer, pool, catalogue):
    shot, clip = await scored_shot(creator, pool, catalogue)
    path = f"/api/test-shots/{shot['id']}/rescore"

    assert (await viewer.post(path)).status_code == 403
    assert (await creator.post(path)).json()["requested"] == 1
    (asked,) = await said(pool, RescoreRequested)
    assert (asked.run_id, asked.render_id) == (clip.run_id, clip.render_id)


async def test_a_shot_without_a_score_cannot_be_judged_again(creator, catalogue):
    shot = (await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")).json()

    answer = await creator.post(f"/api/test-shots/{shot['id']}/rescore")

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-scored")
    assert (await creator.post("/api/test-shots/999/rescore")).status_code == 404


async def test_the_new_score_is_shown_and_told_once(creator, pool, catalogue):
    shot, clip = await scored_shot(creator, pool, catalogue)
    event = again(clip)
    before = len(await told(pool, "test-shot.changed"))
    await hear(pool, on_qa_scored, event)
    await hear(pool, on_qa_scored, event)

    now = await shown(creator, shot)
    assert (now["status"], now["quality_score"], now["verdict"]) == ("scored", 0.2, "fail")
    news = (await told(pool, "test-shot.changed"))[before:]
    assert [one["verdict"] for one in news] == ["fail"]


async def test_the_latest_counts_in_any_order(creator, pool, catalogue):
    shot, clip = await scored_shot(creator, pool, catalogue)
    first, second = new_id(), new_id()

    await hear(pool, on_qa_scored, again(clip, score=0.9, rescore_id=second))
    await hear(pool, on_qa_scored, again(clip, score=0.1, rescore_id=first))
    await hear(pool, on_qa_scored, scored(clip.run_id, clip.render_id, score=0.8))

    assert (await shown(creator, shot))["quality_score"] == 0.9


async def test_a_rescore_of_another_render_is_not_taken(creator, pool, catalogue):
    shot, clip = await scored_shot(creator, pool, catalogue)

    await hear(pool, on_qa_scored, again(rendered(clip.run_id)))

    assert (await shown(creator, shot))["quality_score"] == 0.8
    assert await pool.fetchval("select count(*) from parked_scores") == 0


class TestScene:
    async def test_a_halted_run_stays_halted_and_may_be_gone_on_with(self, scene):
        await scene.set_type(qa={"mode": "halt"})
        await scene.generate()
        run = await scene.run()
        clip = rendered(run.run_id)
        await scene.hear(clip, verdict_of(clip, Verdict.FAIL))
        await scene.hear(finished(run, RunStatus.HALTED_BY_QA))

        await scene.hear(again(clip, score=0.9, verdict=Verdict.PASS))

        chain = await scene.chain()
        assert (chain["segments"][0]["verdict"], chain["run"]["status"]) == ("pass", "halted_by_qa")
        assert (await scene.seen())["status"] == "halted_by_qa"
        # The person who asked decides: the segment passes now, and nothing has to be forced.
        assert (await scene.generate()).status_code == 202

    async def test_a_run_that_goes_on_is_not_halted(self, scene):
        await scene.set_type(qa={"mode": "halt"})
        await scene.generate()
        run = await scene.run()
        clip = rendered(run.run_id)
        await scene.hear(clip, verdict_of(clip, Verdict.PASS))
        before = await scene.chain()

        await scene.hear(again(clip))

        after = await scene.chain()
        assert after["segments"][0]["verdict"] == "fail"
        assert after["run"] == before["run"]

    async def test_a_late_first_score_does_not_undo_it(self, scene):
        await scene.generate()
        run = await scene.run()
        clip = rendered(run.run_id)
        await scene.hear(clip, scored(run.run_id, clip.render_id))
        await scene.hear(again(clip), scored(run.run_id, clip.render_id, score=0.8))

        assert (await scene.chain())["segments"][0]["quality_score"] == 0.2

    async def test_segments_of_scenes_are_asked_for_with_their_index(self, scene):
        await scene.generate()
        run = await scene.made(1, 2, 3, verdict=Verdict.PASS)
        type_id = await scene.pool.fetchval("select id from scene_types")

        answer = await scene.creator.post(f"/api/scene-types/{type_id}/rescore")

        assert answer.json()["requested"] == 3
        asked = await said(scene.pool, RescoreRequested)
        assert {(one.run_id, one.segment) for one in asked} == {
            (run.run_id, index) for index in (1, 2, 3)
        }


async def test_a_scored_run_ends_as_it_would(creator, pool, catalogue):
    """A re-score that is heard before the end of the run leaves that to the run."""
    shot, clip = await scored_shot(creator, pool, catalogue)
    await hear(pool, on_qa_scored, again(clip))
    (asked,) = await said(pool, ShotRequested)
    await hear(pool, on_run_finished, finished(asked))

    assert (await shown(creator, shot))["status"] == "scored"
