"""One chain under any order of results, verdicts and choices: it never pays too early or twice.

Its clips have the frames they were asked to have, so that a chain with a tolerance ends within it.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from screentest.common.chain_length import HAIR_S
from screentest.common.events import (
    Boundary,
    BoundaryChosen,
    BoundaryMode,
    KeptSegment,
    QAPolicy,
    QAScored,
    Verdict,
)
from screentest.common.frame_rule import FrameRule
from screentest.common.ids import new_id
from screentest.common.recipes import Slot
from screentest.dispatcher.domain.run import Refusal, Release, Status, open_run
from support.dispatching import CLIP, artefacts, failed, rendered, run_recipe, scene

RECIPE = run_recipe().model_copy(
    update={
        "slots": (
            *run_recipe().slots,
            Slot(name="frames", node="1", input="length", kind="int", default=CLIP.frames),
            Slot(name="fps", node="1", input="fps", kind="float", default=CLIP.fps),
        )
    }
)
#: Whole segments of 20 frames are legal under all of them.
RULES = [None, FrameRule(step=4), FrameRule(step=3, offset=2), FrameRule(step=19, offset=1)]


def clip_of(frames):
    return CLIP.model_copy(update={"frames": frames, "duration_s": frames / CLIP.fps})


KEPT = KeptSegment(render_id=new_id(), artefacts=artefacts("kept"), clip=CLIP)


class Chain(RuleBasedStateMachine):
    @initialize(
        mode=st.sampled_from(BoundaryMode),
        halts=st.booleans(),
        first=st.integers(1, 3),
        is_chosen=st.booleans(),
        segments=st.integers(1, 5),
        target_s=st.none() | st.floats(1, 8),
        tolerance_s=st.sampled_from([0, 0.05, 0.4, 1]),
        rule=st.sampled_from(RULES),
    )
    def ask(self, mode, halts, first, is_chosen, segments, target_s, tolerance_s, rule):
        """From segment 1, or from a later one whose boundary may have to be chosen first."""
        manual = mode is BoundaryMode.MANUAL
        kept = KEPT if first > 1 and manual and not is_chosen else None
        asked = scene(
            first_segment=first, segments=segments, target_duration_s=target_s, recipe=RECIPE
        )
        self.run = open_run(
            asked.model_copy(
                update={
                    "boundary": Boundary(mode=mode),
                    "tolerance_s": tolerance_s,
                    "frame_rule": rule,
                    "qa": QAPolicy(mode="halt" if halts else "advice"),
                    "follows_promotion": False,
                    "awaits_frame_of": kept,
                }
            )
        ).run
        self.first = first
        self.requests = []
        #: Render -> whether the chain can end within its tolerance with it.
        self.can_end = {}
        self.verdicts = {}
        #: Segment -> the boundary the next one has to begin with.
        self.boundaries = {}
        #: What the run goes on from, until its frame is chosen.
        self.kept = kept
        self.ends = 0

    def take(self, step):
        if isinstance(step, Refusal):
            return
        assert not self.run.status.is_final
        self.run = step.run
        self.ends += self.run.status.is_final

    @precondition(lambda self: self.run.status is Status.WAITING)
    @rule()
    def release(self):
        decision = self.run.release(new_id())
        assert isinstance(decision, Release)
        self.run, request = decision.run, decision.request
        self.can_end[request.render_id] = self.reaches_the_tolerance()
        assert self.kept is None or self.first - 1 in self.boundaries, "nobody chose the frame"
        if request.segment - 1 in self.boundaries:
            assert request.seed_image == self.boundaries[request.segment - 1]
        if request.segment > self.first:
            before = request.segment - 1
            assert before in self.boundaries
            if self.run.plan.qa.mode == "halt":
                assert self.verdicts[before] is not Verdict.FAIL, "paid for in spite of qa"
        self.requests.append(request)

    def reaches_the_tolerance(self):
        """Whether the segment that is asked for now may have frames enough, and not too many."""
        plan = self.run.plan
        if not plan.tolerance_s or plan.target_duration_s is None or self.run.segment == 1:
            return False
        ends = [
            self.run.elapsed_s + (frames - 1) / CLIP.fps
            for frames in range(2, CLIP.frames + 1)
            if plan.frame_rule is None or plan.frame_rule.allows(frames)
        ]
        return any(abs(end - plan.target_duration_s) <= plan.tolerance_s for end in ends)

    def render(self, request, data):
        """A clip of as many frames as were asked for, cut where its boundary says."""
        frames = request.recipe.values["frames"]
        if request.boundary.mode is BoundaryMode.CALMEST:
            window = min(request.boundary.window, frames - 1)
            frames -= data.draw(st.integers(0, window - 1), label="frames cut off")
        return rendered(request).model_copy(update={"clip": clip_of(frames)})

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), succeeds=st.booleans(), verdict=st.none() | st.sampled_from(Verdict))
    def render_ends(self, data, succeeds, verdict):
        """Of any render, the live one or one that is over; its verdict may be known already."""
        request = data.draw(st.sampled_from(self.requests))
        is_live = request.render_id == self.run.render_id
        if not succeeds:
            self.take(self.run.take_failure(failed(request)))
            return
        event = self.render(request, data)
        if is_live:
            self.boundaries[request.segment] = event.artefacts.last_frame
            self.verdicts[request.segment] = verdict
        step = self.run.take_clip(event, verdict)
        assert isinstance(step, Refusal) == (not is_live)
        self.take(step)
        if is_live and self.can_end[request.render_id]:
            plan = self.run.plan
            assert self.run.status is Status.COMPLETED, "another segment is paid for"
            assert abs(self.run.elapsed_s - plan.target_duration_s) <= plan.tolerance_s + HAIR_S

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), verdict=st.sampled_from([Verdict.PASS, Verdict.WARN, Verdict.FAIL]))
    def qa_scores(self, data, verdict):
        request = data.draw(st.sampled_from(self.requests))
        held = self.run.held
        awaited = self.run.status is Status.AWAITING_QA and held.render_id == request.render_id
        if awaited:
            self.verdicts[request.segment] = verdict
        step = self.run.take_verdict(
            QAScored(
                run_id=request.run_id,
                segment=request.segment,
                render_id=request.render_id,
                score=0.5,
                verdict=verdict,
                checks=(),
            )
        )
        assert isinstance(step, Refusal) == (not awaited)
        self.take(step)

    @precondition(lambda self: self.requests or self.kept)
    @rule(data=st.data(), frames=st.integers(2, CLIP.frames))
    def person_chooses(self, data, frames):
        seen = [(each.segment, each.render_id) for each in self.requests]
        if self.kept:
            seen.append((self.first - 1, self.kept.render_id))
        segment, render_id = data.draw(st.sampled_from(seen))
        cut = artefacts(f"cut/{segment}/{frames}")
        held = self.run.held
        awaited = self.run.status is Status.AWAITING_FRAME and held.render_id == render_id
        if awaited:
            self.boundaries[segment] = cut.last_frame
        step = self.run.take_boundary(
            BoundaryChosen(
                run_id=self.run.plan.run_id,
                segment=segment,
                render_id=render_id,
                artefacts=cut,
                clip=clip_of(frames),
                by=1,
            )
        )
        assert isinstance(step, Refusal) == (not awaited)
        self.take(step)

    @rule(really=st.integers(0, 9))
    def cancel(self, really):
        if self.run.status.is_final:
            assert self.run.cancel() is Refusal.RUN_ENDED
        elif really == 0:
            self.take(self.run.cancel())

    @invariant()
    def it_holds_what_it_awaits_and_ends_once(self):
        if not hasattr(self, "run"):
            return
        waits = self.run.status in (Status.AWAITING_QA, Status.AWAITING_FRAME)
        assert (self.run.held is not None) == waits
        assert (self.run.render_id is not None) == (self.run.status is Status.RELEASED)
        assert self.first - 1 <= self.run.segment <= max(self.run.plan.last_segment, self.first)
        assert self.ends <= 1
        if self.run.plan.qa.mode == "advice":
            assert self.run.status not in (Status.AWAITING_QA, Status.HALTED_BY_QA)


TestChain = Chain.TestCase
TestChain.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
