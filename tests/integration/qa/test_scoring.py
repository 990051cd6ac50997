"""SegmentRendered becomes a stored score and a QAScored."""

import pytest

from screentest.common.events import Limits, QAPolicy, QAScored, Verdict
from screentest.qa.domain import Measurement, judge
from support.qa_workshop import FRAMES, magenta, moving_shot


def check(scored: QAScored, name: str):
    return next(each for each in scored.checks if each.name == name)


class TestHandler:
    async def test_a_good_clip_is_scored_explained_and_stored(self, workshop, handled, pool_of):
        event = await workshop.render(moving_shot())

        scored = await handled(event)

        assert (scored.run_id, scored.render_id) == (event.run_id, event.render_id)
        assert scored.verdict is Verdict.PASS
        assert scored.score > 0.95
        assert check(scored, "boundary_ssim").verdict is Verdict.NOT_MEASURED
        assert check(scored, "boundary_ssim").message
        pool = await pool_of("qa")
        stored = await pool.fetchrow("select score, verdict, measurements from scores")
        assert (stored["score"], stored["verdict"]) == (scored.score, "pass")
        again = judge(Measurement.from_json(each) for each in stored["measurements"])
        assert again.score == scored.score

    async def test_a_frozen_clip_fails_and_says_where(self, workshop, handled):
        scored = await handled(await workshop.render([moving_shot()[0]] * FRAMES))

        assert scored.verdict is Verdict.FAIL
        assert check(scored, "frozen").frame == 0
        assert "stands still" in check(scored, "frozen").message

    async def test_a_loop_is_looked_for_where_the_scene_type_asks_for_one(self, workshop, handled):
        there = moving_shot()
        back_again = [*there, *there[-2:0:-1]]

        unasked = await handled(await workshop.render(there))
        closed = await handled(await workshop.render(back_again, qa=QAPolicy(loop=True)))
        open_ended = await handled(await workshop.render(there, qa=QAPolicy(loop=True)))

        assert check(unasked, "loop_closure").verdict is Verdict.NOT_MEASURED
        assert check(closed, "loop_closure").verdict is Verdict.PASS
        assert check(open_ended, "loop_closure").verdict is Verdict.WARN

    async def test_the_scene_types_own_limits_count(self, workshop, handled):
        strict = QAPolicy(limits={"noise_texture": Limits(warn=0.999, fail=0.998)})

        scored = await handled(await workshop.render(moving_shot(), qa=strict))

        texture = check(scored, "noise_texture")
        assert (texture.warn, texture.fail) == (0.999, 0.998)
        assert texture.verdict is Verdict.FAIL

    async def test_a_clip_that_is_gone_scores_nothing(self, workshop, handled):
        event = await workshop.render(moving_shot())
        await workshop.objects.delete(event.artefacts.video.key)

        scored = await handled(event)

        assert (scored.score, scored.verdict) == (0, Verdict.FAIL)
        assert "is not in storage" in check(scored, "unreadable").message

    async def test_a_clip_changed_in_storage_is_not_measured(self, workshop, handled):
        event = await workshop.render(moving_shot())
        await workshop.objects.put(event.artefacts.video.key, b"swapped", media_type="video/mp4")

        scored = await handled(event)

        assert "has changed in storage" in check(scored, "unreadable").message

    async def test_without_its_seed_image_a_clip_is_judged_by_the_rest(self, workshop, handled):
        event = await workshop.render(moving_shot())
        await workshop.objects.delete(event.seed_image.key)

        scored = await handled(event)

        assert scored.verdict is Verdict.PASS
        assert check(scored, "colour_cast").verdict is Verdict.NOT_MEASURED
        assert "is not in storage" in check(scored, "colour_cast").message

    async def test_faces_are_compared_with_the_source_image_of_the_chain(
        self, workshop, handled, models
    ):
        """Segment 2 began with segment 1's last frame; the source image is another file."""
        character = await workshop.store(magenta(moving_shot()[0]), "images/character.png")
        event = await workshop.render(
            [magenta(frame) for frame in moving_shot()], segment=2, reference_image=character
        )

        scored = await handled(event, models)

        assert check(scored, "likeness").verdict is Verdict.PASS
        assert check(scored, "likeness").value > 0.95

    @pytest.mark.parametrize("why", ["gone", "nobody said"])
    async def test_without_a_source_image_likeness_says_why(self, workshop, handled, models, why):
        character = await workshop.store(magenta(moving_shot()[0]), "images/character.png")
        if why == "gone":
            await workshop.objects.delete(character.key)
        event = await workshop.render(
            moving_shot(), segment=2, reference_image=character if why == "gone" else None
        )

        scored = await handled(event, models)

        assert check(scored, "likeness").verdict is Verdict.NOT_MEASURED
        reason = "is not in storage" if why == "gone" else "nobody said which source image"
        assert reason in check(scored, "likeness").message
        assert check(scored, "frozen").verdict is Verdict.PASS

    async def test_asked_twice_it_says_the_same_and_stores_one_row(
        self, workshop, handled, pool_of
    ):
        event = await workshop.render(moving_shot())

        first, second = await handled(event), await handled(event)

        # How long it took is no part of what it says.
        assert first.model_copy(update={"seconds": second.seconds}) == second
        assert await (await pool_of("qa")).fetchval("select count(*) from scores") == 1

    async def test_temporary_files_are_gone(self, workshop, handled, tmp_path):
        await handled(await workshop.render(moving_shot()))

        assert not list(tmp_path.glob("screentest-qa-*"))
