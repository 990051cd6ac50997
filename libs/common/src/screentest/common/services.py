"""Who hears what and who says what: the conversation of the services, in one place.

DESIGN's table as code. The AsyncAPI documents are made from it, and a test holds every service's
subscriptions to it.
"""

from dataclasses import dataclass

from screentest.common.events import (
    Event,
    PromotionRejected,
    PromotionRequested,
    QAScored,
    RenderCancelled,
    RenderRequested,
    RunFinished,
    SegmentFailed,
    SegmentProgressed,
    SegmentRendered,
    ShotCancelled,
    ShotPromoted,
    ShotRequested,
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
        ),
        says=(ShotRequested, ShotCancelled, PromotionRequested),
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
        ),
        says=(RenderRequested, RenderCancelled, RunFinished),
    ),
    "gpu-runner": Part(
        hears=(RenderRequested, RenderCancelled),
        says=(SegmentProgressed, SegmentRendered, SegmentFailed, WorkerSeen),
    ),
    "qa": Part(hears=(SegmentRendered,), says=(QAScored,)),
    "promotion": Part(hears=(PromotionRequested,), says=(ShotPromoted, PromotionRejected)),
}
