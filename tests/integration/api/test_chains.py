"""Chains made anew, and how chains are shown while they are made."""

from screentest.api.handlers.progress import on_render_begun
from screentest.common.db import transaction
from screentest.common.events import QueueChanged, RunStatus, Verdict, WaitingRun
from screentest.common.ids import new_id
from support.shots import rendered


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
