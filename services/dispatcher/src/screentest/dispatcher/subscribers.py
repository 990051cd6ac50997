"""What the dispatcher hears, and who answers. No decision here."""

from typing import Any

from screentest.common.consumer import Subscription
from screentest.common.events import (
    BoundaryChosen,
    QAScored,
    QueueControlled,
    SegmentFailed,
    SegmentRendered,
    ShotCancelled,
    ShotPromoted,
    ShotRequested,
    WorkerSeen,
)
from screentest.dispatcher.handlers.boundaries import on_boundary_chosen
from screentest.dispatcher.handlers.controls import on_queue_controlled
from screentest.dispatcher.handlers.requests import (
    on_shot_cancelled,
    on_shot_promoted,
    on_shot_requested,
)
from screentest.dispatcher.handlers.results import (
    on_qa_scored,
    on_segment_failed,
    on_segment_rendered,
)
from screentest.dispatcher.handlers.workers import WorkerNews


def subscriptions(workers: WorkerNews) -> list[Subscription[Any]]:
    """Every event the generation loop turns on."""
    return [
        Subscription(event=ShotRequested, handle=on_shot_requested),
        Subscription(event=ShotCancelled, handle=on_shot_cancelled),
        Subscription(event=ShotPromoted, handle=on_shot_promoted),
        Subscription(event=SegmentRendered, handle=on_segment_rendered),
        Subscription(event=SegmentFailed, handle=on_segment_failed),
        Subscription(event=QAScored, handle=on_qa_scored),
        Subscription(event=BoundaryChosen, handle=on_boundary_chosen),
        Subscription(event=QueueControlled, handle=on_queue_controlled),
        Subscription(event=WorkerSeen, compute=workers.on_worker_seen),
    ]
