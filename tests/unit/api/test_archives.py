"""An archive that is written while it is sent."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

import pytest

from screentest.api.archives import Member, zipped

AT = datetime(2026, 5, 4, 3, 2, tzinfo=UTC)
PIECE = 100_000


async def pieces(byte: bytes, count: int, taken: list[bytes] | None = None):
    for _ in range(count):
        if taken is not None:
            taken.append(byte)
        yield byte * PIECE


async def test_what_is_put_in_comes_out():
    members = [
        Member(name="a.mp4", size_bytes=3 * PIECE, at=AT, pieces=pieces(b"a", 3)),
        Member(name="segments/001.mp4", size_bytes=0, at=AT, pieces=pieces(b"b", 0)),
    ]

    data = b"".join([piece async for piece in zipped(members)])

    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.mp4", "segments/001.mp4"]
        assert archive.read("a.mp4") == b"a" * 3 * PIECE
        info = archive.getinfo("a.mp4")
    assert (info.compress_type, info.date_time) == (ZIP_STORED, (2026, 5, 4, 3, 2, 0))


async def test_no_piece_is_read_before_the_one_before_is_sent():
    taken: list[bytes] = []
    member = Member(name="a", size_bytes=50 * PIECE, at=AT, pieces=pieces(b"a", 50, taken))

    sent = 0
    async for piece in zipped([member]):
        sent += len(piece)
        assert len(taken) * PIECE - sent < PIECE
    assert len(taken) == 50


async def test_a_file_of_another_size_than_was_said_breaks_off():
    member = Member(name="a", size_bytes=3 * PIECE, at=AT, pieces=pieces(b"a", 2))

    with pytest.raises(ValueError, match="200000 bytes, not 300000"):
        assert [piece async for piece in zipped([member])]
