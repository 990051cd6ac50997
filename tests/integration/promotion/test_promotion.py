"""Promotions with real storage, database and broker."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from screentest.common import outbox
from screentest.common.bus import Bus
from screentest.common.consumer import Consumer, Subscription
from screentest.common.db import transaction
from screentest.common.events import (
    ClipFacts,
    PromotionRejected,
    PromotionRequested,
    SegmentArtefacts,
    ShotPromoted,
)
from screentest.common.objects import Objects
from screentest.common.outbox import Relay
from screentest.common.recipes import Prompts, Renderer, RunRecipe
from screentest.promotion import handlers
from screentest.promotion.subscribers import subscriptions
from support.waiting import until

RECIPE = RunRecipe(
    renderer=Renderer.BUILTIN, graph={}, slots=(), seed=1, prompts=Prompts(start="a cat")
)
CLIP = ClipFacts(duration_s=2.5, fps=16, frames=41, width=832, height=480)


@pytest.fixture
def objects(objects_url):
    return Objects.open(objects_url)


@pytest.fixture
async def shot(objects) -> SegmentArtefacts:
    """The three files of a finished test shot."""
    return await stored_shot(objects, "run-1")


async def stored_shot(objects: Objects, run: str) -> SegmentArtefacts:
    key = f"renders/{run}/001/render"
    return SegmentArtefacts(
        video=await objects.put(f"{key}.mp4", f"clip of {run}".encode(), media_type="video/mp4"),
        last_frame=await objects.put(f"{key}.last.png", b"frame", media_type="image/png"),
        poster=await objects.put(f"{key}.poster.webp", b"poster", media_type="image/webp"),
    )


def request(shot: SegmentArtefacts | None, *, test_shot_id: int = 1, scene_id: int = 7):
    return PromotionRequested(
        promotion_id=uuid4(),
        test_shot_id=test_shot_id,
        scene_id=scene_id,
        requested_by=1,
        artefacts=shot,
        clip=None if shot is None else CLIP,
        recipe=RECIPE,
        gpu_seconds=12.5,
    )


async def promote(event, objects, pool):
    """Handle one request as the consumer does; returns the event it says."""
    record = await handlers.on_promotion_requested(event, objects=objects, pool=pool)
    async with transaction(pool) as tx:
        await record(tx)
        row = await tx.fetchrow("delete from outbox returning type, body")
    contract = {c.type: c for c in (ShotPromoted, PromotionRejected)}[row["type"]]
    return contract.model_validate(row["body"])


async def test_promotion_copies_every_byte_at_no_gpu_cost(objects, pool_of, shot):
    done = await promote(request(shot), objects, await pool_of("promotion"))

    assert done.artefacts.video.key == "scenes/7/segments/001.mp4"
    assert done.artefacts.last_frame.key == "scenes/7/segments/001.last.png"
    assert done.artefacts.poster.key == "scenes/7/segments/001.poster.webp"
    assert await objects.get("scenes/7/segments/001.mp4") == b"clip of run-1"
    assert await objects.get("scenes/7/segments/001.last.png") == b"frame"
    assert done.sha256_before == done.sha256_after == shot.video.sha256
    assert done.gpu_seconds_saved == 12.5
    assert done.recipe == RECIPE


async def test_what_a_clip_was_encoded_from_stays_with_the_shot(objects, pool_of, shot):
    """The scene needs it for nothing, so it may be gone as well."""
    original = shot.video.model_copy(update={"key": "renders/run-1/001/render.original.webm"})
    of_a_webm = shot.model_copy(update={"original": original})

    done = await promote(request(of_a_webm), objects, await pool_of("promotion"))

    assert isinstance(done, ShotPromoted)
    assert done.artefacts.original is None


async def test_promoting_a_shot_twice_yields_one_promotion(objects, pool_of, shot):
    pool = await pool_of("promotion")
    await promote(request(shot), objects, pool)
    second = await promote(request(shot, scene_id=8), objects, pool)

    assert isinstance(second, PromotionRejected)
    assert second.code == "already_promoted"
    with pytest.raises(FileNotFoundError):
        await objects.info("scenes/8/segments/001.mp4")


async def test_second_shot_for_a_scene_is_refused(objects, pool_of, shot):
    pool = await pool_of("promotion")
    await promote(request(shot), objects, pool)
    other = await stored_shot(objects, "run-2")
    second = await promote(request(other, test_shot_id=2), objects, pool)

    assert second.code == "scene_has_segment_001"
    assert await objects.get("scenes/7/segments/001.mp4") == b"clip of run-1"


async def test_a_shot_whose_segment_001_was_replaced_is_promoted_again(objects, pool_of, shot):
    pool = await pool_of("promotion")
    first = request(shot)
    await promote(first, objects, pool)
    again = request(shot, scene_id=8)

    refused = await promote(again, objects, pool)
    done = await promote(again.model_copy(update={"supersedes": first.promotion_id}), objects, pool)

    assert refused.code == "already_promoted"
    assert done.artefacts.video.key == "scenes/8/segments/001.mp4"


async def test_shot_without_a_clip_is_refused(objects, pool_of):
    assert (
        await promote(request(None), objects, await pool_of("promotion"))
    ).code == "not_finished"


async def test_missing_file_is_refused_and_frees_the_scene(objects, pool_of, shot):
    pool = await pool_of("promotion")
    await objects.delete(shot.poster.key)
    refused = await promote(request(shot), objects, pool)
    whole = await stored_shot(objects, "run-2")
    done = await promote(request(whole, test_shot_id=2), objects, pool)

    assert refused.code == "artefact_missing"
    assert shot.poster.key in refused.message
    assert isinstance(done, ShotPromoted)


async def test_changed_file_is_refused_before_anything_is_copied(objects, pool_of, shot):
    await objects.put(shot.poster.key, b"changed", media_type="image/webp")
    refused = await promote(request(shot), objects, await pool_of("promotion"))

    assert refused.code == "hash_mismatch"
    with pytest.raises(FileNotFoundError):
        await objects.info("scenes/7/segments/001.mp4")


async def test_crash_between_copy_and_record_goes_on(objects, pool_of, shot):
    pool = await pool_of("promotion")
    event = request(shot)
    await handlers.on_promotion_requested(event, objects=objects, pool=pool)  # and then it died
    done = await promote(event, objects, pool)

    assert isinstance(done, ShotPromoted)
    assert done.promotion_id == event.promotion_id


@asynccontextmanager
async def promotion_service(amqp_url, dsn, pool, objects):
    bus = Bus(amqp_url, "promotion")
    await bus.connect()
    for subscription in subscriptions(objects, pool):
        await Consumer(subscription, bus=bus, pool=pool, replica="test").subscribe()
    await bus.start()
    relay = asyncio.create_task(Relay(dsn, "promotion", bus.publish_letter).run())
    try:
        yield
    finally:
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        await bus.close()


async def test_simultaneous_promotions_yield_exactly_one(amqp_url, database, objects, pool_of):
    """Ten shots into one scene at once, through the broker: one promoted, nine refused."""
    # By shot: what a handler heard before its transaction failed is heard again.
    heard: dict[int, ShotPromoted | PromotionRejected] = {}

    async def listen(event, tx) -> None:
        heard[event.test_shot_id] = event

    api = Bus(amqp_url, "api")
    await api.connect()
    pool, api_pool = await pool_of("promotion"), await pool_of("api")
    for contract in (ShotPromoted, PromotionRejected):
        subscription = Subscription(event=contract, handle=listen)
        await Consumer(subscription, bus=api, pool=api_pool, replica="test").subscribe()
    await api.start()
    # Nobody else hears ShotPromoted here; a mandatory event needs one listener only.
    relay = asyncio.create_task(Relay(database.dsn("api"), "api", api.publish_letter).run())
    async with promotion_service(amqp_url, database.dsn("promotion"), pool, objects):
        async with transaction(api_pool) as tx:
            for number in range(10):
                shot = await stored_shot(objects, f"run-{number}")
                await outbox.add(tx, request(shot, test_shot_id=number))
        await until(lambda: len(heard) == 10)
    relay.cancel()
    await asyncio.gather(relay, return_exceptions=True)
    await api.close()

    winners = [event for event in heard.values() if isinstance(event, ShotPromoted)]
    losers = [event for event in heard.values() if isinstance(event, PromotionRejected)]
    assert len(winners) == 1
    assert {event.code for event in losers} == {"scene_has_segment_001"}
    stored = await objects.get("scenes/7/segments/001.mp4")
    assert stored == f"clip of run-{winners[0].test_shot_id}".encode()
