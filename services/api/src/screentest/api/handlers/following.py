"""Progress of renders: told to browsers as it comes, and remembered while it is worth something."""

from collections import OrderedDict
from typing import Any
from uuid import UUID

from screentest.api.handlers.progress import on_render_begun
from screentest.api.live import LiveFeed
from screentest.api.rendering import Renders
from screentest.api.store import progress
from screentest.api.store.live_events import LiveEvent
from screentest.common.db import Pool, transaction
from screentest.common.events import SegmentProgressed

_REMEMBERED = 4096


class Following:
    """Knows whose render each one is, so that most reports cost no query."""

    def __init__(self, pool: Pool, feed: LiveFeed, renders: Renders) -> None:
        self._pool = pool
        self._feed = feed
        self._renders = renders
        self._subjects: OrderedDict[UUID, dict[str, Any] | None] = OrderedDict()

    async def on_segment_progressed(self, event: SegmentProgressed) -> None:
        """Tell browsers how far a render is; the first report of it ends the waiting."""
        if event.render_id not in self._subjects:
            async with transaction(self._pool) as tx:
                self._subjects[event.render_id] = await progress.subject_of_run(tx, event.run_id)
                await on_render_begun(event.run_id, event.segment, tx)
            while len(self._subjects) > _REMEMBERED:
                self._subjects.popitem(last=False)
        self._renders.hear(event)
        subject = self._subjects.get(event.render_id)
        if subject is not None:
            data = event.model_dump(mode="json", exclude={"render_id"})
            self._feed.publish(LiveEvent(type="progress", data={**subject, **data}))
