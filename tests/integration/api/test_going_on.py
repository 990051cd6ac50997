"""Chains that go on in another run: what the last segment awaits is not skipped by asking anew."""

import pytest

from screentest.common.events import BoundaryChosen, RunStatus, ShotRequested, Verdict
from support.scenes import verdict_of
from support.shots import finished, rendered, said


@pytest.fixture
async def halting(scene):
    await scene.set_type(qa={"mode": "halt"})
    return scene


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
