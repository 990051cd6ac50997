"""What a run awaits between two segments."""

import pytest

from screentest.common.events import (
    Boundary,
    BoundaryChosen,
    BoundaryMode,
    KeptSegment,
    QAPolicy,
    QAScored,
    RunFinished,
    RunStatus,
    Verdict,
)
from screentest.common.ids import new_id
from screentest.dispatcher.domain.plan import PromotedChain
from screentest.dispatcher.domain.run import Refusal, Release, Status, open_run
from support.dispatching import CLIP, artefacts, promoted, rendered, scene, shot

KEPT = KeptSegment(render_id=new_id(), artefacts=artefacts("kept"), clip=CLIP)
HALT = {"qa": QAPolicy(mode="halt")}
MANUAL = {"boundary": Boundary(mode=BoundaryMode.MANUAL)}


def released(run):
    match run.release(new_id()):
        case Release(run=run, request=request):
            return run, request
    raise AssertionError("the run failed")


def asked(event, **changes):
    """The run of a request, released, and what was released."""
    return released(open_run(event.model_copy(update=changes)).run)


def scored(request, verdict):
    return QAScored(
        run_id=request.run_id,
        segment=request.segment,
        render_id=request.render_id,
        score=0.5,
        verdict=verdict,
        checks=(),
    )


def chosen(request, frames=12, render_id=None):
    return BoundaryChosen(
        run_id=request.run_id,
        segment=request.segment,
        render_id=render_id,
        artefacts=artefacts("cut"),
        clip=CLIP.model_copy(update={"frames": frames, "duration_s": frames / CLIP.fps}),
        by=1,
    )


class TestHalt:
    @pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.WARN])
    def test_the_next_segment_waits_for_a_verdict(self, verdict):
        run, request = asked(scene(segments=3), **HALT)

        step = run.take_clip(rendered(request))

        assert (step.run.status, step.run.segment, step.says) == (Status.AWAITING_QA, 1, ())
        step = step.run.take_verdict(scored(request, verdict))
        _, second = released(step.run)
        assert second.segment == 2
        assert second.seed_image == rendered(request).artefacts.last_frame

    def test_a_failing_verdict_ends_the_run_and_counts_what_that_saves(self):
        run, request = asked(scene(segments=4), **HALT)
        run = run.take_clip(rendered(request)).run

        (said,) = run.take_verdict(scored(request, Verdict.FAIL)).says

        assert isinstance(said, RunFinished)
        assert (said.status, said.segments) == (RunStatus.HALTED_BY_QA, 1)
        assert said.gpu_seconds_saved == 3 * 1.5
        assert "Segment 1 failed QA" in said.failure.message

    def test_a_verdict_that_is_known_already_is_not_waited_for(self):
        run, request = asked(scene(segments=3), **HALT)

        assert run.take_clip(rendered(request), Verdict.WARN).run.status is Status.WAITING
        assert run.take_clip(rendered(request), Verdict.FAIL).run.status is Status.HALTED_BY_QA

    def test_the_last_segment_waits_for_nothing(self):
        run, request = asked(shot(), **HALT)

        assert run.take_clip(rendered(request), Verdict.FAIL).run.status is Status.COMPLETED

    def test_advice_never_waits(self):
        run, request = asked(scene(segments=2))

        assert run.take_clip(rendered(request), Verdict.FAIL).run.status is Status.WAITING
        assert run.take_verdict(scored(request, Verdict.FAIL)) is Refusal.NOT_AWAITED

    def test_the_verdict_of_another_render_opens_nothing(self):
        run, request = asked(scene(segments=2), **HALT)
        run = run.take_clip(rendered(request)).run
        other = request.model_copy(update={"render_id": new_id()})

        assert run.take_verdict(scored(other, Verdict.FAIL)) is Refusal.NOT_AWAITED


class TestManual:
    def test_the_next_segment_begins_with_the_chosen_frame(self):
        run, request = asked(scene(segments=3), **MANUAL)
        run = run.take_clip(rendered(request)).run
        assert run.status is Status.AWAITING_FRAME

        run, second = released(run.take_boundary(chosen(request, frames=12)).run)

        assert second.seed_image == artefacts("cut").last_frame
        assert run.elapsed_s == pytest.approx(1.2)

    def test_the_last_segment_has_nothing_to_choose_for(self):
        run, request = asked(scene(segments=1), **MANUAL)

        assert run.take_clip(rendered(request)).run.status is Status.COMPLETED

    def test_a_choice_that_comes_before_its_render_is_too_early(self):
        run, request = asked(scene(segments=2), **MANUAL)

        assert run.take_boundary(chosen(request)) is Refusal.TOO_EARLY

    def test_a_second_choice_changes_nothing(self):
        run, request = asked(scene(segments=2), **MANUAL)
        run = run.take_clip(rendered(request)).run.take_boundary(chosen(request)).run

        assert run.take_boundary(chosen(request)) is Refusal.NOT_AWAITED

    def test_a_choice_of_a_render_that_was_called_back_is_not_taken(self):
        run, lost = asked(scene(segments=2), **MANUAL)
        run, live = released(run.recall(lost.render_id))
        of_lost = chosen(live, render_id=lost.render_id)

        assert run.take_boundary(of_lost) is Refusal.NOT_AWAITED
        run = run.take_clip(rendered(live)).run
        assert run.take_boundary(of_lost) is Refusal.NOT_AWAITED
        of_live = chosen(live, render_id=live.render_id)
        assert run.take_boundary(of_live).run.status is Status.WAITING

    def test_a_verdict_comes_before_a_choice(self):
        run, request = asked(scene(segments=2), **MANUAL, **HALT)
        run = run.take_clip(rendered(request)).run

        assert run.status is Status.AWAITING_QA
        assert run.take_verdict(scored(request, Verdict.PASS)).run.status is Status.AWAITING_FRAME

    def test_what_waits_can_be_cancelled(self):
        run, request = asked(scene(segments=2), **MANUAL)
        step = run.take_clip(rendered(request)).run.cancel()

        assert step.run.status is Status.CANCELLED
        assert len(step.says) == 1
        assert step.run.take_boundary(chosen(request)) is Refusal.RUN_ENDED


class TestGoingOn:
    """A run that goes on from a segment whose boundary frame nobody has chosen yet."""

    def opened(self, **changes):
        kept = {"awaits_frame_of": KEPT, "elapsed_s": 2 * CLIP.duration_s - 1 / CLIP.fps}
        request = scene(first_segment=3, segments=4).model_copy(update=kept | MANUAL | changes)
        return request, open_run(request).run

    def choice(self, request, *, segment=2, render_id=KEPT.render_id):
        clip = CLIP.model_copy(update={"frames": 12, "duration_s": 12 / CLIP.fps})
        return BoundaryChosen(
            run_id=request.run_id,
            segment=segment,
            render_id=render_id,
            artefacts=artefacts("cut"),
            clip=clip,
            by=1,
        )

    def test_it_awaits_the_choice_before_anything_is_paid_for(self):
        request, run = self.opened()

        assert (run.status, run.segment, run.rendered) == (Status.AWAITING_FRAME, 2, 0)
        assert run.elapsed_s == pytest.approx(CLIP.duration_s)
        run, third = released(run.take_boundary(self.choice(request)).run)
        assert (third.segment, third.seed_image) == (3, artefacts("cut").last_frame)
        assert run.elapsed_s == pytest.approx(CLIP.duration_s + 11 / CLIP.fps)

    def test_the_choice_of_another_segment_or_render_is_not_taken(self):
        request, run = self.opened()

        assert run.take_boundary(self.choice(request, segment=3)) is Refusal.NOT_AWAITED
        assert run.take_boundary(self.choice(request, render_id=new_id())) is Refusal.NOT_AWAITED

    def test_where_nothing_is_left_to_render_it_awaits_nothing(self):
        _, run = self.opened(target_duration_s=3.0)

        assert run.status is Status.COMPLETED

    def test_a_promotion_does_not_overrule_the_choice(self):
        asked_for = scene(first_segment=2, segments=3)
        run = open_run(asked_for.model_copy(update={"awaits_frame_of": KEPT, **MANUAL})).run
        run = run.take_boundary(self.choice(asked_for, segment=1)).run

        assert run.adopt(PromotedChain.of(promoted())) is None
        assert run.seed_image == artefacts("cut").last_frame
