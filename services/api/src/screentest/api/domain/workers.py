"""Workers as they reported themselves last."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from screentest.common.recipes import Frozen, Renderer


class Worker(Frozen):
    """One gpu-runner process and its render backend."""

    name: str
    is_alive: bool = Field(description="It was heard of in the last 15 s.")
    renderer: Renderer
    backend_version: str
    device: str
    vram_bytes: int
    models: dict[str, list[str]]
    nodes: list[str]
    slots: int
    busy_with: list[UUID] = Field(description="Renders it works on.")
    draining: bool = Field(description="It reported that it takes no more work.")
    drain_requested: bool = Field(description="An administrator wants it to take no more work.")
    version: str
    first_seen_at: datetime
    last_seen_at: datetime
