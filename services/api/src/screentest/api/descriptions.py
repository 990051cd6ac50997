"""What backends say of their node classes, read from object storage and kept in memory.

A description never changes under its hash, so what was read once is good for ever.
"""

from collections.abc import Iterable

from screentest.common.object_info import ObjectInfo
from screentest.common.objects import Objects
from screentest.common.stored_facts import read_description

#: A fleet has a few kinds of servers; each description has a few MB.
_MOST_KEPT = 32


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
            info = self._kept.pop(sha256, None) or await read_description(objects, sha256)
            if info is not None:
                # The one asked for last is forgotten last.
                self._kept[sha256] = found[sha256] = info
        while len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return found
