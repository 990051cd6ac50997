"""Which keys may be shown, and which bytes a Range header asks for (RFC 9110, section 14)."""

import pytest

from screentest.api.domain.media import ByteRange, media_type_of, names_tag, requested_range

RUN = "0197f0c2-7d1e-7c3a-9d51-3f7f2f0c9a11"


@pytest.mark.parametrize(
    ("key", "media_type"),
    [
        (f"images/{'a' * 64}.png", "image/png"),
        (f"images/{'0' * 64}.jpg", "image/jpeg"),
        (f"renders/{RUN}/1/{RUN}.mp4", "video/mp4"),
        (f"renders/{RUN}/12/{RUN}.last.png", "image/png"),
        (f"renders/{RUN}/1/{RUN}.poster.webp", "image/webp"),
        (f"renders/{RUN}/1/{RUN}.original.webp", "image/webp"),
        (f"renders/{RUN}/1/{RUN}-2.original.webm", "video/webm"),
        (f"renders/{RUN}/1/{RUN}.original.zip", "application/zip"),
        (f"qa/{RUN}/noise_texture.webp", "image/webp"),
        (f"qa/{RUN}/acme.hands-2.jpg", "image/jpeg"),
        ("scenes/7/segments/001.mp4", "video/mp4"),
        ("scenes/7/segments/001.last.png", "image/png"),
    ],
)
def test_keys_of_artefacts_are_known(key, media_type):
    assert media_type_of(key) == media_type


@pytest.mark.parametrize(
    "key",
    [
        "",
        "images/../../etc/passwd",
        f"images/{'a' * 64}.png/../x",
        f"images/{'a' * 64}.svg",
        f"images/{'a' * 64}.png\n",
        "/etc/passwd",
        "backups/all.sql",
        "scenes/7/segments/001.txt",
        f"renders/{RUN}/1/{RUN}.original.html",
        f"renders/{RUN}/1/{RUN}.zip",
        f"images/{'a' * 64}.zip",
        f"qa/{RUN}/black.png",
        f"qa/{RUN}/.webp",
        f"qa/{RUN}/../black.webp",
        f"qa/{RUN}/a/black.webp",
        f"renders/{RUN}/1/../{RUN}.mp4",
    ],
)
def test_nothing_else_is(key):
    assert media_type_of(key) is None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-9", ByteRange(0, 10)),
        ("bytes=0-0", ByteRange(0, 1)),
        ("Bytes = 5 - 9", ByteRange(5, 10)),
        ("bytes=90-", ByteRange(90, 100)),
        ("bytes=-10", ByteRange(90, 100)),
        ("bytes=-1000", ByteRange(0, 100)),
        ("bytes=90-1000", ByteRange(90, 100)),
        # Answered with the whole file: several ranges, nonsense, other units.
        ("bytes=0-1,5-6", None),
        ("bytes=9-5", None),
        ("bytes=-", None),
        ("lines=1-2", None),
        ("bytes=a-b", None),
    ],
)
def test_ranges(header, expected):
    assert requested_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_ranges_without_a_byte_are_refused(header):
    with pytest.raises(ValueError, match="no byte"):
        requested_range(header, 100)


def test_an_empty_file_has_no_ranges():
    with pytest.raises(ValueError, match="no byte"):
        requested_range("bytes=0-", 0)


@pytest.mark.parametrize(
    ("header", "is_named"),
    [
        (None, False),
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ("*", True),
        ('"b"', False),
    ],
)
def test_tags(header, is_named):
    assert names_tag(header, '"a"') is is_named
