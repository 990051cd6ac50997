"""The node classes of workers, which a report leaves to the stored description of its backend.

A server with thousands of custom nodes would not fit into an event. What a description says never
changes under its hash, so it is read once.
"""

import asyncio

from screentest.common.events import WorkerSeen
from screentest.common.logs import get_logger
from screentest.common.object_info import ObjectInfo, object_info_key
from screentest.common.objects import Objects

log = get_logger()

#: A list of names each; a fleet has a few kinds of servers.
_MOST_KEPT = 256
#: The next report comes in a few seconds.
_PATIENCE_S = 5.0


class NodeClasses:
    """Lists of node classes by the hash of the description they are from."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._kept: dict[str, tuple[str, ...]] = {}

    async def completed(self, event: WorkerSeen) -> WorkerSeen:
        """The report with its node classes; without them while its description cannot be read.

        Reports of older workers, and of those that have stored no description, say them.
        """
        sha256 = event.object_info_sha256
        if event.nodes or not sha256:
            return event
        nodes = self._kept.get(sha256)
        if nodes is None:
            info = await read_description(self._objects, sha256)
            if info is None:
                return event
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            nodes = self._kept[sha256] = tuple(info.nodes)
        return event.model_copy(update={"nodes": nodes})


async def read_description(objects: Objects, sha256: str) -> ObjectInfo | None:
    """The description of that hash, or None while it cannot be had, which is logged."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            document = await objects.get(object_info_key(sha256))
        return await asyncio.to_thread(ObjectInfo.model_validate_json, document)
    except Exception as error:  # noqa: BLE001 - every store has errors of its own
        log.warning("description_not_read", sha256=sha256, error=f"{type(error).__name__}: {error}")
        return None
