"""The gallery and the files of real test shots."""

from http import HTTPStatus

import pytest

from support.catalogue import Catalogue
from support.rest import Rest

VARIATIONS = [
    {"name": "soft", "values": {"cfg": 4}},
    {"name": "strong", "values": {"cfg": 9}, "prompts": {"start": "{name} under a red umbrella"}},
]


@pytest.fixture
async def catalogue(stack, rest):
    return await Catalogue.create(rest, "Ada", "Bea", "Cleo", photo="coffee.jpg")


async def test_filters_sort_orders_and_pages(stack, rest: Rest, catalogue):
    shots = await catalogue.finished(VARIATIONS)
    ids = {shot["id"] for shot in shots}
    ada = catalogue.character_id
    scene_id = await catalogue.add_scene()
    of_ada = next(shot for shot in shots if shot["character"]["id"] == ada)
    assert (await rest.promote(of_ada["id"], scene_id))["status"] == "done"

    async def found(**query):
        shown = await rest.gallery(scene_type_id=catalogue.scene_type_id, **query)
        return [shot["id"] for shot in shown]

    async def named(**query):
        shown = await rest.gallery(scene_type_id=catalogue.scene_type_id, **query)
        return [shot["character"]["name"] for shot in shown]

    assert set(await found()) == ids
    assert await found(promoted=True) == [of_ada["id"]]
    assert set(await found(promoted=False)) == ids - {of_ada["id"]}
    assert await named(character_id=ada) == ["Ada", "Ada"]
    assert set(await found(workflow_id=catalogue.workflow_id)) == ids
    assert await found(workflow_id=catalogue.workflow_id + 10_000) == []
    assert set(await found(status=["scored", "failed"])) == ids
    assert await found(status="failed") == []
    verdicts = {shot["id"]: shot["verdict"] for shot in shots}
    for verdict in ("pass", "warn", "fail"):
        expected = {one for one, said in verdicts.items() if said == verdict}
        assert set(await found(verdict=verdict)) == expected
    assert len(await found(q="red umbr")) == 3
    assert len(await found(q="ada umbrella")) == 1
    assert await found(q="elephant") == []
    first = min(shot["created_at"] for shot in shots)
    assert set(await found(created_after=first)) == ids
    assert await found(created_before=first) == []

    scores = {shot["id"]: shot["quality_score"] for shot in shots}
    by_quality = await found(sort="quality", order="desc")
    assert [scores[one] for one in by_quality] == sorted(scores.values(), reverse=True)
    assert await named(sort="character", order="asc") == ["Ada"] * 2 + ["Bea"] * 2 + ["Cleo"] * 2
    assert await found(sort="date", order="asc") == (await found(sort="date", order="desc"))[::-1]
    for sort in ("date", "character", "quality"):
        for order in ("asc", "desc"):
            whole = await found(sort=sort, order=order)
            assert await found(sort=sort, order=order, limit=1) == whole, (sort, order)
            assert await found(sort=sort, order=order, limit=4) == whole, (sort, order)


async def test_pages_stay_right_while_shots_are_added(stack, rest, catalogue):
    shots = await catalogue.finished(2)
    query = {"scene_type_id": catalogue.scene_type_id, "limit": 4}

    page = await rest.get("/api/test-shots/gallery", **query)
    new = await catalogue.shoot()
    rest_of_it = await rest.get("/api/test-shots/gallery", **query, cursor=page["next"])

    shown = [shot["id"] for shot in page["items"] + rest_of_it["items"]]
    assert shown == sorted((shot["id"] for shot in shots), reverse=True)
    assert rest_of_it["next"] is None
    await rest.until_status(new["id"], "scored")

    foreign = await rest.ask(
        "GET", "/api/test-shots/gallery", params={"cursor": page["next"], "sort": "quality"}
    )
    assert foreign.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "sort=date" in foreign.json()["errors"][0]["message"]


async def test_parts_of_a_clip(stack, rest):
    catalogue = await Catalogue.create(rest)
    (shot,) = await catalogue.finished(1)
    key, size = shot["output_video_path"], shot["artefacts"]["video"]["size_bytes"]
    whole = await rest.media(key)
    clip = whole.content

    assert (whole.status_code, len(clip)) == (HTTPStatus.OK, size)
    assert whole.headers["content-type"] == "video/mp4"
    for asked, first, after in (
        ("bytes=0-99", 0, 100),
        (f"bytes={size - 10}-", size - 10, size),
        ("bytes=-50", size - 50, size),
        (f"bytes=100-{size * 2}", 100, size),
    ):
        part = await rest.media(key, part=asked)
        assert part.status_code == HTTPStatus.PARTIAL_CONTENT, asked
        assert part.headers["content-range"] == f"bytes {first}-{after - 1}/{size}"
        assert part.content == clip[first:after]
    beyond = await rest.media(key, part=f"bytes={size}-")
    assert beyond.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    known = await rest.ask(
        "GET", f"/api/media/{key}", headers={"If-None-Match": whole.headers["etag"]}
    )
    assert (known.status_code, known.content) == (HTTPStatus.NOT_MODIFIED, b"")
    head = await rest.ask("HEAD", f"/api/media/{key}")
    assert (head.headers["content-length"], head.content) == (str(size), b"")
    for escape in ("../admin-key", "renders/../../admin-key", "renders/nothing.mp4"):
        away = await rest.ask("GET", f"/api/media/{escape.replace('/', '%2F')}")
        assert away.status_code == HTTPStatus.NOT_FOUND, escape
