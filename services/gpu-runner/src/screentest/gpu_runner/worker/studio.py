"""What a worker works with: its name, its connections, its backend."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from screentest.common.db import Pool
from screentest.common.events import Event
from screentest.common.objects import Objects
from screentest.common.recipes import Renderer
from screentest.gpu_runner.engine.backend import RenderBackend
from screentest.gpu_runner.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Studio:
    """Everything a worker uses and does not own."""

    settings: Settings
    backend: RenderBackend
    pool: Pool
    objects: Objects
    #: Publishes an event that may be lost.
    publish_transient: Callable[[Event], Awaitable[None]]

    @property
    def worker(self) -> str:
        """The worker's name."""
        return self.settings.worker

    @property
    def renderer(self) -> Renderer:
        """Which recipes it can render."""
        return self.settings.backend
