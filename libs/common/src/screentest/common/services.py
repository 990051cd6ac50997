"""Who hears what and who says what: the conversation of the services, in one place.

DESIGN's table as code. The AsyncAPI documents are made from it, and a test holds every service's
subscriptions to it.
"""

from dataclasses import dataclass

from screentest.common.events import (
    BoundaryChosen,
    Event,
    PromotionRejected,
    PromotionRequested,
    QAScored,
    QueueChanged,
    QueueControlled,
    RenderCancelled,
    RenderRequested,
    RescoreRequested,
    RunFinished,
    SegmentFailed,
    SegmentProgressed,
    SegmentRendered,
    ShotCancelled,
    ShotPromoted,
    ShotRequested,
    WorkerDrainRequested,
    WorkerSeen,
)


@dataclass(frozen=True)
class Part:
    """A service's part in the conversation."""

    hears: tuple[type[Event], ...]
    says: tuple[type[Event], ...]


SERVICES: dict[str, Part] = {
    "api": Part(
        hears=(
            SegmentProgressed,
            SegmentRendered,
            SegmentFailed,
            QAScored,
            ShotPromoted,
            PromotionRejected,
            RunFinished,
            WorkerSeen,
            QueueChanged,
        ),
        says=(
            ShotRequested,
            ShotCancelled,
            PromotionRequested,
            QueueControlled,
            WorkerDrainRequested,
            BoundaryChosen,
            RescoreRequested,
        ),
    ),
    "dispatcher": Part(
        hears=(
            ShotRequested,
            ShotCancelled,
            SegmentRendered,
            SegmentFailed,
            QAScored,
            ShotPromoted,
            WorkerSeen,
            QueueControlled,
            BoundaryChosen,
        ),
        # A segment that is reused is said by the dispatcher: nobody renders it.
        says=(RenderRequested, RenderCancelled, RunFinished, SegmentRendered, QueueChanged),
    ),
    "gpu-runner": Part(
        hears=(RenderRequested, RenderCancelled, WorkerDrainRequested),
        says=(SegmentProgressed, SegmentRendered, SegmentFailed, WorkerSeen),
    ),
    "qa": Part(hears=(SegmentRendered, RescoreRequested), says=(QAScored,)),
    "promotion": Part(hears=(PromotionRequested,), says=(ShotPromoted, PromotionRejected)),
}
