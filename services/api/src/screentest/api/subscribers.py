"""Which events the api hears, and who handles each."""

from typing import Any

from screentest.api.handlers.following import Following
from screentest.api.handlers.progress import (
    on_qa_scored,
    on_run_finished,
    on_segment_failed,
    on_segment_rendered,
)
from screentest.api.handlers.promotions import on_promotion_rejected, on_shot_promoted
from screentest.api.handlers.waiting import QueueNews
from screentest.api.handlers.workers import WorkerNews
from screentest.common.consumer import Subscription
from screentest.common.events import (
    PromotionRejected,
    QAScored,
    QueueChanged,
    RunFinished,
    SegmentFailed,
    SegmentProgressed,
    SegmentRendered,
    ShotPromoted,
    WorkerSeen,
)


def subscriptions(
    following: Following, news: QueueNews, workers: WorkerNews
) -> list[Subscription[Any]]:
    """What the api listens to."""
    return [
        Subscription(event=SegmentRendered, handle=on_segment_rendered),
        Subscription(event=SegmentFailed, handle=on_segment_failed),
        Subscription(event=QAScored, handle=on_qa_scored),
        Subscription(event=RunFinished, handle=on_run_finished),
        Subscription(event=ShotPromoted, handle=on_shot_promoted),
        Subscription(event=PromotionRejected, handle=on_promotion_rejected),
        Subscription(event=WorkerSeen, compute=workers.on_worker_seen),
        Subscription(event=SegmentProgressed, listen=following.on_segment_progressed),
        Subscription(event=QueueChanged, listen=news.on_queue_changed),
    ]
