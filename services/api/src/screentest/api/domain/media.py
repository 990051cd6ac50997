"""Which keys are files that may be shown, and which bytes of them a Range header asks for."""

import re
from dataclasses import dataclass

from screentest.common.originals import ORIGINAL_MEDIA_TYPES

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SEGMENT_FILE = r"(?:mp4|last\.png|poster\.webp)"
_ORIGINAL = rf"original\.(?:{'|'.join(ORIGINAL_MEDIA_TYPES)})"
_KEYS = tuple(
    re.compile(pattern)
    for pattern in (
        r"images/[0-9a-f]{64}\.(?:png|jpg|webp)",
        rf"renders/{_UUID}/\d{{1,6}}/{_UUID}(?:-\d+)?(?:\.cut\d{{1,6}})?\.{_SEGMENT_FILE}",
        rf"renders/{_UUID}/\d{{1,6}}/{_UUID}(?:-\d+)?\.{_ORIGINAL}",
        rf"qa/{_UUID}/[a-z0-9][a-z0-9_.-]{{0,79}}\.(?:webp|jpg)",
        rf"scenes/\d{{1,19}}/segments/\d{{3,6}}(?:\.cut\d{{1,6}})?\.{_SEGMENT_FILE}",
    )
)
_MEDIA_TYPES = ORIGINAL_MEDIA_TYPES | {
    "mp4": "video/mp4",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
}
#: Every kind of file that may be shown.
MEDIA_TYPES = tuple(dict.fromkeys(_MEDIA_TYPES.values()))
_RANGE = re.compile(r"bytes\s*=\s*(\d*)\s*-\s*(\d*)", re.IGNORECASE)


@dataclass(frozen=True)
class ByteRange:
    """Bytes ``start`` up to, not including, ``end``."""

    start: int
    end: int

    @property
    def size_bytes(self) -> int:
        """How many they are."""
        return self.end - self.start


def media_type_of(key: str) -> str | None:
    """The kind of file a key names; None when it is no key of an artefact or a source image."""
    if not any(pattern.fullmatch(key) for pattern in _KEYS):
        return None
    return _MEDIA_TYPES[key.rpartition(".")[2]]


def requested_range(header: str | None, size_bytes: int) -> ByteRange | None:
    """What a Range header asks for; None when the whole file is to be sent.

    More than one range, other units and nonsense are answered with the whole file, as RFC 9110
    allows.

    Raises:
        ValueError: none of the bytes asked for exist.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or (not match[1] and not match[2]):
        return None
    if not match[1]:
        start, end = max(0, size_bytes - int(match[2])), size_bytes
    else:
        start = int(match[1])
        end = min(int(match[2]) + 1, size_bytes) if match[2] else size_bytes
        if match[2] and int(match[2]) < start:
            return None
    if start >= end:
        raise ValueError("no byte of the range exists")
    return ByteRange(start, end)


def names_tag(header: str | None, tag: str) -> bool:
    """Whether an If-None-Match or If-Range header names ``tag`` (or is ``*``)."""
    if header is None:
        return False
    names = [name.strip().removeprefix("W/") for name in header.split(",")]
    return tag in names or "*" in names
