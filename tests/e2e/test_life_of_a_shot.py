"""What a person does with one test shot: ask once, watch, cancel, delete."""

import asyncio
from http import HTTPStatus

import pytest

from support.audit import stored_clips
from support.catalogue import Catalogue
from support.fleet import WORKERS, drained
from support.live import Listener
from support.rest import Rest


@pytest.fixture
async def catalogue(stack, rest):
    return await Catalogue.create(rest)


async def test_live_events_tell_it_in_order_and_go_on_where_a_client_left_off(
    stack, rest, catalogue
):
    async with Listener(rest) as heard:
        shot_id = (await catalogue.shoot())["id"]
        await heard.hears(
            lambda event: event.data.get("id") == shot_id and event.data.get("status") == "scored"
        )

    assert heard.statuses(shot_id) == ["waiting", "rendering", "rendered", "scored"]
    ids = [event.id for event in heard.events if event.id is not None]
    assert ids == sorted(set(ids))
    progress = [event for event in heard.of_shot(shot_id) if event.type == "progress"]
    fractions = [event.data["fraction"] for event in progress]
    assert len(fractions) >= 3
    assert fractions == sorted(fractions)
    assert {event.data["worker"] for event in progress} == {(await rest.shot(shot_id))["worker"]}

    left = next(
        event for event in heard.of_shot(shot_id) if event.data.get("status") == "rendering"
    )
    async with Listener(rest, last_id=left.id) as resumed:
        last = heard.of_shot(shot_id)[-1]
        await resumed.hears(lambda event: event.id == last.id)
    missed = [event for event in heard.events if event.id is not None and event.id > left.id]
    assert resumed.events[0].type == "ready"
    assert resumed.events[1:][: len(missed)] == missed


async def test_live_events_need_a_key(stack):
    async with Rest(stack.base_url, "st_nobody_knows_it") as stranger:
        refused = await stranger.ask("GET", "/api/events")

    assert refused.status_code == HTTPStatus.UNAUTHORIZED
    assert refused.headers["content-type"].startswith("application/problem+json")


async def test_a_request_repeated_with_its_idempotency_key_is_one_shot(stack, rest, catalogue):
    path = f"/api/scene-types/{catalogue.scene_type_id}/test-shot"
    body = {"character_id": catalogue.character_id}
    headers = {"Idempotency-Key": "the-same-click"}

    async def ask():
        return await rest.ask("POST", path, json=body, headers=headers)

    answers = [*await asyncio.gather(*(ask() for _ in range(5))), await ask()]

    assert {answer.status_code for answer in answers} == {HTTPStatus.ACCEPTED}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert [a.headers.get("Idempotency-Replayed") for a in answers].count("true") == 5
    other = await rest.ask("POST", path, json={**body, "seed": 7}, headers=headers)
    assert other.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert other.json()["type"] == "/problems/idempotency-key-reused"
    shot_id = answers[0].json()["id"]
    await rest.until_status(shot_id, "scored")
    shots = await rest.gallery(scene_type_id=catalogue.scene_type_id)
    assert [shot["id"] for shot in shots] == [shot_id]


async def test_cancelled_while_it_waits_and_while_it_renders(
    slow_worker, stack, rest, audit, catalogue
):
    others = [name for name in WORKERS if name != slow_worker]
    async with drained(rest, *others), Listener(rest) as heard:
        # One for the worker to render, one to stage, and one that waits; which is which is not
        # for the one who asks to say.
        batch_id, requested = await catalogue.shoot_batch(3)
        progress = await heard.hears(
            lambda event: event.type == "progress" and event.data.get("test_shot_id") in requested
        )
        rendering_id = progress.data["test_shot_id"]
        waiting_id = await rest.until_one_waits(batch_id, "slots_busy")

        for shot_id in (rendering_id, waiting_id):
            answer = await rest.ask("POST", f"/api/test-shots/{shot_id}/cancel")
            assert answer.status_code == HTTPStatus.ACCEPTED
        ended = [await rest.until_status(one, "cancelled") for one in (rendering_id, waiting_id)]
        others = sorted(set(requested) - {waiting_id, rendering_id})
        for shot_id in others:
            await rest.until_status(shot_id, "scored")
        audit.one_end_each(ended, heard)

    # A batch is told as a whole, so a shot in it is first heard of when something happens to it.
    assert heard.statuses(waiting_id) == ["waiting", "cancelled"]
    assert heard.statuses(rendering_id) == ["rendering", "cancelled"]
    for shot in ended:
        assert shot["output_video_path"] is None
        assert stored_clips(stack, shot["run_id"]) == []
    too_late = await rest.ask("POST", f"/api/test-shots/{others[0]}/cancel")
    assert too_late.status_code == HTTPStatus.CONFLICT
    assert too_late.json()["type"] == "/problems/shot-finished"
    await audit.nothing_left_over()


async def test_deleted_once_it_has_ended(stack, rest, audit, catalogue):
    shot_id = (await catalogue.shoot())["id"]
    path = f"/api/test-shots/{shot_id}"

    early = await rest.ask("DELETE", path)
    await rest.until_status(shot_id, "scored")
    async with Listener(rest) as heard:
        gone = await rest.ask("DELETE", path)
        await heard.hears(
            lambda event: event.type == "test-shot.deleted" and event.data["id"] == shot_id
        )

    assert early.status_code == HTTPStatus.CONFLICT
    assert early.json()["type"] == "/problems/shot-running"
    assert gone.status_code == HTTPStatus.NO_CONTENT
    assert (await rest.ask("GET", path)).status_code == HTTPStatus.NOT_FOUND
    await audit.shots([], scene_type_id=catalogue.scene_type_id)
