"""Files in whole and in parts."""

import os

import pytest

RUN = "0197f0c2-7d1e-7c3a-9d51-3f7f2f0c9a11"
KEY = f"renders/{RUN}/1/{RUN}.mp4"
PATH = f"/api/media/{KEY}"
DATA = os.urandom(3 * 1024 * 1024 + 17)


@pytest.fixture
async def stored(api) -> None:
    await api.deps.objects.put_once(KEY, DATA, media_type="video/mp4")


async def test_a_file_is_served_as_it_is(viewer, stored):
    answer = await viewer.get(PATH)

    assert answer.status_code == 200
    assert answer.content == DATA
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == str(len(DATA))
    assert "immutable" in answer.headers["cache-control"]


async def test_what_a_clip_was_encoded_from_is_served_as_what_it_is(viewer, api):
    key = f"renders/{RUN}/1/{RUN}-2.original.zip"
    await api.deps.objects.put(key, b"frames", media_type="application/zip")

    answer = await viewer.get(f"/api/media/{key}")

    assert (answer.status_code, answer.content) == (200, b"frames")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=1000000-2500000", 1_000_000, 2_500_001),
        ("bytes=-17", len(DATA) - 17, len(DATA)),
        ("bytes=3145728-", 3_145_728, len(DATA)),
    ],
)
async def test_a_range_is_served(viewer, stored, asked, start, end):
    answer = await viewer.get(PATH, headers={"Range": asked})

    assert answer.status_code == 206
    assert answer.content == DATA[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(DATA)}"
    assert answer.headers["content-length"] == str(end - start)


async def test_a_range_behind_the_end_is_refused(viewer, stored):
    answer = await viewer.get(PATH, headers={"Range": f"bytes={len(DATA)}-"})

    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(DATA)}"
    assert answer.json()["type"] == "/problems/range-not-satisfiable"


async def test_several_ranges_are_answered_with_the_whole_file(viewer, stored):
    answer = await viewer.get(PATH, headers={"Range": "bytes=0-1,5-6"})

    assert answer.status_code == 200
    assert len(answer.content) == len(DATA)


async def test_what_a_client_has_is_not_sent_again(viewer, stored):
    tag = (await viewer.get(PATH)).headers["etag"]
    again = await viewer.get(PATH, headers={"If-None-Match": tag})
    other = await viewer.get(PATH, headers={"If-None-Match": '"other"'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert other.status_code == 200


async def test_a_range_of_another_file_becomes_the_whole_one(viewer, stored):
    tag = (await viewer.head(PATH)).headers["etag"]
    same = await viewer.get(PATH, headers={"Range": "bytes=0-9", "If-Range": tag})
    other = await viewer.get(PATH, headers={"Range": "bytes=0-9", "If-Range": '"other"'})

    assert (same.status_code, other.status_code) == (206, 200)


async def test_head_tells_without_sending(viewer, stored):
    answer = await viewer.head(PATH)

    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["content-length"] == str(len(DATA))
    assert answer.headers["content-type"] == "video/mp4"


@pytest.mark.parametrize(
    "path",
    [
        f"/api/media/renders/{RUN}/2/{RUN}.mp4",
        "/api/media/images/../renders/x.mp4",
        "/api/media/%2e%2e%2fsecrets",
        "/api/media/etc/passwd",
        "/api/media/",
    ],
)
async def test_other_files_are_not_found(viewer, stored, path):
    answer = await viewer.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_serving_holds_no_connection_to_the_database(api, viewer, stored):
    """A slow player would otherwise starve everybody else."""
    async with viewer.stream("GET", PATH) as answer:
        idle = api.deps.pool.get_idle_size()

        assert answer.status_code == 200
        assert idle == api.deps.pool.get_size()
