"""What people think of test shots: said field by field, kept with who said it, and found again."""

import asyncio

import pytest

from screentest.api.domain.users import Role
from screentest.api.handlers.progress import on_segment_rendered
from screentest.common.db import transaction
from support.shots import add_catalogue, rendered


@pytest.fixture
async def shots(creator, pool):
    """Three rendered test shots, in the order they were asked for."""
    catalogue = await add_catalogue(pool, characters=3)
    made = []
    for scene_id in catalogue.scene_ids:
        shot = (await creator.post(f"/api/scenes/{scene_id}/test-shot")).json()
        async with transaction(pool) as tx:
            await on_segment_rendered(rendered(shot["run_id"]), tx)
        made.append(shot["id"])
    return made


async def say(client, shot_id, **said):
    return await client.patch(f"/api/test-shots/{shot_id}", json=said)


async def found(client, **filters):
    answer = await client.get("/api/test-shots/gallery", params={"order": "asc", **filters})
    assert answer.status_code == 200, answer.text
    return [shot["id"] for shot in answer.json()["items"]]


async def test_a_shot_nobody_spoke_of_has_no_review(creator, shots):
    assert (await creator.get(f"/api/test-shots/{shots[0]}")).json()["review"] is None


async def test_what_is_said_is_shown_with_who_said_it(api, creator, shots):
    someone, client = await api.sign_up("rita", Role.CREATOR)  # of somebody else's shot

    answer = await say(
        client, shots[0], decision="approved", rating=4, tags=[" hands ", "hands"], note="good"
    )

    review = answer.json()["review"]
    assert answer.status_code == 200
    assert review.pop("at")
    assert review == {
        "decision": "approved",
        "rating": 4,
        "tags": ["hands"],
        "note": "good",
        "by_id": someone.id,
        "by_name": "rita",
    }
    assert (await creator.get(f"/api/test-shots/{shots[0]}")).json() == answer.json()


async def test_what_is_left_out_stays_and_null_takes_back(creator, shots):
    await say(creator, shots[0], decision="rejected", rating=1, tags=["blur"], note="no")

    review = (await say(creator, shots[0], decision=None)).json()["review"]

    assert (review["decision"], review["rating"]) == (None, 1)
    assert (review["tags"], review["note"]) == (["blur"], "no")


async def test_two_who_say_different_things_at_once_have_both_said_them(creator, shots):
    await asyncio.gather(say(creator, shots[0], rating=5), say(creator, shots[0], note="both"))

    review = (await creator.get(f"/api/test-shots/{shots[0]}")).json()["review"]
    assert (review["rating"], review["note"]) == (5, "both")


async def test_every_word_is_in_the_audit(creator, admin, shots):
    await say(creator, shots[0], decision="approved")
    await say(creator, shots[0], decision="rejected")

    entries = (await admin.get("/api/audit", params={"action": "test-shot.reviewed"})).json()

    words = [(one["before"] or {}).get("decision") for one in entries["items"]]
    assert words == ["approved", None]
    assert entries["items"][0]["after"]["decision"] == "rejected"


async def test_browsers_are_told(creator, pool, shots):
    await say(creator, shots[0], decision="approved", tags=["face"])

    data = await pool.fetchval("select data from live_events order by id desc limit 1")
    assert (data["id"], data["status"]) == (shots[0], "rendered")
    assert (data["review"]["decision"], data["review"]["tags"]) == ("approved", ["face"])


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "maybe"},
        {"rating": 0},
        {"rating": 6},
        {"tags": ["x" * 41]},
        {"tags": [""]},
        {"tags": None},
        {"note": None},
        {"stars": 5},
    ],
)
async def test_nonsense_is_refused(creator, shots, body):
    assert (await say(creator, shots[0], **body)).status_code == 422


async def test_viewers_watch(viewer, shots):
    assert (await say(viewer, shots[0], rating=5)).status_code == 403


async def test_what_nobody_can_have_seen_cannot_be_judged(creator, pool, shots):
    scene_id = await pool.fetchval("select min(id) from scenes")
    shot = (await creator.post(f"/api/scenes/{scene_id}/test-shot", json={"seed": 9})).json()

    refused = await say(creator, shot["id"], decision="approved")

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-rendered")
    assert (await say(creator, shot["id"], note="wait for this one")).status_code == 200
    assert (await say(creator, 999, note="x")).status_code == 404


async def test_the_gallery_finds_them(creator, shots):
    first, second, third = shots
    await say(creator, first, decision="approved", rating=5, tags=["face", "rain"])
    await say(creator, second, decision="rejected", rating=2, tags=["face"])

    assert await found(creator, decision="approved") == [first]
    assert await found(creator, decision=["rejected", "undecided"]) == [second, third]
    assert await found(creator, min_rating=2) == [first, second]
    assert await found(creator, min_rating=3) == [first]
    assert await found(creator, tag="face") == [first, second]
    assert await found(creator, tag=["face", "rain"]) == [first]
    assert await found(creator, tag="rain", decision="rejected") == []


@pytest.mark.parametrize("sort", ["date", "character", "quality"])
async def test_pages_go_on_with_filters(creator, shots, sort):
    for shot_id in shots:
        await say(creator, shot_id, tags=["face"])
    query = {"tag": "face", "sort": sort, "order": "asc", "limit": 2}
    page = (await creator.get("/api/test-shots/gallery", params=query)).json()
    rest = (
        await creator.get("/api/test-shots/gallery", params={**query, "cursor": page["next"]})
    ).json()

    assert [one["id"] for one in page["items"] + rest["items"]] == shots


async def test_a_deleted_shot_takes_its_review_with_it(creator, pool, shots):
    await say(creator, shots[0], note="gone")
    await pool.execute("update test_shots set status = 'cancelled', finished_at = now()")

    assert (await creator.delete(f"/api/test-shots/{shots[0]}")).status_code == 204
    assert await pool.fetchval("select count(*) from reviews") == 0
