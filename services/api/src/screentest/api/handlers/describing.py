"""What the live workers' servers say of the node classes of a graph."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from screentest.api.deps import Deps
from screentest.api.descriptions import Descriptions
from screentest.api.store.workers import fetch_live_workers
from screentest.common.db import Connection
from screentest.common.joined_info import joined
from screentest.common.object_info import ObjectInfo
from screentest.common.objects import Objects
from screentest.common.recipes import Renderer


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is said of a graph's node classes, and by how many workers."""

    info: ObjectInfo = field(default_factory=ObjectInfo)
    workers: int = 0


@dataclass(frozen=True, kw_only=True)
class Describing:
    """Asks what is known of the workers that are alive."""

    descriptions: Descriptions
    objects: Objects

    @classmethod
    def of(cls, deps: Deps) -> Self:
        """With what this process knows of workers."""
        return cls(descriptions=deps.descriptions, objects=deps.objects)

    async def facts(
        self, connection: Connection, graph: dict[str, Any], renderer: Renderer
    ) -> Facts:
        """What is said of a graph's nodes; of one that is no graph at all, nothing.

        Only workers count whose servers have every class of the graph, as long as there are such:
        the others will never render it.
        """
        # The built-in renderer runs no graph.
        if renderer is not Renderer.COMFYUI:
            return Facts()
        bodies = [body for body in graph.values() if isinstance(body, dict)]
        classes = {name for body in bodies if isinstance(name := body.get("class_type"), str)}
        infos = await self._infos(connection)
        able = [info for info in infos if classes <= info.nodes.keys()]
        said = able or [info for info in infos if classes & info.nodes.keys()]
        return Facts(info=joined(said, classes), workers=len(said))

    async def _infos(self, connection: Connection) -> Sequence[ObjectInfo]:
        """One for every worker that is known to have it, by the workers' names."""
        workers = await fetch_live_workers(connection)
        hashes = [one.object_info_sha256 for one in workers if one.renderer is Renderer.COMFYUI]
        known = await self.descriptions.read(self.objects, hashes)
        return [known[sha256] for sha256 in hashes if sha256 in known]
