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
    versions: dict[str, str] = Field(
        default={}, description="Of what the backend runs on: comfyui, python, torch."
    )
    device: str
    vram_bytes: int
    models: dict[str, list[str]]
    nodes: list[str]
    nodes_sha256: str = Field(
        default="", description="Of the list of nodes: equal where the same ones are installed."
    )
    object_info_sha256: str = Field(
        default="", description="Of what it says of its nodes' inputs; empty: nothing is known."
    )
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
        return self.renderer is wanted.renderer and self.capability.shortfall(wanted.needs) is None

    @property
    def capability(self) -> Capability:
        """What it can do, as it reported."""
        return Capability(
            models={folder: frozenset(names) for folder, names in self.models.items()},
            nodes=frozenset(self.nodes),
            vram_bytes=self.vram_bytes,
        )


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What renders ask of a worker, and the lane they wait in."""

    lane: Lane
    renderer: Renderer
    needs: Needs
