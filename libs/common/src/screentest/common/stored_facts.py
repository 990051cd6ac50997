"""What workers leave to stored documents: node classes, and long lists of model files.

A server with thousands of custom nodes or models would not fit into an event. What a document says
never changes under its hash, so it is read once.
"""

import asyncio
from typing import Generic, TypeVar

from screentest.common.events import WorkerSeen
from screentest.common.logs import get_logger
from screentest.common.model_files import ModelFiles, model_files_key
from screentest.common.object_info import ObjectInfo, object_info_key
from screentest.common.objects import Objects
from screentest.common.recipe_parts import Frozen

log = get_logger()
Fact = TypeVar("Fact")
Document = TypeVar("Document", bound=Frozen)

#: A fleet has a few kinds of servers, and each of them changes now and then.
_MOST_KEPT = 256
#: The next report comes in a few seconds.
_PATIENCE_S = 5.0


class _Kept(Generic[Fact]):
    """Facts by the hash of the document they are from."""

    def __init__(self) -> None:
        self._facts: dict[str, Fact] = {}

    def get(self, sha256: str) -> Fact | None:
        return self._facts.get(sha256)

    def add(self, sha256: str, fact: Fact) -> Fact:
        if len(self._facts) >= _MOST_KEPT:
            self._facts.clear()
        self._facts[sha256] = fact
        return fact


class StoredFacts:
    """What the documents say that reports name."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._nodes: _Kept[tuple[str, ...]] = _Kept()
        self._files: _Kept[ModelFiles] = _Kept()

    async def completed(self, event: WorkerSeen) -> WorkerSeen:
        """The report with what it leaves to documents; without what cannot be read now.

        Reports of older workers, and of those that have stored no description, say it.
        """
        return await self._with_files(await self._with_nodes(event))

    async def _with_nodes(self, event: WorkerSeen) -> WorkerSeen:
        sha256 = event.object_info_sha256
        if event.nodes or not sha256:
            return event
        nodes = self._nodes.get(sha256)
        if nodes is None:
            info = await read_description(self._objects, sha256)
            if info is None:
                return event
            nodes = self._nodes.add(sha256, tuple(info.nodes))
        return event.model_copy(update={"nodes": nodes})

    async def _with_files(self, event: WorkerSeen) -> WorkerSeen:
        sha256 = event.model_files_sha256
        if event.models or not sha256:
            return event
        files = self._files.get(sha256)
        if files is None:
            files = await _read(self._objects, model_files_key(sha256), ModelFiles)
            if files is None:
                return event
            self._files.add(sha256, files)
        return event.model_copy(update={"models": files.models, "model_hashes": files.hashes})


async def read_description(objects: Objects, sha256: str) -> ObjectInfo | None:
    """The description of that hash, or None while it cannot be had, which is logged."""
    return await _read(objects, object_info_key(sha256), ObjectInfo)


async def _read(objects: Objects, key: str, kind: type[Document]) -> Document | None:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            document = await objects.get(key)
        return await asyncio.to_thread(kind.model_validate_json, document)
    except Exception as error:  # noqa: BLE001 - every store has errors of its own
        log.warning("description_not_read", key=key, error=f"{type(error).__name__}: {error}")
        return None
