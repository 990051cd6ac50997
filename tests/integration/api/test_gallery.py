"""The gallery: filters, orders, and pages that neither repeat nor lose a shot."""

import random
from datetime import timedelta

import pytest

from screentest.api.domain.users import Role
from screentest.common.ids import new_id
from support.shots import CLIP, add_catalogue, artefacts

_INSERT = """
insert into test_shots (scene_type_id, character_id, workflow_id, parameters, seed_image_path,
    created_by_id, run_id, recipe, recipe_hash, prompt_text, quality_score, created_at,
    status, verdict, artefacts, clip, qa, finished_at)
values ($1, $2, $3, $14, 'images/x.png', $4, $5, '{}', repeat('a', 64), $6, $7, $8,
    $9, $10, $11, $12, $13, case when $9 = 'scored' then now() end)
returning id
"""


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=3)


@pytest.fixture
async def add_shot(pool, creator, catalogue):
    user_id = (await creator.get("/api/me")).json()["id"]
    now = await pool.fetchval("select now()")

    async def add(character=0, score=None, prompt="", age_s=0, loras=(), by=user_id):
        facts = ("waiting", None, None, None, None)
        if score is not None:
            verdict = "fail" if score < 0.5 else "pass"
            files = artefacts("renders/x").model_dump(mode="json")
            facts = ("scored", verdict, files, CLIP.model_dump(), {})
        return await pool.fetchval(
            _INSERT,
            catalogue.scene_type_id,
            catalogue.character_ids[character],
            catalogue.workflow_id,
            by,
            new_id(),
            prompt,
            score,
            now - timedelta(seconds=age_s),
            *facts,
            {"loras": [{"name": name, "weight": 0.5} for name in loras]},
        )

    return add


async def rate(pool, shot_id, rating, tags=()):
    await pool.execute(
        "insert into reviews (test_shot_id, rating, tags, by_name) values ($1, $2, $3, 'ada')",
        shot_id,
        rating,
        list(tags),
    )


async def pages(client, limit=3, between=None, **query):
    """The ids of all pages, one after the other; calls ``between`` after each page."""
    cursor, found = None, []
    while True:
        asked = query | {"limit": limit} | ({"cursor": cursor} if cursor else {})
        answer = await client.get("/api/test-shots/gallery", params=asked)
        assert answer.status_code == 200, answer.text
        found += [shot["id"] for shot in answer.json()["items"]]
        cursor = answer.json()["next"]
        if cursor is None:
            return found
        if between:
            await between()


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("sort", ["date", "character", "quality", "rating"])
async def test_pages_over_ties_and_nulls_hold_every_shot_once(viewer, add_shot, pool, sort, order):
    """While others insert: what was there at the start is shown once, in order."""
    chance = random.Random(f"{sort}{order}")

    async def add():
        score = chance.choice([None, None, 0.2, 0.9, 0.9])
        shot_id = await add_shot(chance.randrange(3), score, age_s=chance.randrange(3))
        if chance.random() < 0.7:
            await rate(pool, shot_id, chance.choice([None, 1, 4, 4]))
        return shot_id

    there = {await add() for _ in range(25)}

    found = await pages(viewer, sort=sort, order=order, between=add)

    assert len(found) == len(set(found))
    assert there <= set(found)
    rows = await pool.fetch(
        "select s.id, s.created_at, s.quality_score as quality, v.rating, c.name"
        " from test_shots s join characters c on c.id = s.character_id"
        " left join reviews v on v.test_shot_id = s.id where s.id = any($1)",
        found,
    )
    facts = {row["id"]: row for row in rows}
    sign = 1 if order == "asc" else -1

    def key(shot_id):
        row = facts[shot_id]
        match sort:
            case "date":
                return (sign * row["created_at"].timestamp(), sign * shot_id)
            case "quality" | "rating" if row[sort] is None:
                return (1, 0, sign * shot_id)
            case "quality" | "rating":
                return (0, sign * row[sort], sign * shot_id)
        return (sign * int(row["name"].split()[1]), sign * shot_id)

    assert found == sorted(found, key=key)


async def test_a_cursor_belongs_to_one_order(viewer, add_shot):
    for _ in range(2):
        await add_shot()
    path = "/api/test-shots/gallery"
    cursor = (await viewer.get(path, params={"limit": 1})).json()["next"]

    for query in ({"cursor": cursor, "sort": "quality"}, {"cursor": "nonsense"}):
        refused = await viewer.get(path, params=query)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["where"] == "query.cursor"


async def test_filters_narrow_and_add_up(viewer, add_shot, catalogue):
    good = await add_shot(0, 0.9, age_s=10)
    bad = await add_shot(0, 0.1, age_s=5)
    waiting = await add_shot(1)

    assert await pages(viewer, character_id=catalogue.character_ids[1]) == [waiting]
    assert await pages(viewer, scene_type_id=catalogue.scene_type_id) == [waiting, bad, good]
    assert await pages(viewer, workflow_id=catalogue.workflow_id + 1) == []
    assert await pages(viewer, status=["scored"]) == [bad, good]
    assert await pages(viewer, status=["scored", "waiting"], verdict="fail") == [bad]
    assert await pages(viewer, promoted="true") == []
    assert await pages(viewer, promoted="false", verdict="pass") == [good]
    moment = (await viewer.get(f"/api/test-shots/{bad}")).json()["created_at"]
    assert await pages(viewer, created_after=moment) == [waiting, bad]
    assert await pages(viewer, created_before=moment) == [good]


async def test_shots_are_found_by_any_of_their_loras_and_by_who_asked(api, viewer, add_shot):
    other, _ = await api.sign_up("nina", Role.CREATOR)
    film = await add_shot(age_s=3, loras=["film.safetensors", "grain.safetensors"])
    noir = await add_shot(age_s=2, loras=["noir.safetensors"], by=other.id)
    plain = await add_shot(age_s=1)

    assert await pages(viewer, lora="grain.safetensors") == [film]
    assert await pages(viewer, lora=["noir.safetensors", "film.safetensors"]) == [noir, film]
    assert await pages(viewer, lora="film") == []
    assert await pages(viewer, created_by_id=other.id) == [noir]
    assert await pages(viewer) == [plain, noir, film]


async def test_facets_are_the_values_in_use(viewer, pool, catalogue, add_shot):
    tagged = await add_shot(0, loras=["film.safetensors", "film.safetensors", "grain.safetensors"])
    await add_shot(0, loras=["grain.safetensors"])
    await add_shot(2)
    await rate(pool, tagged, 5, ["keeper", "rain"])
    facets = (await viewer.get("/api/test-shots/facets")).json()
    used = {kind: [(one["name"], one["test_shots"]) for one in facets[kind]] for kind in facets}

    assert used == {
        "scene_types": [("portrait", 3)],
        "characters": [("character 000", 2), ("character 002", 1)],
        "workflows": [("w", 3)],
        "people": [("carl", 3)],
        "loras": [("grain.safetensors", 2), ("film.safetensors", 1)],
        "tags": [("keeper", 1), ("rain", 1)],
    }
    assert facets["characters"][1]["id"] == catalogue.character_ids[2]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("neon", True),
        ("NEON rain", True),
        ("rain neon", True),
        ("cinem", True),
        ("film_look", True),
        ("35mm", True),
        ("eon", False),
        ("neon sun", False),
        ("straße", True),
        ("'; drop table test_shots; --", False),
        ("&|!:*", True),
    ],
)
async def test_text_is_found_by_words_and_their_beginnings(viewer, add_shot, text, is_found):
    shot = await add_shot(prompt="Cinematic neon-lit street, rain, film_look 35mm, eine Straße")

    assert await pages(viewer, q=text) == ([shot] if is_found else [])


async def test_values_that_no_id_or_date_has_are_refused(viewer):
    for query in ({"character_id": 2**63}, {"created_after": "soon"}, {"sort": "beauty"}):
        answer = await viewer.get("/api/test-shots/gallery", params=query)
        assert answer.status_code == 422
