"""Chains that go on in another run: what the last segment awaits is not skipped by asking anew."""

import numpy as np
import pytest

from screentest.api.handlers.progress import (
    on_qa_scored,
    on_render_begun,
    on_run_finished,
    on_segment_rendered,
)
from screentest.common.db import transaction
from screentest.common.events import (
    BoundaryChosen,
    QueueChanged,
    RunStatus,
    ShotRequested,
    Verdict,
    WaitingRun,
)
from screentest.common.ids import new_id
from screentest.media.encode import encode
from support.shots import CLIP, add_catalogue, finished, rendered, said, scored


class Scene:
    """A scene, as the REST API and the other services see it."""

    def __init__(self, api, creator, pool, scene_id):
        self.api, self.creator, self.pool, self.id = api, creator, pool, scene_id

    async def set_type(self, **columns):
        for name, value in columns.items():
            await self.pool.execute(f"update scene_types set {name} = $1", value)

    async def generate(self, **body):
        return await self.creator.post(f"/api/scenes/{self.id}/generate", json=body)

    async def regenerate(self, from_segment, **body):
        body = {"from_segment": from_segment, **body}
        return await self.creator.post(f"/api/scenes/{self.id}/regenerate", json=body)

    async def choose(self, segment, frame):
        path = f"/api/scenes/{self.id}/segments/{segment}/boundary"
        return await self.creator.post(path, json={"frame": frame})

    async def run(self) -> ShotRequested:
        """What was asked for last."""
        return (await said(self.pool, ShotRequested))[-1]

    async def hear(self, *events):
        for event in events:
            async with transaction(self.pool) as tx:
                match event.type:
                    case "segment.rendered.v1":
                        await on_segment_rendered(event, tx)
                    case "qa.scored.v1":
                        await on_qa_scored(event, tx)
                    case "run.finished.v1":
                        await on_run_finished(event, tx)

    async def made(self, *segments, verdict=None, status=RunStatus.COMPLETED):
        """Let the latest run render segments and end; returns it."""
        run = await self.run()
        for index in segments:
            event = rendered(run.run_id, segment=index)
            await self.hear(event)
            if verdict:
                await self.hear(verdict_of(event, verdict))
        await self.hear(finished(run, status, segments=len(segments)))
        return run

    async def seen(self):
        return (await self.creator.get(f"/api/scenes/{self.id}")).json()

    async def chain(self):
        return (await self.seen())["chain"]

    async def strip(self):
        return [
            (one["index"], one["status"], one["is_stale"])
            for one in (await self.chain())["segments"]
        ]


def verdict_of(event, verdict):
    said_of = scored(event.run_id, event.render_id, segment=event.segment)
    return said_of.model_copy(update={"verdict": verdict})


@pytest.fixture
async def scene(api, creator, pool):
    return Scene(api, creator, pool, (await add_catalogue(pool, seed=42)).scene_ids[0])


@pytest.fixture
async def halting(scene):
    await scene.set_type(qa={"mode": "halt"})
    return scene


@pytest.fixture
async def manual(scene):
    await scene.set_type(boundary={"mode": "manual", "window": 6})
    return scene


@pytest.fixture
def stored(api, tmp_path):
    """A render whose clip is in storage, to be looked at and cut."""

    async def store(event):
        path = tmp_path / "clip.mp4"
        encode(
            [np.full((64, 64, 3), 40 + 5 * index, np.uint8) for index in range(25)],
            path,
            fps=CLIP.fps,
        )
        key = event.artefacts.video.key
        video = await api.deps.objects.put(key, path, media_type="video/mp4")
        files = event.artefacts.model_copy(update={"video": video})
        return event.model_copy(update={"artefacts": files})

    return store


class TestHalt:
    async def test_a_segment_that_failed_qa_is_gone_on_from_only_when_that_is_said(self, halting):
        await halting.generate(up_to_segment=1)
        await halting.made(1, verdict=Verdict.FAIL)

        refused = await halting.generate()
        asked = len(await said(halting.pool, ShotRequested))
        accepted = await halting.generate(accept_failed=True)

        assert (refused.status_code, asked) == (409, 1)
        problem = refused.json()
        assert problem["type"].endswith("segment-not-passed")
        assert (problem["segment"], problem["verdict"]) == (1, "fail")
        assert accepted.status_code == 202, accepted.text
        assert (await halting.run()).first_segment == 2

    async def test_a_segment_without_a_verdict_is_waited_for(self, halting):
        await halting.generate()
        run = await halting.run()
        event = rendered(run.run_id)
        await halting.hear(event, finished(run, RunStatus.CANCELLED))

        refused = await halting.generate()
        await halting.hear(verdict_of(event, Verdict.WARN))
        passed = await halting.generate()

        assert refused.json()["type"].endswith("segment-not-passed")
        assert "no verdict" in refused.json()["detail"]
        assert passed.status_code == 202

    async def test_a_promoted_shot_that_failed_qa_halts_as_well(self, halting):
        await halting.generate(up_to_segment=1)
        await halting.made(1, verdict=Verdict.FAIL)
        await halting.pool.execute("update scene_segments set source = 'promotion', run_id = null")

        assert (await halting.generate()).status_code == 409

    async def test_making_anew_what_failed_needs_no_leave(self, halting):
        await halting.generate()
        await halting.made(1, verdict=Verdict.FAIL, status=RunStatus.HALTED_BY_QA)

        assert (await halting.regenerate(1)).status_code == 202

    async def test_making_anew_what_follows_it_does(self, halting):
        await halting.set_type(qa={"mode": "advice"})
        await halting.generate()
        await halting.made(1, 2, 3, verdict=Verdict.FAIL)
        await halting.set_type(qa={"mode": "halt"})

        assert (await halting.regenerate(2)).json()["type"].endswith("segment-not-passed")
        assert [stale for _, _, stale in await halting.strip()] == [False] * 3
        assert (await halting.regenerate(2, accept_failed=True)).status_code == 202

    async def test_a_failing_verdict_that_comes_before_its_render_opens_no_gate(self, halting):
        await halting.set_type(boundary={"mode": "manual", "window": 6})
        await halting.generate()
        event = rendered((await halting.run()).run_id)

        await halting.hear(verdict_of(event, Verdict.FAIL), event)

        assert (await halting.chain())["run"]["status"] == "awaiting_qa"
        assert (await halting.choose(1, 20)).json()["type"].endswith("frame-not-awaited")


class TestManual:
    async def test_a_segment_of_another_run_awaits_its_frame(self, manual, stored):
        await manual.generate(up_to_segment=1)
        first = await manual.run()
        event = await stored(rendered(first.run_id))
        await manual.hear(event, finished(first))

        answer = await manual.generate()

        run = await manual.run()
        assert run.awaits_frame_of.render_id == event.render_id
        assert run.awaits_frame_of.artefacts == event.artefacts
        chain = answer.json()
        assert (chain["run"]["status"], chain["awaits_frame_of"]) == ("awaiting_frame", 1)
        chosen = await manual.choose(1, 20)
        assert chosen.status_code == 200, chosen.text
        (choice,) = await said(manual.pool, BoundaryChosen)
        assert (choice.run_id, choice.render_id) == (run.run_id, event.render_id)
        segment = (await manual.chain())["segments"][0]
        assert segment["artefacts"]["video"]["key"] == choice.artefacts.video.key
        assert (segment["is_boundary_chosen"], segment["trimmed_frames"]) == (True, 4)

    async def test_a_promoted_segment_is_cut_where_somebody_says(self, manual, stored):
        await manual.generate(up_to_segment=1)
        first = await manual.run()
        await manual.hear(await stored(rendered(first.run_id)), finished(first))
        await manual.pool.execute(
            "update scene_segments set source = 'promotion', run_id = null, render_id = null"
        )

        await manual.generate()
        chosen = await manual.choose(1, 22)

        assert chosen.status_code == 200, chosen.text
        (choice,) = await said(manual.pool, BoundaryChosen)
        assert (choice.run_id, choice.render_id) == ((await manual.run()).run_id, None)

    async def test_what_was_chosen_once_is_not_asked_again(self, manual, stored):
        await manual.generate()
        first = await manual.run()
        await manual.hear(await stored(rendered(first.run_id)))
        await manual.choose(1, 20)
        await manual.hear(finished(first, RunStatus.CANCELLED))

        answer = await manual.generate()

        run = await manual.run()
        assert (run.awaits_frame_of, run.follows_promotion) == (None, False)
        assert run.seed_image.key.endswith(".cut0021.last.png")
        assert answer.json()["run"]["status"] == "waiting"

    async def test_a_run_that_ended_while_it_awaited_a_frame_is_not_forgotten(self, manual):
        await manual.generate()
        await manual.made(1, status=RunStatus.CANCELLED)

        await manual.generate()

        assert (await manual.chain())["awaits_frame_of"] == 1

    async def test_a_new_render_of_a_segment_awaits_its_own_choice(self, manual, stored):
        """The dispatcher called the first render back, and its result came all the same."""
        await manual.generate()
        run = await manual.run()
        lost, live = [await stored(rendered(run.run_id)) for _ in range(2)]
        await manual.hear(lost)
        await manual.choose(1, 20)

        await manual.hear(live)

        chain = await manual.chain()
        assert chain["segments"][0]["render_id"] == str(live.render_id)
        assert not chain["segments"][0]["is_boundary_chosen"]
        assert chain["awaits_frame_of"] == 1
        await manual.hear(lost)
        assert (await manual.chain())["segments"][0]["render_id"] == str(live.render_id)


class TestRegenerated:
    async def test_a_late_segment_of_an_ended_run_is_not_behind_what_is_made_anew(self, scene):
        await scene.set_type(target_duration_s=8.0)
        await scene.generate()
        older = await scene.made(1, 2, 3, status=RunStatus.CANCELLED)
        await scene.regenerate(2)

        await scene.hear(rendered(older.run_id, segment=4))
        await scene.made(2, 3, status=RunStatus.FAILED)

        assert [index for index, status, _ in await scene.strip() if status != "planned"] == [
            1,
            2,
            3,
        ]

    async def test_what_is_beyond_the_end_of_a_shorter_chain_goes(self, scene):
        await scene.generate()
        await scene.made(1, 2, 3)
        await scene.set_type(target_duration_s=4.0)

        await scene.regenerate(1)
        await scene.made(1, 2)

        assert (await scene.seen())["status"] == "completed"
        assert await scene.strip() == [(1, "rendered", False), (2, "rendered", False)]

    async def test_nothing_is_made_anew_behind_what_is_long_enough(self, scene):
        await scene.generate()
        await scene.made(1, 2, 3)
        await scene.set_type(target_duration_s=4.0)

        refused = await scene.regenerate(3)

        assert refused.json()["type"].endswith("scene-complete")
        assert [stale for _, _, stale in await scene.strip()] == [False] * 3

    async def test_a_stale_segment_shows_how_its_successor_does(self, scene):
        await scene.generate()
        await scene.made(1, 2, 3, verdict=Verdict.PASS)
        await scene.regenerate(2)
        run = await scene.run()
        async with transaction(scene.pool) as tx:
            await on_render_begun(run.run_id, 2, tx)

        assert await scene.strip() == [
            (1, "scored", False),
            (2, "rendering", True),
            (3, "waiting", True),
        ]

    async def test_a_replaced_promotion_frees_its_shot(self, scene):
        shot = await scene.pool.fetchval(
            "insert into test_shots (scene_type_id, character_id, parameters, seed_image_path,"
            " created_by_id, run_id, recipe, recipe_hash, is_promoted, promoted_to_scene_id)"
            " select scene_type_id, character_id, '{}', 'x', (select id from users), $1, '{}', $2,"
            " true, id from scenes returning id",
            new_id(),
            "a" * 64,
        )
        promotion = new_id()
        await scene.pool.execute(
            "insert into promotions (id, test_shot_id, scene_id, status, requested_by_id,"
            " finished_at) select $1, $2, id, 'done', (select id from users), now() from scenes",
            promotion,
            shot,
        )
        await scene.generate()
        await scene.made(1, 2, 3)
        await scene.pool.execute(
            "update scene_segments set source = 'promotion', run_id = null, test_shot_id = $1"
            " where index = 1",
            shot,
        )
        await scene.regenerate(1, replace_promoted=True)
        before = (await scene.creator.get(f"/api/test-shots/{shot}")).json()

        await scene.made(1)

        after = (await scene.creator.get(f"/api/test-shots/{shot}")).json()
        assert before["is_promoted"]
        assert (after["is_promoted"], after["promoted_to_scene_id"]) == (False, None)
        status = (await scene.creator.get(f"/api/promotions/{promotion}")).json()["status"]
        assert status == "superseded"


class TestShown:
    async def test_between_two_segments_a_run_waits_until_the_next_one_renders(self, scene):
        await scene.generate()
        run = await scene.run()
        async with transaction(scene.pool) as tx:
            await on_render_begun(run.run_id, 1, tx)
        await scene.hear(rendered(run.run_id))

        async with transaction(scene.pool) as tx:
            await on_render_begun(run.run_id, 1, tx)  # heard late
        chain = await scene.chain()
        async with transaction(scene.pool) as tx:
            await on_render_begun(run.run_id, 2, tx)

        assert chain["run"]["status"] == "waiting"
        assert chain["segments"][1]["status"] == "waiting"
        assert (await scene.chain())["run"]["status"] == "rendering"

    async def test_a_regenerated_chain_says_why_it_waits(self, scene):
        await scene.generate()
        await scene.made(1, 2, 3)

        answer = await scene.regenerate(2)

        assert answer.json()["run"]["waiting"]["code"] == "unknown"

    async def test_a_chosen_boundary_is_answered_with_why_the_next_segment_waits(
        self, api, manual, stored
    ):
        await manual.generate()
        run = await manual.run()
        await manual.hear(await stored(rendered(run.run_id)))
        why = WaitingRun(run_id=run.run_id, code="slots_busy", reason="Busy.", position=3)
        api.deps.queue.hear(QueueChanged(snapshot=new_id(), part=1, parts=1, waiting=(why,)))

        answer = await manual.choose(1, 20)

        assert answer.json()["run"]["waiting"]["position"] == 3

    async def test_a_scene_with_a_tolerance_may_have_more_segments_than_planned(self, scene):
        await scene.set_type(duration_tolerance_s=0.01)

        taken = await scene.generate(up_to_segment=4)
        run = await scene.run()

        assert taken.status_code == 202, taken.text
        assert (run.planned_segments, run.segments) == (3, 4)
        await scene.made(status=RunStatus.CANCELLED)
        refused = await scene.generate(up_to_segment=5)
        assert refused.json()["type"].endswith("beyond-scene")
        assert "at most 4" in refused.json()["detail"]
