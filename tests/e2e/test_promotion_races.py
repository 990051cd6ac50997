"""Promotions at the same moment: one succeeds, all others are told why they did not."""

import asyncio
from http import HTTPStatus

import pytest

from support.catalogue import Catalogue

SHOTS = 10


@pytest.fixture
async def catalogue(stack, rest):
    return await Catalogue.create(rest)


async def race(rest, pairs):
    """Ask for all promotions at once: the pairs that were accepted, and the other answers."""
    answers = await asyncio.gather(
        *(
            rest.ask("POST", f"/api/test-shots/{shot_id}/promote", json={"scene_id": scene_id})
            for shot_id, scene_id in pairs
        )
    )
    accepted = [a.json() for a in answers if a.status_code == HTTPStatus.ACCEPTED]
    return accepted, [a for a in answers if a.status_code != HTTPStatus.ACCEPTED]


def problems(answers):
    """The types of problems, each seen to be one that a person can read."""
    for answer in answers:
        assert answer.status_code == HTTPStatus.CONFLICT, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["status"] == HTTPStatus.CONFLICT
        assert answer.json()["title"]
        assert answer.json()["detail"].endswith(".")
    return {answer.json()["type"] for answer in answers}


async def test_ten_shots_race_into_one_scene(stack, rest, audit, catalogue):
    scene_id = await catalogue.add_scene()
    shots = await catalogue.finished(SHOTS)

    accepted, refused = await race(rest, [(shot["id"], scene_id) for shot in shots])

    assert len(accepted) == 1
    in_the_way = {"/problems/promotion-in-progress", "/problems/scene-has-segment-001"}
    assert problems(refused) <= in_the_way
    promotion = await rest.until_decided(accepted[0])
    assert promotion["status"] == "done"
    winner = next(shot for shot in shots if shot["id"] == promotion["test_shot_id"])
    segment = (await rest.get(f"/api/scenes/{scene_id}"))["chain"]["segments"][0]
    assert segment["test_shot_id"] == winner["id"]
    assert segment["artefacts"]["video"]["sha256"] == winner["artefacts"]["video"]["sha256"]

    again, too_late = await race(
        rest, [(shot["id"], scene_id) for shot in shots if shot != winner][:2]
    )
    assert again == []
    assert problems(too_late) == {"/problems/scene-has-segment-001"}

    promoted = await rest.gallery(scene_type_id=catalogue.scene_type_id, promoted=True)
    assert [(shot["id"], shot["promoted_to_scene_id"]) for shot in promoted] == [
        (winner["id"], scene_id)
    ]
    await audit.nothing_left_over()


async def test_one_shot_races_into_ten_scenes(stack, rest, audit, catalogue):
    scene_ids = [await catalogue.add_scene(f"Scene {number}") for number in range(SHOTS)]
    (shot,) = await catalogue.finished(1)

    accepted, refused = await race(rest, [(shot["id"], scene_id) for scene_id in scene_ids])

    assert len(accepted) == 1
    in_the_way = {"/problems/promotion-in-progress", "/problems/already-promoted"}
    assert problems(refused) <= in_the_way
    promotion = await rest.until_decided(accepted[0])
    assert promotion["status"] == "done"

    other = next(one for one in scene_ids if one != promotion["scene_id"])
    again, too_late = await race(rest, [(shot["id"], other)] * 2)
    assert again == []
    assert problems(too_late) == {"/problems/already-promoted"}

    chains = [(await rest.get(f"/api/scenes/{one}"))["chain"] for one in scene_ids]
    begun = [
        one for one, chain in zip(scene_ids, chains, strict=True) if chain["rendered_segments"]
    ]
    assert begun == [promotion["scene_id"]]
    await audit.nothing_left_over()


async def test_what_cannot_be_promoted_is_refused_with_the_reason(stack, rest, catalogue):
    scene_id = await catalogue.add_scene()
    waiting = await catalogue.shoot(seed=1)

    _, early = await race(rest, [(waiting["id"], scene_id)])
    missing = await rest.ask(
        "POST", f"/api/test-shots/{2**40}/promote", json={"scene_id": scene_id}
    )

    assert problems(early) == {"/problems/shot-not-finished"}
    assert missing.status_code == HTTPStatus.NOT_FOUND
    assert missing.json()["type"] == "/problems/shot-not-found"

    stranger = await Catalogue.create(rest)
    await rest.until_status(waiting["id"], "scored")
    _, elsewhere = await race(rest, [(waiting["id"], await stranger.add_scene())])
    assert problems(elsewhere) == {"/problems/scene-does-not-match"}
