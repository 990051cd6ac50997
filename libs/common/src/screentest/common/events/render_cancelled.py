"""RenderCancelled: a render is no longer wanted."""

from typing import ClassVar
from uuid import UUID

from screentest.common.events.run_event import RunEvent


class RenderCancelled(RunEvent):
    """dispatcher -> every gpu-runner: stop this render, or never begin it."""

    type: ClassVar[str] = "render.cancelled.v1"

    render_id: UUID
    #: One that a backend has begun with goes on; any other ends as `SegmentFailed.was_recalled`.
    unless_begun: bool = False
