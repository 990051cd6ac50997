"""What the dispatcher says of the queue: kept by this process, and told to its browsers."""

import time
from collections import Counter
from collections.abc import Callable
from uuid import UUID

from screentest.api.live import LiveFeed
from screentest.api.store.live_events import LiveEvent
from screentest.api.waiting import Queue
from screentest.common.events import QueueChanged

_TELL_EVERY_S = 1.0


class QueueNews:
    """Tells browsers when to look at what waits again, once a second at most."""

    def __init__(
        self, queue: Queue, feed: LiveFeed, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._queue = queue
        self._feed = feed
        self._clock = clock
        self._told: dict[UUID, tuple[str, int | None]] = {}
        self._told_at = float("-inf")

    async def on_queue_changed(self, event: QueueChanged) -> None:
        """``queue.changed``, when a run came, went, moved up, or waits for another reason.

        What is held back is told with the next snapshot: it is compared with what was told last.
        """
        if not self._queue.hear(event) or self._clock() - self._told_at < _TELL_EVERY_S:
            return
        places = self._queue.places
        if places != self._told:
            self._told, self._told_at = places, self._clock()
            codes = Counter(code for code, _ in places.values())
            data = {"waiting": len(places), "codes": dict(codes)}
            self._feed.publish(LiveEvent(type="queue.changed", data=data))
