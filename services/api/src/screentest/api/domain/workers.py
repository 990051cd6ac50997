"""Workers as they reported themselves last."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import Field

from screentest.common.capability import Capability
from screentest.common.events import Lane, Needs
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
    capability_class: str = Field(description="Workers of one class can render the same.")
    slots: int
    busy_with: list[UUID] = Field(description="Renders it works on.")
    draining: bool = Field(description="It reported that it takes no more work.")
    drain_requested: bool = Field(description="An administrator wants it to take no more work.")
    version: str
    first_seen_at: datetime
    last_seen_at: datetime

    def can_render(self, wanted: "Wanted") -> bool:
        """Whether it is of the right renderer and lacks nothing."""
        capability = Capability(
            models={folder: frozenset(names) for folder, names in self.models.items()},
            nodes=frozenset(self.nodes),
            vram_bytes=self.vram_bytes,
        )
        return self.renderer is wanted.renderer and capability.shortfall(wanted.needs) is None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What renders ask of a worker, and the lane they wait in."""

    lane: Lane
    renderer: Renderer
    needs: Needs
