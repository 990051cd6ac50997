"""Object storage: a local folder, memory or S3 behind one small interface (obstore).

Content types and hashes live in the database: not every store keeps attributes. Must never be
given a key that came from outside unchecked.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store

from screentest.common.events.artefacts import Artefact
from screentest.common.file_hash import file_sha256

if TYPE_CHECKING:
    from obstore import GetOptions

CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class ObjectInfo:
    """What the store says of an object."""

    size_bytes: int
    e_tag: str | None


class Objects:
    """Reads and writes whole objects by key."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def open(cls, url: str) -> "Objects":
        """Open ``file:///folder``, ``s3://bucket/prefix`` or ``memory:///``.

        S3 credentials, region and endpoint come from the usual AWS_* variables.

        Raises:
            ValueError: the address is of no known kind.
        """
        parts = urlsplit(url)
        match parts.scheme:
            case "file":
                Path(parts.path).mkdir(parents=True, exist_ok=True)
                return cls(LocalStore(parts.path))
            case "memory":
                return cls(MemoryStore())
            case "s3":
                return cls(S3Store(parts.netloc, prefix=parts.path.strip("/") or None))
        raise ValueError(
            f'SCREENTEST_OBJECTS_URL is "{url}": use file:///folder, s3://bucket/prefix or memory:///'
        )

    async def put(self, key: str, data: bytes | Path, *, media_type: str) -> Artefact:
        """Store an object, replacing one of the same key; returns its reference."""
        await obstore.put_async(self._store, key, data)
        return await asyncio.to_thread(_artefact, key, data, media_type)

    async def put_once(self, key: str, data: bytes | Path, *, media_type: str) -> Artefact:
        """Store an object that nobody may replace.

        Raises:
            FileExistsError: the key is taken by an object with other bytes.
        """
        artefact = await asyncio.to_thread(_artefact, key, data, media_type)
        try:
            await obstore.put_async(self._store, key, data, mode="create")
        except AlreadyExistsError:
            if await self.sha256(key) != artefact.sha256:
                raise FileExistsError(f'"{key}" is taken by another file') from None
        return artefact

    async def get(self, key: str) -> bytes:
        """The bytes of an object.

        Raises:
            FileNotFoundError: there is none of that key.
        """
        result = await obstore.get_async(self._store, key)
        return bytes(await result.bytes_async())

    async def get_range(self, key: str, start: int, end: int, *, e_tag: str | None = None) -> bytes:
        """Bytes ``start`` up to, not including, ``end``.

        Raises:
            PreconditionError: the object is not the one of ``e_tag`` any more.
        """
        options: GetOptions = {"range": (start, end)}
        if e_tag is not None:
            options["if_match"] = e_tag
        result = await obstore.get_async(self._store, key, options=options)
        return bytes(await result.bytes_async())

    async def stream(
        self, key: str, start: int = 0, end: int | None = None, *, e_tag: str | None = None
    ) -> AsyncIterator[bytes]:
        """The bytes from ``start`` up to, not including, ``end``, in pieces of a MiB at most.

        Raises:
            PreconditionError: the object was replaced meanwhile, and is not that of ``e_tag``.
        """
        stop = (await self.info(key)).size_bytes if end is None else end
        for offset in range(start, stop, CHUNK_BYTES):
            piece_end = min(offset + CHUNK_BYTES, stop)
            yield await self.get_range(key, offset, piece_end, e_tag=e_tag)

    async def download(self, key: str, path: Path) -> Path:
        """Write an object to a file.

        Raises:
            FileNotFoundError: there is none of that key.
        """
        result = await obstore.get_async(self._store, key)
        with path.open("wb") as file:
            async for chunk in result.stream(min_chunk_size=CHUNK_BYTES):
                file.write(chunk)
        return path

    async def info(self, key: str) -> ObjectInfo:
        """Size and tag of an object.

        Raises:
            FileNotFoundError: there is none of that key.
        """
        meta = await obstore.head_async(self._store, key)
        return ObjectInfo(meta["size"], meta["e_tag"])

    async def sha256(self, key: str) -> str:
        """SHA-256 of the stored bytes, read back from the store.

        Raises:
            FileNotFoundError: there is none of that key.
        """
        digest = hashlib.sha256()
        async for chunk in self.stream(key):
            digest.update(chunk)
        return digest.hexdigest()

    async def copy(self, source: str, target: str) -> None:
        """Copy bytes to a key that nobody may replace.

        Raises:
            FileNotFoundError: there is no ``source``.
            FileExistsError: ``target`` is taken by other bytes.
        """
        data = await self.get(source)
        await self.put_once(target, data, media_type="")

    async def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return


def _artefact(key: str, data: bytes | Path, media_type: str) -> Artefact:
    if isinstance(data, Path):
        digest, size = file_sha256(data), data.stat().st_size
    else:
        digest, size = hashlib.sha256(data).hexdigest(), len(data)
    return Artefact(key=key, sha256=digest, size_bytes=size, media_type=media_type)
