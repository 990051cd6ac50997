"""What qa hears, and who answers. No decision here."""

from functools import partial
from pathlib import Path
from typing import Any

from screentest.common.consumer import Subscription
from screentest.common.events import SegmentRendered
from screentest.common.objects import Objects
from screentest.qa.engine.pool import ClipPool
from screentest.qa.handlers import on_segment_rendered


def subscriptions(
    *, objects: Objects, pool: ClipPool, temp_dir: Path | None
) -> list[Subscription[Any]]:
    """SegmentRendered: as many at once as the pool measures, and one more being fetched."""
    compute = partial(on_segment_rendered, objects=objects, pool=pool, temp_dir=temp_dir)
    return [Subscription(event=SegmentRendered, compute=compute, prefetch=pool.size + 1)]
