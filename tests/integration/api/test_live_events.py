"""Live events: nothing lost, nothing twice, nobody held up."""

import asyncio
import json
import random
from contextlib import aclosing, suppress

import pytest

from screentest.api import live
from screentest.api.domain.sessions import CLIENT_HEADER
from screentest.api.handlers.following import Following
from screentest.api.handlers.workers import on_worker_seen
from screentest.api.live import LiveFeed, Watcher
from screentest.api.rendering import Renders
from screentest.api.store import live_events, sessions
from screentest.api.store.live_events import LiveEvent
from screentest.common.db import transaction
from screentest.common.events import SegmentProgressed, ShotRequested, WorkerSeen
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer
from support.shots import add_catalogue, said
from support.waiting import until


@pytest.fixture
async def feed(database):
    made = LiveFeed()
    running = asyncio.create_task(made.run(database.dsn("api")))
    yield made
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def parsed(text: str) -> dict:
    """One server-sent event as a dictionary of its fields."""
    lines = [line.partition(": ") for line in text.strip().splitlines()]
    return {name: value for name, _, value in lines}


async def tell(pool, number: int) -> None:
    async with transaction(pool) as tx:
        await live_events.append(tx, [LiveEvent(type="test", data={"number": number})])


async def read(feed, pool, last_id, count) -> list[dict]:
    """``count`` events after ``last_id``, markers left out."""
    found = []
    async with aclosing(feed.stream(pool, last_id)) as stream:
        async for text in stream:
            event = parsed(text)
            if event.get("event") == "test":
                found.append(event)
            if len(found) == count:
                break
    return found


async def test_a_browser_that_comes_and_goes_loses_and_repeats_nothing(feed, pool):
    """Sixteen writers commit at random while a browser reconnects after every few events."""
    chance = random.Random(7)
    total, lanes = 240, 16

    async def write(lane: int) -> None:
        for number in range(lane, total, lanes):
            await tell(pool, number)

    writers = asyncio.gather(*(write(lane) for lane in range(lanes)))
    seen, last_id = [], 0
    while len(seen) < total:
        count = min(chance.randrange(1, 20), total - len(seen))
        events = await read(feed, pool, last_id, count)
        last_id = int(events[-1]["id"])
        seen += events
    await writers

    ids = [int(event["id"]) for event in seen]
    assert ids == sorted(set(ids))
    assert sorted(json.loads(event["data"])["number"] for event in seen) == list(range(total))


async def test_ids_are_committed_in_their_order(pool):
    """The second writer gets no id before the first one has committed."""
    async with pool.acquire() as one, pool.acquire() as two:
        first = one.transaction()
        await first.start()
        await live_events.append(one, [LiveEvent(type="test", data={"number": 1})])

        async def later():
            async with two.transaction():
                await live_events.append(two, [LiveEvent(type="test", data={"number": 2})])

        waiting = asyncio.create_task(later())
        blocked = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        await until(lambda: pool.fetchval(blocked), what="the second writer to wait")
        async with pool.acquire() as reader:
            assert await live_events.events_after(reader, 0, 10) == []
        await first.commit()
        await waiting

    async with pool.acquire() as connection:
        events = await live_events.events_after(connection, 0, 10)
    assert [event.data["number"] for event in events] == [1, 2]


async def test_a_stream_without_an_id_begins_now(feed, pool):
    await tell(pool, 1)
    async with aclosing(feed.stream(pool, None)) as stream:
        ready = parsed(await anext(stream))
        await tell(pool, 2)
        event = parsed(await anext(stream))

    assert ready["event"] == "ready"
    assert json.loads(event["data"])["number"] == 2
    assert int(event["id"]) == int(ready["id"]) + 1


@pytest.mark.parametrize("turns", range(6))
async def test_a_stop_that_comes_with_an_event_is_not_lost(database, pool, turns):
    """However many turns of the loop lie between the doorbell and the cancellation."""
    feed = LiveFeed()
    running = asyncio.create_task(feed.run(database.dsn("api")))
    async with aclosing(feed.stream(pool, None)) as stream:
        await anext(stream)
        feed._ring()
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()

        done, _ = await asyncio.wait([running], timeout=2)

    assert done == {running}
    assert running.cancelled()


async def test_who_was_away_too_long_is_told_to_load_anew(feed, pool):
    for number in range(3):
        await tell(pool, number)
    await pool.execute("update live_events set at = now() - interval '2 days'")
    async with pool.acquire() as connection:
        await live_events.trim(connection, hours=24)

    async with aclosing(feed.stream(pool, 1)) as stream:
        reset = parsed(await anext(stream))

    assert (reset["event"], reset["id"]) == ("reset", "3")
    assert await pool.fetchval("select count(*) from live_events") == 1


async def test_the_feed_outlives_its_connection(feed, pool):
    async with aclosing(feed.stream(pool, None)) as stream:
        await anext(stream)
        killed = await pool.fetch(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
            " and application_name <> 'screentest-api'"  # what the pool's connections are called
        )
        assert len(killed) == 1
        await tell(pool, 1)
        event = parsed(await anext(stream))

    assert json.loads(event["data"])["number"] == 1


async def test_silence_is_filled_with_heartbeats(feed, pool):
    async with aclosing(feed.stream(pool, None, heartbeat_s=0.01)) as stream:
        await anext(stream)
        assert await anext(stream) == ": heartbeat\n\n"


async def test_streams_end_when_the_feed_stops(database, pool):
    feed = LiveFeed()
    running = asyncio.create_task(feed.run(database.dsn("api")))
    stream = feed.stream(pool, None)
    await anext(stream)

    running.cancel()

    assert [text async for text in stream] == []


async def test_a_stream_that_begins_during_a_stop_ends_at_once(database, pool):
    feed = LiveFeed()
    early = asyncio.create_task(anext(feed.stream(pool, None), None))
    running = asyncio.create_task(feed.run(database.dsn("api")))
    await asyncio.sleep(0)
    running.cancel()

    assert await early is None
    assert [text async for text in feed.stream(pool, None)] == []


async def test_a_slow_browser_is_cut_and_progress_is_dropped_before(pool):
    watcher = Watcher()
    progress = LiveEvent(type="progress", data={})
    for _ in range(live._QUEUED):
        watcher.offer(progress)
    assert watcher._queue.qsize() == live._QUEUED // 2 + 1

    for _ in range(live._QUEUED):
        watcher.offer(live_events.marker("test", 1))

    with pytest.raises(EOFError):
        await watcher.next(1)


async def test_progress_reaches_browsers_with_what_it_is_of(feed, pool, creator):
    catalogue = await add_catalogue(pool)
    shot = (await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")).json()
    (run,) = await said(pool, ShotRequested)
    following = Following(pool, feed, Renders())
    report = SegmentProgressed(
        run_id=run.run_id, segment=1, render_id=new_id(), worker="w1", fraction=0.5, node="sampler"
    )

    async with aclosing(feed.stream(pool, None)) as stream:
        await anext(stream)
        for _ in range(2):
            await following.on_segment_progressed(report)
        events = [parsed(await anext(stream)) for _ in range(3)]

    changed = next(event for event in events if event["event"] == "test-shot.changed")
    assert json.loads(changed["data"])["status"] == "rendering"
    told = [json.loads(event["data"]) for event in events if event["event"] == "progress"]
    assert [one["fraction"] for one in told] == [0.5, 0.5]
    assert told[0]["test_shot_id"] == shot["id"]
    assert all("id" not in event for event in events if event["event"] == "progress")
    assert (await creator.get(f"/api/test-shots/{shot['id']}")).json()["status"] == "rendering"


async def test_progress_of_a_deleted_shot_is_told_nobody(feed, pool):
    following = Following(pool, feed, Renders())
    report = SegmentProgressed(
        run_id=new_id(), segment=1, render_id=new_id(), worker="w1", fraction=0.5
    )

    await following.on_segment_progressed(report)

    assert await pool.fetchval("select count(*) from live_events") == 0


async def test_workers_are_shown_and_told_of_when_they_change(viewer, pool):
    idle = WorkerSeen(
        worker="w1",
        renderer=Renderer.BUILTIN,
        device="cpu",
        vram_bytes=2**36,
        models={"loras": ("film.safetensors",)},
    )
    render_id = new_id()
    busy = idle.model_copy(update={"busy_with": (render_id,)})

    for event in (idle, idle, busy, busy):
        async with transaction(pool) as tx:
            await on_worker_seen(event, tx)

    (worker,) = (await viewer.get("/api/workers")).json()
    assert (worker["name"], worker["is_alive"]) == ("w1", True)
    assert worker["busy_with"] == [str(render_id)]
    assert worker["models"] == {"loras": ["film.safetensors"]}
    told = await pool.fetch("select data from live_events where type = 'worker.changed'")
    assert [row["data"]["busy_with"] for row in told] == [[], [str(render_id)]]
    await pool.execute("update workers set last_seen_at = now() - interval '16 s'")
    (gone,) = (await viewer.get("/api/workers")).json()
    assert gone["is_alive"] is False


async def test_a_ticket_opens_one_stream_once(api, viewer, pool, database):
    running = asyncio.create_task(api.deps.live.run(database.dsn("api")))
    ticket = (await viewer.post("/api/events/ticket")).json()["ticket"]
    stranger = api.client()

    async def watch():
        return await stranger.get("/api/events", params={"ticket": ticket})

    await until(api.deps.live._following.is_set, what="the feed")
    watching = asyncio.create_task(watch())
    await until(lambda: api.deps.live._watchers, what="the stream to begin")
    running.cancel()  # as a stop does; the client reads the whole answer only then
    first = await watching
    second = await watch()

    assert first.status_code == 200
    assert first.headers["content-type"].startswith("text/event-stream")
    assert second.status_code == 401
    assert "ticket" in second.json()["detail"]


async def test_an_old_ticket_opens_nothing(api, viewer, pool):
    ticket = (await viewer.post("/api/events/ticket")).json()["ticket"]
    await pool.execute("update event_tickets set expires_at = now()")

    answer = await api.client().get("/api/events", params={"ticket": ticket})

    assert answer.status_code == 401


async def test_streams_need_a_key_and_a_sensible_id(api, viewer):
    nobody = await api.client().get("/api/events")
    nonsense = await viewer.get("/api/events", headers={"Last-Event-ID": "yesterday"})

    assert nobody.status_code == 401
    assert nonsense.status_code == 422


@pytest.fixture
async def browser(api, admin):
    """A client that is signed in with a session's cookie."""
    client = api.client(**{CLIENT_HEADER: "test"})
    secret = admin.headers["authorization"].removeprefix("Bearer ")
    assert (await client.post("/api/session", json={"api_key": secret})).status_code == 200
    return client


async def rest_of(stream) -> list[str]:
    async with asyncio.timeout(20):
        return [text async for text in stream]


async def test_signing_out_ends_the_streams_of_that_session_and_no_other(feed, pool, browser):
    name = sessions.name_of(browser.cookies["screentest"])
    streams = [feed.stream(pool, None, session=one) for one in (name, "0" * 64, None)]
    async with aclosing(streams[1]) as other, aclosing(streams[2]) as of_key:
        for stream in streams:
            assert "event: ready" in await anext(stream)

        await browser.delete("/api/session")

        assert await rest_of(streams[0]) == []
        await tell(pool, 1)
        assert [parsed(await anext(one))["event"] for one in (other, of_key)] == ["test"] * 2


async def test_a_stream_of_a_session_that_runs_out_ends_within_a_heartbeat(feed, pool, browser):
    name = sessions.name_of(browser.cookies["screentest"])
    stream = feed.stream(pool, None, session=name, heartbeat_s=0.05)
    assert "event: ready" in await anext(stream)
    assert await anext(stream) == ": heartbeat\n\n"

    await pool.execute("update sessions set expires_at = now()")

    assert set(await rest_of(stream)) <= {": heartbeat\n\n"}
