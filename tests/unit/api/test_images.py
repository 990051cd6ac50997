"""Uploads: real pictures pass, everything that only looks like one does not."""

import io
import struct
import zlib

import pytest
from PIL import Image

from screentest.api.images import examine
from screentest.api.problems.catalogue import ImageTooLarge, InvalidImage

LIMIT = 1_000_000


def picture(kind: str, size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize(size).save(buffer, kind, **options)
    return buffer.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "media_type", "extension"),
    [
        ("PNG", "image/png", "png"),
        ("JPEG", "image/jpeg", "jpg"),
        ("WEBP", "image/webp", "webp"),
    ],
)
def test_pictures_pass(kind, media_type, extension):
    found = examine(picture(kind), max_pixels=LIMIT)

    assert (found.media_type, found.extension) == (media_type, extension)
    assert (found.width, found.height, found.orientation) == (64, 48, 1)


@pytest.mark.parametrize(("orientation", "size"), [(3, (64, 48)), (6, (48, 64)), (8, (48, 64))])
def test_the_size_is_that_of_the_upright_picture(orientation, size):
    exif = Image.Exif()
    exif[0x0112] = orientation

    found = examine(picture("JPEG", exif=exif), max_pixels=LIMIT)

    assert (found.width, found.height) == size
    assert found.orientation == orientation


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"I am a text file that somebody named portrait.png.",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n",
        picture("PNG")[:-30],
        picture("JPEG")[: len(picture("JPEG")) // 2],
        picture("WEBP")[:-30],
        picture("GIF"),
        picture("TIFF"),
    ],
    ids=["empty", "text", "svg", "magic only", "cut png", "cut jpeg", "cut webp", "gif", "tiff"],
)
def test_what_only_looks_like_a_picture_does_not(data):
    with pytest.raises(InvalidImage):
        examine(data, max_pixels=LIMIT)


def test_a_flipped_byte_in_a_png_is_found():
    data = bytearray(picture("PNG"))
    data[len(data) // 2] ^= 0xFF

    with pytest.raises(InvalidImage, match="damaged"):
        examine(bytes(data), max_pixels=LIMIT)


@pytest.mark.parametrize("side", [2_000, 10_000, 50_000])
def test_bombs_are_refused_before_they_are_decoded(side):
    with pytest.raises(ImageTooLarge):
        examine(png_claiming(side, side), max_pixels=LIMIT)


def test_animations_are_refused():
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])

    with pytest.raises(InvalidImage, match="animated"):
        examine(buffer.getvalue(), max_pixels=LIMIT)


def test_tiny_pictures_are_refused():
    with pytest.raises(InvalidImage, match="at least 16"):
        examine(picture("PNG", (64, 15)), max_pixels=LIMIT)
