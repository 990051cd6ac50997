"""SegmentProgressed: how far a render is. Transient: lost when nobody listens."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.run_event import RunEvent


class SegmentProgressed(RunEvent):
    """gpu-runner -> api, at most four times a second."""

    type: ClassVar[str] = "segment.progressed.v1"
    transient: ClassVar[bool] = True

    segment: int = Field(ge=1)
    render_id: UUID
    worker: str
    #: 0..1 over the whole render.
    fraction: float = Field(ge=0, le=1)
    #: What the backend is doing now.
    node: str = ""
    #: Seconds until the render ends, when that can be told.
    eta_s: float | None = None
    #: A small picture so far, as a data URL.
    preview: str | None = Field(default=None, max_length=48_000)
