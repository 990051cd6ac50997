"""Zip archives written while they are sent: stored, not deflated, because clips do not get smaller.

At most a piece of a file is in memory. Must never know what the files are.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zipfile import ZIP_STORED, ZipFile, ZipInfo

#: What the format can say of a time begins then.
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Member:
    """A file of an archive."""

    name: str
    size_bytes: int
    at: datetime
    pieces: AsyncIterator[bytes]


class _Pipe:
    """Takes what the archive writes, until it is taken away."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


async def zipped(members: Sequence[Member]) -> AsyncIterator[bytes]:
    """The bytes of an archive of ``members``, in their order.

    Raises:
        ValueError: a member has another size than was said, so that the archive breaks off.
    """
    pipe = _Pipe()
    # It cannot seek in a pipe: sizes and checksums follow each file, and are in the directory.
    with ZipFile(pipe, "w", ZIP_STORED) as archive:  # type: ignore[call-overload]
        for member in members:
            info = ZipInfo(member.name, max(member.at, _EARLIEST).timetuple()[:6])
            info.file_size = member.size_bytes
            info.external_attr = 0o644 << 16
            with archive.open(info, "w") as entry:
                written = 0
                async for piece in member.pieces:
                    written += entry.write(piece)
                    yield pipe.take()
            if written != member.size_bytes:
                raise ValueError(f"{member.name} has {written} bytes, not {member.size_bytes}")
            yield pipe.take()
    yield pipe.take()
