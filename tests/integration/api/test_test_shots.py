"""Test shots through the REST API, up to the outbox."""

import pytest

from screentest.api.domain.users import Role
from screentest.api.handlers.progress import (
    on_qa_scored,
    on_run_finished,
    on_segment_rendered,
)
from screentest.common.db import transaction
from screentest.common.events import Lane, RunKind, RunStatus, ShotCancelled, ShotRequested
from support.shots import add_catalogue, finished, rendered, said, scored


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=2)


async def _finish(pool, shot, score=0.8):
    event = rendered(shot["run_id"])
    async with transaction(pool) as tx:
        await on_segment_rendered(event, tx)
        await on_qa_scored(scored(shot["run_id"], event.render_id, score=score), tx)


async def test_a_scene_asks_for_segment_1_of_itself(creator, pool, catalogue):
    answer = await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")

    assert answer.status_code == 202, answer.text
    shot = answer.json()
    assert answer.headers["Location"] == f"/api/test-shots/{shot['id']}"
    assert shot["status"] == "waiting"
    assert shot["scene_id"] == catalogue.scene_ids[0]
    assert shot["parameters"]["prompt"] == "a portrait of character 000, red hair"
    assert shot["parameters"]["values"]["cfg"] == 6.0
    assert shot["parameters"]["values"]["frames"] == 25
    assert shot["parameters"]["planned_segments"] == 3
    assert shot["parameters"]["seed"] == 42
    (asked,) = await said(pool, ShotRequested)
    assert (asked.kind, asked.lane, asked.segments) == (RunKind.TEST_SHOT, Lane.PREVIEW, 1)
    assert asked.test_shot_id == shot["id"]
    assert str(asked.run_id) == shot["run_id"]


async def test_a_test_shot_has_the_recipe_hash_of_segment_1_of_its_scene(creator, pool, catalogue):
    shot = (await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")).json()
    await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/generate")

    asked = (await said(pool, ShotRequested))[-1]

    assert asked.kind is RunKind.SCENE
    from screentest.common.recipes import Position

    first = asked.recipe.for_segment(1, Position.START, asked.seed_image.sha256)
    assert first.hash == shot["recipe_hash"]


async def test_overrides_replace_what_the_scene_type_says(creator, catalogue):
    body = {
        "character_id": catalogue.character_ids[1],
        "values": {"cfg": 9, "steps": 30},
        "loras": [{"name": "film.safetensors", "weight": 0.5}],
        "seed": 7,
        "prompts": {"start": "{name} in {light|rain}"},
        "negative_prompt": "none",
    }

    answer = await creator.post(f"/api/scene-types/{catalogue.scene_type_id}/test-shot", json=body)

    parameters = answer.json()["parameters"]
    assert parameters["prompt"] == "character 001 in rain"
    assert parameters["prompts"]["continuation"] == "character 001 goes on"
    assert (parameters["values"]["cfg"], parameters["values"]["steps"]) == (9, 30)
    assert parameters["loras"] == [{"name": "film.safetensors", "weight": 0.5}]
    assert (parameters["seed"], parameters["negative_prompt"]) == (7, "none")


async def test_what_cannot_be_rendered_is_refused_in_sentences(creator, pool, catalogue):
    path = f"/api/scene-types/{catalogue.scene_type_id}/test-shot"
    body = {"character_id": catalogue.character_ids[0], "values": {"cgf": 3, "steps": 0}}

    wrong = await creator.post(path, json=body)
    unresolved = await creator.post(
        path,
        json={"character_id": catalogue.character_ids[0], "prompts": {"start": "{name} {hat}"}},
    )

    assert wrong.status_code == unresolved.status_code == 422
    assert wrong.json()["type"].endswith("invalid-parameters")
    assert len(wrong.json()["errors"]) == 2
    assert unresolved.json()["type"].endswith("unresolved-placeholders")
    assert "{hat}" in unresolved.json()["detail"]
    assert await said(pool, ShotRequested) == []


async def test_a_viewer_may_look_and_not_ask(viewer, creator, catalogue):
    refused = await viewer.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")
    shot = (await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")).json()

    assert refused.status_code == 403
    assert (await viewer.get(f"/api/test-shots/{shot['id']}")).json() == shot


async def test_a_repeated_request_makes_one_shot(creator, pool, catalogue):
    path = f"/api/scenes/{catalogue.scene_ids[0]}/test-shot"

    answers = [
        await creator.post(path, headers={"Idempotency-Key": "once"}, json={}) for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert len(await said(pool, ShotRequested)) == 1


async def test_cancelling_is_asked_for_once_and_shown(creator, pool, catalogue):
    shot = (await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")).json()

    answers = [await creator.post(f"/api/test-shots/{shot['id']}/cancel") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json()["cancel_requested_at"] is not None
    assert [str(one.run_id) for one in await said(pool, ShotCancelled)] == [shot["run_id"]]


async def test_a_finished_shot_cannot_be_cancelled_and_can_be_deleted(creator, pool, catalogue):
    shot = (await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")).json()
    path = f"/api/test-shots/{shot['id']}"

    too_early = await creator.delete(path)
    await _finish(pool, shot)
    too_late = await creator.post(f"{path}/cancel")
    deleted = await creator.delete(path)

    assert too_early.json()["type"].endswith("shot-running")
    assert too_late.json()["type"].endswith("shot-finished")
    assert deleted.status_code == 204
    assert (await creator.get(path)).status_code == 404


async def test_creators_touch_only_what_is_theirs_and_admins_everything(
    api, creator, admin, catalogue
):
    shot = (await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")).json()
    _, other = await api.sign_up("olga", Role.CREATOR)

    refused = await other.post(f"/api/test-shots/{shot['id']}/cancel")
    allowed = await admin.post(f"/api/test-shots/{shot['id']}/cancel")

    assert refused.json()["type"].endswith("not-yours")
    assert allowed.status_code == 202


async def test_events_of_a_deleted_shot_change_nothing(creator, pool, catalogue):
    shot = (await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")).json()
    await _finish(pool, shot)
    await creator.delete(f"/api/test-shots/{shot['id']}")

    await _finish(pool, shot)

    assert (await creator.get("/api/test-shots/gallery")).json()["items"] == []


async def test_a_shot_that_is_rendered_and_not_scored_is_cancelled_at_once(
    creator, pool, catalogue
):
    shot = (await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")).json()
    event = rendered(shot["run_id"])
    (asked,) = await said(pool, ShotRequested)
    async with transaction(pool) as tx:
        await on_segment_rendered(event, tx)
        await on_run_finished(finished(asked), tx)

    answer = await creator.post(f"/api/test-shots/{shot['id']}/cancel")
    async with transaction(pool) as tx:
        await on_qa_scored(scored(shot["run_id"], event.render_id), tx)
    again = await creator.post(f"/api/test-shots/{shot['id']}/cancel")
    after = (await creator.get(f"/api/test-shots/{shot['id']}")).json()
    deleted = await creator.delete(f"/api/test-shots/{shot['id']}")

    assert (answer.status_code, answer.json()["status"]) == (202, "cancelled")
    assert again.json()["type"].endswith("shot-finished")
    assert (after["status"], after["quality_score"]) == ("cancelled", None)
    assert deleted.status_code == 204


async def test_a_shot_that_has_ended_takes_nothing_more(creator, pool, catalogue):
    """Its render goes on where another shot shares it."""
    shot = (await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")).json()
    (asked,) = await said(pool, ShotRequested)
    event = rendered(shot["run_id"])

    async with transaction(pool) as tx:
        await on_run_finished(finished(asked, RunStatus.CANCELLED), tx)
        await on_segment_rendered(event, tx)
        await on_qa_scored(scored(shot["run_id"], event.render_id), tx)

    after = (await creator.get(f"/api/test-shots/{shot['id']}")).json()
    assert (after["status"], after["artefacts"], after["qa"]) == ("cancelled", None, None)
    assert await pool.fetchval("select count(*) from parked_scores") == 0
