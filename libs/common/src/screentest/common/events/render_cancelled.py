"""RenderCancelled: a render is no longer wanted."""

from typing import ClassVar
from uuid import UUID

from screentest.common.events.event import Event


class RenderCancelled(Event):
    """dispatcher -> every gpu-runner: stop this render, or never begin it."""

    type: ClassVar[str] = "render.cancelled.v1"

    render_id: UUID
    run_id: UUID
    #: One that a backend has begun with goes on; any other ends as `SegmentFailed.was_recalled`.
    unless_begun: bool = False

    @property
    def subject(self) -> str:
        """The run."""
        return str(self.run_id)
