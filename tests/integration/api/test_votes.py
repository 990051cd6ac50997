"""Blind A/B: pairs to choose from, votes, and the ranking they make."""

import asyncio
from itertools import pairwise

import pytest

from screentest.api.domain.users import Role
from screentest.common.ids import new_id
from support.shots import CLIP, add_catalogue, artefacts

_INSERT = """
insert into test_shots (scene_type_id, character_id, workflow_id, parameters, seed_image_path,
    created_by_id, run_id, recipe, recipe_hash, status, artefacts, clip, output_video_path,
    poster_path)
values ($1, $2, $3, $4, 'images/x.png', $5, $6, '{}', $7, $8, $9, $10, $11, $12)
returning id
"""
GALLERY = "/api/test-shots/gallery"


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=2)


@pytest.fixture
async def add_shot(pool, creator, catalogue):
    user_id = (await creator.get("/api/me")).json()["id"]

    async def add(cfg=6.0, *, character=0, is_rendered=True, scene_type_id=None):
        run_id = new_id()
        files = artefacts(f"renders/{run_id}/1/{run_id}")
        parameters = {
            "workflow": {"id": catalogue.workflow_id, "name": "w", "version": 1},
            "values": {"cfg": cfg},
            "loras": [],
            "templates": {"start": "a portrait of {name}"},
        }
        return await pool.fetchval(
            _INSERT,
            scene_type_id or catalogue.scene_type_id,
            catalogue.character_ids[character],
            catalogue.workflow_id,
            parameters,
            user_id,
            run_id,
            (run_id.hex * 2)[:64],
            "rendered" if is_rendered else "waiting",
            files.model_dump(mode="json") if is_rendered else None,
            CLIP.model_dump() if is_rendered else None,
            files.video.key if is_rendered else None,
            files.poster.key if is_rendered and files.poster else None,
        )

    return add


def vote(client, left, right, winner):
    body = {"left_shot_id": left, "right_shot_id": right, "winner": winner}
    return client.post("/api/votes", json=body)


async def ranked(client, catalogue, by):
    path = f"/api/scene-types/{catalogue.scene_type_id}/ranking"
    answer = await client.get(path, params={"by": by})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_person_has_one_vote_on_a_pair_and_the_last_counts(creator, catalogue, add_shot):
    one, other = await add_shot(4.0), await add_shot(8.0)
    await vote(creator, one, other, "left")
    again = await vote(creator, other, one, "left")
    ranking = await ranked(creator, catalogue, "shot")

    assert again.status_code == 200
    assert again.json()["by_name"] == "carl"
    assert [(item["id"], item["wins"]) for item in ranking["items"]] == [
        (str(other), 1),
        (str(one), 0),
    ]
    assert (ranking["votes"], ranking["people"]) == (1, 1)


async def test_shots_are_ranked_and_the_gallery_is_sorted_so(api, creator, catalogue, add_shot):
    worst, best, middle, unseen = [await add_shot(cfg) for cfg in (1.0, 2.0, 3.0, 4.0)]
    for number in range(3):
        _, client = await api.sign_up(f"judge {number}", Role.CREATOR)
        await vote(client, best, middle, "left")
        await vote(client, worst, middle, "right")
        await vote(client, best, worst, "tie" if number == 2 else "left")
    items = (await ranked(creator, catalogue, "shot"))["items"]
    best_first = (await creator.get(GALLERY, params={"sort": "ranking"})).json()["items"]
    worst_first = (await creator.get(GALLERY, params={"sort": "ranking", "order": "asc"})).json()[
        "items"
    ]

    assert [int(item["id"]) for item in items] == [best, middle, worst]
    top = items[0]
    assert (top["wins"], top["ties"], top["votes"]) == (5, 1, 6)
    assert top["win_rate"] == pytest.approx(5.5 / 6)
    # Few votes: probably better than average, and not surely.
    assert 0.4 < top["chance"]["low"] < 0.5 < top["chance"]["value"] < top["chance"]["high"] < 1
    assert [shot["id"] for shot in best_first] == [best, middle, worst, unseen]
    assert [shot["id"] for shot in worst_first] == [worst, middle, best, unseen]
    assert best_first[0]["strength"] == pytest.approx(top["strength"], abs=1e-4)
    assert best_first[-1]["strength"] is None


async def test_pages_by_ranking_hold_every_shot_once(creator, add_shot):
    shots = [await add_shot(cfg) for cfg in range(1, 8)]
    for left, right in pairwise(shots[:5]):
        await vote(creator, left, right, "left")
    found, cursor = [], None
    while True:
        query = {"sort": "ranking", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await creator.get(GALLERY, params=query)).json()
        found += [shot["id"] for shot in page["items"]]
        if (cursor := page["next"]) is None:
            break

    assert found == [*shots[:5], *reversed(shots[5:])]


async def test_configurations_gather_the_votes_of_all_characters(creator, catalogue, add_shot):
    soft = [await add_shot(4.0, character=place) for place in (0, 1)]
    hard = [await add_shot(9.0, character=place) for place in (0, 1)]
    for one, other in zip(soft, hard, strict=True):
        await vote(creator, one, other, "left")
    await vote(creator, soft[0], soft[1], "right")
    configurations = await ranked(creator, catalogue, "configuration")
    characters = await ranked(creator, catalogue, "character")

    found = [(one["name"], one["wins"], one["test_shots"]) for one in configurations["items"]]
    assert found == [("cfg 4.0", 2, 2), ("cfg 9.0", 0, 2)]
    assert configurations["items"][0]["configuration"]["values"] == {"cfg": 4.0}
    assert configurations["items"][0]["test_shot_id"] in soft
    # What is about two of the same says nothing of them.
    assert (configurations["votes"], characters["votes"]) == (2, 1)
    assert [item["name"] for item in characters["items"]] == ["character 001", "character 000"]


async def test_a_pair_is_blind_and_never_shown_twice(creator, viewer, catalogue, add_shot):
    shots = [await add_shot(cfg) for cfg in (1.0, 2.0, 3.0)]
    await add_shot(4.0, is_rendered=False)
    query = {"scene_type_id": catalogue.scene_type_id}
    seen = []
    for _ in range(3):
        pair = (await creator.get("/api/votes/next", params=query)).json()
        sides = {side: pair[side]["token"] for side in ("left", "right")}
        voted = await creator.post("/api/votes", json={**sides, "winner": "left"})
        assert voted.status_code == 200, voted.text
        seen.append({voted.json()["left_shot_id"], voted.json()["right_shot_id"]})
    after = await creator.get("/api/votes/next", params=query)
    of_another = await viewer.get("/api/votes/next", params=query)

    assert pair.keys() == {"scene_type_id", "left", "right"}
    assert pair["left"].keys() == {"token", "video", "poster"}
    assert pair["left"]["video"].startswith("renders/")
    assert sorted(map(sorted, seen)) == [shots[:2], [shots[0], shots[2]], shots[1:]]
    assert after.status_code == 404
    assert after.json()["type"] == "/problems/no-pair-left"
    assert of_another.status_code == 200
    assert of_another.headers["cache-control"] == "no-store"


async def test_a_pair_that_is_skipped_makes_room_for_the_others(creator, catalogue, add_shot):
    for cfg in (1.0, 2.0, 3.0):
        await add_shot(cfg)
    query = {"scene_type_id": catalogue.scene_type_id, "skip": []}
    shown = []
    for _ in range(3):
        pair = (await creator.get("/api/votes/next", params=query)).json()
        tokens = [pair[side]["token"] for side in ("left", "right")]
        shown.append(frozenset(tokens))
        query["skip"].append(",".join(tokens))
    after = await creator.get("/api/votes/next", params=query)
    # Nothing of it is kept: who asks without them is shown them again.
    again = await creator.get("/api/votes/next", params=query | {"skip": query["skip"][1:]})
    malformed = await creator.get("/api/votes/next", params=query | {"skip": tokens})

    assert len(set(shown)) == 3
    assert after.status_code == 404
    assert "compared or skipped" in after.json()["detail"]
    assert {again.json()[side]["token"] for side in ("left", "right")} == shown[0]
    assert malformed.status_code == 422


async def test_which_side_a_clip_is_on_is_chance(viewer, catalogue, add_shot):
    await add_shot(1.0), await add_shot(2.0)
    query = {"scene_type_id": catalogue.scene_type_id}
    lefts = [
        (await viewer.get("/api/votes/next", params=query)).json()["left"]["token"]
        for _ in range(40)
    ]

    assert len(set(lefts)) == 2


async def test_what_cannot_be_compared_is_refused(creator, pool, catalogue, add_shot):
    other = await add_catalogue(pool)
    shot, waiting = await add_shot(1.0), await add_shot(2.0, is_rendered=False)
    elsewhere = await add_shot(3.0, scene_type_id=other.scene_type_id)
    answers = [
        await vote(creator, shot, shot, "left"),
        await vote(creator, shot, elsewhere, "left"),
        await vote(creator, shot, waiting, "left"),
        await vote(creator, shot, 999999, "left"),
        await creator.post("/api/votes", json={"left_shot_id": shot, "winner": "tie"}),
        await creator.get("/api/votes/next", params={"scene_type_id": 999999}),
    ]

    assert [answer.json()["type"].removeprefix("/problems/") for answer in answers] == [
        "not-comparable",
        "not-comparable",
        "not-rendered",
        "shot-not-found",
        "invalid-request",
        "scene-type-not-found",
    ]


async def test_a_deleted_shot_takes_its_votes_along(creator, pool, catalogue, add_shot):
    shots = [await add_shot(cfg) for cfg in (1.0, 2.0, 3.0)]
    await vote(creator, shots[0], shots[1], "left")
    await pool.execute("delete from test_shots where id = $1", shots[1])
    await vote(creator, shots[2], shots[0], "tie")
    items = (await ranked(creator, catalogue, "shot"))["items"]
    kept = await pool.fetch("select test_shot_id, votes from shot_strengths order by 1")

    assert {int(item["id"]) for item in items} == {shots[0], shots[2]}
    assert [tuple(row) for row in kept] == [(shots[0], 1), (shots[2], 1)]


async def test_votes_at_once_are_all_counted(api, creator, catalogue, add_shot, pool):
    one, other = await add_shot(1.0), await add_shot(2.0)
    judges = [(await api.sign_up(f"judge {number}", Role.CREATOR))[1] for number in range(6)]
    answers = await asyncio.gather(*(vote(judge, one, other, "left") for judge in judges))

    assert {answer.status_code for answer in answers} == {200}
    assert await pool.fetchval("select min(votes) from shot_strengths") == 6


async def test_what_people_said_outlives_their_account(api, admin, creator, catalogue, add_shot):
    user, judge = await api.sign_up("gone", Role.CREATOR)
    await vote(judge, await add_shot(1.0), await add_shot(2.0), "left")
    deleted = await admin.delete(f"/api/users/{user.id}")

    assert deleted.status_code == 204
    assert (await ranked(creator, catalogue, "shot"))["votes"] == 1
