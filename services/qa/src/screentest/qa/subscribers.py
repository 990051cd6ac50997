"""What qa hears, and who answers. No decision here."""

from functools import partial
from pathlib import Path
from typing import Any

from screentest.common.consumer import Subscription
from screentest.common.events import RescoreRequested, SegmentRendered
from screentest.common.objects import Objects
from screentest.qa.engine.pool import ClipPool
from screentest.qa.handlers import on_rescore_requested, on_segment_rendered


def subscriptions(
    *, objects: Objects, pool: ClipPool, temp_dir: Path | None
) -> list[Subscription[Any]]:
    """SegmentRendered: as many at once as the pool measures, and one more being fetched.

    RescoreRequested: milliseconds each, in a queue of its own, so that neither waits for the other.
    """
    compute = partial(on_segment_rendered, objects=objects, pool=pool, temp_dir=temp_dir)
    return [
        Subscription(event=SegmentRendered, compute=compute, prefetch=pool.size + 1),
        Subscription(event=RescoreRequested, handle=on_rescore_requested),
    ]
