"""The state machine of a run: one segment after another, each seeded by the boundary before it.

A test shot is a run of one segment; there is no other path. A run is at one segment at a time and
accepts the result of one render at a time, so that whatever arrives late or twice is refused by
comparing ids. Between two segments it may await a verdict, then a person's choice of the boundary
frame; after the last one it awaits nothing, because nothing is left to be paid for. Every decision
returns the run as it is afterwards and the events that say so.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from screentest.common.chain_length import seconds_added
from screentest.common.events import (
    Artefact,
    BoundaryChosen,
    BoundaryMode,
    ClipFacts,
    Event,
    Failure,
    QAScored,
    RenderCancelled,
    RenderRequested,
    RunFinished,
    RunStatus,
    SegmentArtefacts,
    SegmentFailed,
    SegmentRendered,
    ShotRequested,
    Verdict,
)
from screentest.dispatcher.domain.failures import failed_qa, unfillable
from screentest.dispatcher.domain.held import Held
from screentest.dispatcher.domain.plan import Plan, PromotedChain
from screentest.dispatcher.domain.status import Refusal, Status

__all__ = ["MAX_ATTEMPTS", "Refusal", "Release", "Run", "Status", "Step", "open_run"]

MAX_ATTEMPTS = 3
"""Renders of one segment before its failure is the run's."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run and the segment it is at."""

    plan: Plan
    status: Status
    segment: int
    seed_image: Artefact
    #: Renders of `segment` released so far.
    attempts: int = 0
    #: The render whose result is accepted; set while released.
    render_id: UUID | None = None
    #: Seconds the scene has before `segment`.
    elapsed_s: float = 0
    #: Segments this run has rendered.
    rendered: int = 0
    #: Of all attempts whose end was accepted.
    gpu_seconds: float = 0
    failure: Failure | None = None
    #: The rendered segment it goes on from; set while it awaits a verdict or a frame.
    held: Held | None = None
    #: Not spent, because qa halted it.
    gpu_seconds_saved: float = 0
    #: W3C trace context of its request: what is done for it later belongs to that trace.
    traceparent: str | None = None

    def release(self, render_id: UUID) -> "Release | Step":
        """Let a worker render the segment; the run fails when its recipe cannot be filled in."""
        assert self.status is Status.WAITING, "only what waits can be released"
        ending = self.plan.ending_of(self.segment, self.elapsed_s)
        try:
            recipe = self.plan.recipe_of(self.segment, self.seed_image, ending.frames)
        except KeyError as error:
            return self.fail(unfillable(error))
        released = replace(
            self, status=Status.RELEASED, attempts=self.attempts + 1, render_id=render_id
        )
        request = RenderRequested(
            render_id=render_id,
            run_id=self.plan.run_id,
            segment=self.segment,
            attempt=released.attempts,
            lane=self.plan.lane,
            recipe=recipe,
            recipe_hash=recipe.hash,
            seed_image=self.seed_image,
            reference_image=self.plan.reference_image,
            boundary=ending.boundary,
            qa=self.plan.qa,
        )
        return Release(run=released, request=request)

    def take_clip(self, event: SegmentRendered, verdict: Verdict | None = None) -> "Step | Refusal":
        """Accept a segment: go on with the next one, await what that depends on, or complete.

        ``verdict`` is what qa thinks of the render, where it is known already.
        """
        if refusal := self._refusal(event.render_id):
            return refusal
        rendered = replace(
            self,
            held=Held.of(event),
            render_id=None,
            rendered=self.rendered + 1,
            gpu_seconds=self.gpu_seconds + event.gpu_seconds_spent,
        )
        return rendered.pass_gates(verdict)

    def take_verdict(self, event: QAScored) -> "Step | Refusal":
        """Go on with a segment that qa does not fail; end the run with one that it does."""
        if self.status.is_final:
            return Refusal.RUN_ENDED
        awaited = self.status is Status.AWAITING_QA and self.held
        if not awaited or awaited.render_id != event.render_id:
            return Refusal.NOT_AWAITED
        return self.pass_gates(event.verdict)

    def take_boundary(self, event: BoundaryChosen) -> "Step | Refusal":
        """Go on from the frame that a person chose, with the segment as it was cut for it."""
        if self.status.is_final:
            return Refusal.RUN_ENDED
        ours = self.held.render_id if self.held else self.render_id  # not one that was called back
        if self.segment != event.segment or event.render_id not in (None, ours):
            return Refusal.NOT_AWAITED
        if self.status is Status.AWAITING_FRAME:
            return self._go_on(event.artefacts, event.clip)
        # The api may have heard of the render, and of its verdict, before we do.
        expected = self.plan.boundary.mode is BoundaryMode.MANUAL
        return Refusal.TOO_EARLY if expected else Refusal.NOT_AWAITED

    def pass_gates(self, verdict: Verdict | None) -> "Step":
        """Await what the next segment depends on, or go on."""
        held = self.held
        assert held is not None, "gates are passed with a rendered segment"
        elapsed_s = self.elapsed_s + seconds_added(self.segment, held.clip)
        if self.plan.is_done(next_segment=self.segment + 1, elapsed_s=elapsed_s):
            return replace(self, elapsed_s=elapsed_s).end(Status.COMPLETED)
        if self.plan.qa.mode == "halt":
            if verdict is None:
                return Step(run=replace(self, status=Status.AWAITING_QA))
            if verdict is Verdict.FAIL:
                return self._halt(held)
        if self.plan.boundary.mode is BoundaryMode.MANUAL:
            return Step(run=replace(self, status=Status.AWAITING_FRAME))
        return self._go_on(held.artefacts, held.clip)

    def _halt(self, held: Held) -> "Step":
        left = self.plan.segments_left(self.segment)
        halted = replace(self, gpu_seconds_saved=left * held.gpu_seconds)
        return replace(halted, failure=failed_qa(self.segment, left)).end(Status.HALTED_BY_QA)

    def _go_on(self, artefacts: SegmentArtefacts, clip: ClipFacts) -> "Step":
        """Let the next segment wait for a slot."""
        following = replace(
            self,
            status=Status.WAITING,
            elapsed_s=self.elapsed_s + seconds_added(self.segment, clip),
            segment=self.segment + 1,
            seed_image=artefacts.last_frame,
            attempts=0,
            render_id=None,
            held=None,
        )
        return Step(run=following)

    def take_failure(self, event: SegmentFailed) -> "Step | Refusal":
        """Try the segment again where that may help, else fail with the backend's words."""
        if refusal := self._refusal(event.render_id):
            return refusal
        failed = replace(self, gpu_seconds=self.gpu_seconds + event.gpu_seconds_spent)
        if event.retryable and self.attempts < MAX_ATTEMPTS:
            return Step(run=replace(failed, status=Status.WAITING, render_id=None))
        return failed.fail(Failure(code=event.code, message=event.message, detail=event.detail))

    def recall(self, render_id: UUID) -> "Run | Refusal":
        """Wait for a slot again: nobody has taken the render, so it was no attempt."""
        if refusal := self._refusal(render_id):
            return refusal
        return replace(self, status=Status.WAITING, attempts=self.attempts - 1, render_id=None)

    def cancel(self) -> "Step | Refusal":
        """End the run now; a render that is out is called back."""
        if self.status.is_final:
            return Refusal.RUN_ENDED
        step = self.end(Status.CANCELLED)
        if self.render_id is None:
            return step
        called_back = RenderCancelled(render_id=self.render_id, run_id=self.plan.run_id)
        return replace(step, says=(called_back, *step.says))

    def fail(self, failure: Failure) -> "Step":
        """End the run with the reason."""
        return replace(self, failure=failure).end(Status.FAILED)

    def end(self, status: Status) -> "Step":
        """End the run, once and for ever, and say so."""
        assert not self.status.is_final, "a run ends once"
        assert status.is_final, "a run ends in a final status"
        ended = replace(self, status=status, render_id=None, held=None)
        return Step(run=ended, says=(_finished(ended),))

    def agrees_with(self, chain: PromotedChain) -> bool:
        """Whether the request carried what the promotion says."""
        return (
            self.plan.recipe == chain.recipe
            and self.seed_image.sha256 == chain.artefacts.last_frame.sha256
        )

    def adopt(self, chain: PromotedChain) -> "Step | None":
        """Go on from a promotion with its recipe and last frame; None when it is not ours to.

        Where request and promotion disagree the promotion is right: it verified the bytes. A run
        that has begun keeps what it began with.
        """
        begun = self.status is not Status.WAITING or self.rendered > 0 or self.attempts > 0
        if begun or not self.plan.follows(chain):
            return None
        return replace(
            self,
            plan=replace(self.plan, recipe=chain.recipe),
            seed_image=chain.artefacts.last_frame,
            elapsed_s=chain.clip.duration_s,
        ).begin()

    def await_frame_of(self, kept: Held) -> "Run":
        """Await the choice of the frame it begins with, in the segment before its first."""
        before = self.segment - 1
        elapsed_s = self.elapsed_s - seconds_added(before, kept.clip)
        awaiting = replace(self, status=Status.AWAITING_FRAME, held=kept)
        return replace(awaiting, segment=before, elapsed_s=elapsed_s)

    def begin(self) -> "Step":
        """Wait for a slot, unless nothing is to be rendered or nothing can be."""
        if self.plan.is_done(next_segment=self.segment, elapsed_s=self.elapsed_s):
            return self.end(Status.COMPLETED)
        try:
            self.plan.recipe_of(self.segment, self.seed_image)
        except KeyError as error:
            return self.fail(unfillable(error))
        return Step(run=self)

    def _refusal(self, render_id: UUID) -> Refusal | None:
        if self.status.is_final:
            return Refusal.RUN_ENDED
        return None if render_id == self.render_id else Refusal.NOT_LIVE


@dataclass(frozen=True, kw_only=True)
class Step:
    """A run after a decision, and what is to be said of it."""

    run: Run
    says: tuple[Event, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Release:
    """A run whose segment a worker may render now."""

    run: Run
    request: RenderRequested


def open_run(
    event: ShotRequested, *, promoted: PromotedChain | None = None, cancelled: bool = False
) -> Step:
    """Begin a run; one that was cancelled before it was heard of ends at once.

    ``promoted`` is what is known of segment 1 of the run's scene.
    """
    plan = Plan.of(event)
    run = Run(
        plan=plan,
        status=Status.WAITING,
        segment=plan.first_segment,
        seed_image=event.seed_image,
        elapsed_s=event.elapsed_s,
    )
    if cancelled:
        return run.end(Status.CANCELLED)
    step = (promoted and run.adopt(promoted)) or run.begin()
    if event.awaits_frame_of is None or step.run.status.is_final:
        return step
    return Step(run=step.run.await_frame_of(Held.kept(event.awaits_frame_of)))


def _finished(run: Run) -> RunFinished:
    return RunFinished(
        run_id=run.plan.run_id,
        kind=run.plan.kind,
        test_shot_id=run.plan.test_shot_id,
        scene_id=run.plan.scene_id,
        status=RunStatus(run.status),
        segments=run.rendered,
        gpu_seconds=run.gpu_seconds,
        gpu_seconds_saved=run.gpu_seconds_saved,
        failure=run.failure,
    )
