"""What backends say of their node classes, read from object storage and kept in memory.

A description never changes under its hash, so what was read once is good for ever.
"""

import asyncio
from collections.abc import Iterable

from screentest.common.logs import get_logger
from screentest.common.object_info import ObjectInfo, object_info_key
from screentest.common.objects import Objects

log = get_logger()

#: A fleet has a few kinds of servers; each description has a few MB.
_MOST_KEPT = 32
#: Somebody waits for the answer.
_PATIENCE_S = 5.0


class Descriptions:
    """Descriptions by their hash."""

    def __init__(self) -> None:
        self._kept: dict[str, ObjectInfo] = {}

    async def read(self, objects: Objects, hashes: Iterable[str]) -> dict[str, ObjectInfo]:
        """Those of ``hashes`` that can be had.

        A storage that is away is no error: what is not known is not held against anybody.
        """
        found: dict[str, ObjectInfo] = {}
        for sha256 in dict.fromkeys(one for one in hashes if one):
            info = self._kept.pop(sha256, None) or await _fetch(objects, sha256)
            if info is not None:
                # The one asked for last is forgotten last.
                self._kept[sha256] = found[sha256] = info
        while len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return found


async def _fetch(objects: Objects, sha256: str) -> ObjectInfo | None:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            document = await objects.get(object_info_key(sha256))
        return await asyncio.to_thread(ObjectInfo.model_validate_json, document)
    except Exception as error:  # noqa: BLE001 - every store has errors of its own
        log.warning("description_not_read", sha256=sha256, error=f"{type(error).__name__}: {error}")
        return None
