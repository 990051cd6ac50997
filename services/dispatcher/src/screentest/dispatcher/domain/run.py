"""The state machine of a run: one segment after another, each seeded by the last frame before it.

A test shot is a run of one segment; there is no other path. A run is at one segment at a time and
accepts the result of one render at a time, so that whatever arrives late or twice is refused by
comparing ids. Every decision returns the run as it is afterwards and the events that say so.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from screentest.common.events import (
    Artefact,
    Event,
    Failure,
    RenderCancelled,
    RenderRequested,
    RunFinished,
    RunStatus,
    SegmentFailed,
    SegmentRendered,
    ShotRequested,
)
from screentest.dispatcher.domain.plan import Plan, PromotedChain, seconds_added

MAX_ATTEMPTS = 3
"""Renders of one segment before its failure is the run's."""


class Status(StrEnum):
    """Where a run stands."""

    #: Its segment can be rendered as soon as a slot is free.
    WAITING = "waiting"
    #: A worker has its segment, or is about to take it.
    RELEASED = "released"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    HALTED_BY_QA = "halted_by_qa"

    @property
    def is_final(self) -> bool:
        """Whether nothing can change any more."""
        return self not in (Status.WAITING, Status.RELEASED)


class Refusal(StrEnum):
    """Why a result or a wish changes nothing."""

    RUN_ENDED = "run_ended"
    #: The result is of a render that was given up, or whose result is in already.
    NOT_LIVE = "not_live"


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

    def release(self, render_id: UUID) -> "Release | Step":
        """Let a worker render the segment; the run fails when its recipe cannot be filled in."""
        assert self.status is Status.WAITING, "only what waits can be released"
        try:
            recipe = self.plan.recipe_of(self.segment, self.seed_image)
        except KeyError as error:
            return self.fail(_unfillable(error))
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
            qa=self.plan.qa,
        )
        return Release(run=released, request=request)

    def take_clip(self, event: SegmentRendered) -> "Step | Refusal":
        """Accept a segment: go on with the next one, or complete."""
        if refusal := self._refusal(event.render_id):
            return refusal
        elapsed_s = self.elapsed_s + seconds_added(self.segment, event.clip)
        done = replace(
            self,
            elapsed_s=elapsed_s,
            rendered=self.rendered + 1,
            gpu_seconds=self.gpu_seconds + event.gpu_seconds,
        )
        if self.plan.is_done(next_segment=self.segment + 1, elapsed_s=elapsed_s):
            return done.end(Status.COMPLETED)
        following = replace(
            done,
            status=Status.WAITING,
            segment=self.segment + 1,
            seed_image=event.artefacts.last_frame,
            attempts=0,
            render_id=None,
        )
        return Step(run=following)

    def take_failure(self, event: SegmentFailed) -> "Step | Refusal":
        """Try the segment again where that may help, else fail with the backend's words."""
        if refusal := self._refusal(event.render_id):
            return refusal
        failed = replace(self, gpu_seconds=self.gpu_seconds + event.gpu_seconds)
        if event.retryable and self.attempts < MAX_ATTEMPTS:
            return Step(run=replace(failed, status=Status.WAITING, render_id=None))
        return failed.fail(Failure(code=event.code, message=event.message))

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
        ended = replace(self, status=status, render_id=None)
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

    def begin(self) -> "Step":
        """Wait for a slot, unless nothing is to be rendered or nothing can be."""
        if self.plan.is_done(next_segment=self.segment, elapsed_s=self.elapsed_s):
            return self.end(Status.COMPLETED)
        try:
            self.plan.recipe_of(self.segment, self.seed_image)
        except KeyError as error:
            return self.fail(_unfillable(error))
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
    adopted = run.adopt(promoted) if promoted else None
    return adopted or run.begin()


def _unfillable(error: KeyError) -> Failure:
    return Failure(code="invalid_workflow", message=str(error.args[0]))


def _finished(run: Run) -> RunFinished:
    return RunFinished(
        run_id=run.plan.run_id,
        kind=run.plan.kind,
        test_shot_id=run.plan.test_shot_id,
        scene_id=run.plan.scene_id,
        status=RunStatus(run.status),
        segments=run.rendered,
        gpu_seconds=run.gpu_seconds,
        failure=run.failure,
    )
