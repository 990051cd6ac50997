"""A qa process on a real broker: nothing lost, nothing twice, and a clean end."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from screentest.common import outbox
from screentest.common.bus import Bus
from screentest.common.consumer import Consumer, Subscription
from screentest.common.db import transaction
from screentest.common.events import QAScored, SegmentRendered
from screentest.common.outbox import Relay
from support.qa_workshop import moving_shot
from support.waiting import until


async def start(database, amqp_url: str, objects_url: str) -> asyncio.subprocess.Process:
    """``python -m screentest.qa``."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "screentest.qa",
        env=os.environ
        | {
            "SCREENTEST_PG_DSN": database.dsn("qa"),
            "SCREENTEST_AMQP_URL": amqp_url,
            "SCREENTEST_OBJECTS_URL": objects_url,
            "SCREENTEST_QA_PROCESSES": "1",
        },
    )


@pytest.fixture
async def qa_process(database, amqp_url, objects_url) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is stopped by SIGTERM if it still runs."""
    process = await start(database, amqp_url, objects_url)
    yield process
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    await process.wait()


@asynccontextmanager
async def neighbours(
    database, amqp_url: str, pool_of: Callable
) -> AsyncIterator[tuple[Callable, list[QAScored]]]:
    """A gpu-runner that announces segments and a dispatcher that hears scores."""
    heard: list[QAScored] = []
    runner_pool, dispatcher_pool = await pool_of("gpu_runner"), await pool_of("dispatcher")

    async def hear(event: QAScored, _tx: object) -> None:
        heard.append(event)

    async def announce(*events: SegmentRendered) -> None:
        async with transaction(runner_pool) as tx:
            for event in events:
                await outbox.add(tx, event)

    runner, dispatcher = Bus(amqp_url, "gpu-runner"), Bus(amqp_url, "dispatcher")
    await runner.connect()
    await dispatcher.connect()
    subscription = Subscription(event=QAScored, handle=hear)
    await Consumer(subscription, bus=dispatcher, pool=dispatcher_pool, replica="test").subscribe()
    await dispatcher.start()
    relay = Relay(database.dsn("gpu_runner"), "gpu_runner", runner.publish_letter)
    relaying = asyncio.create_task(relay.run())
    try:
        yield announce, heard
    finally:
        relaying.cancel()
        await asyncio.gather(relaying, return_exceptions=True)
        await dispatcher.stop_consuming()
        await dispatcher.close()
        await runner.close()


async def test_every_segment_announced_is_scored_once_and_the_process_stops_clean(
    qa_process, database, amqp_url, pool_of, workshop
):
    events = [await workshop.render(moving_shot(seed)) for seed in (1, 2, 3)]

    async with neighbours(database, amqp_url, pool_of) as (announce, heard):
        await announce(*events)
        await until(lambda: len(heard) >= len(events), what="a QAScored for every segment")

    assert {each.render_id for each in heard} == {each.render_id for each in events}
    qa_process.send_signal(signal.SIGTERM)
    assert await qa_process.wait() == 0
    pool = await pool_of("qa")
    assert await pool.fetchval("select count(*) from scores") == len(events)
    assert await pool.fetchval("select count(*) from outbox") == 0


async def test_a_killed_process_loses_no_segment(
    qa_process, database, amqp_url, objects_url, pool_of, workshop
):
    """Kill -9 with work in hand: the broker hands it to the next process."""
    events = [await workshop.render(moving_shot(seed)) for seed in range(1, 7)]

    async with neighbours(database, amqp_url, pool_of) as (announce, heard):
        await announce(*events)
        await until(lambda: heard, what="the first score")
        qa_process.kill()
        await qa_process.wait()
        second = await start(database, amqp_url, objects_url)
        try:
            await until(lambda: len(heard) >= len(events), what="a score for every segment")
        finally:
            second.send_signal(signal.SIGTERM)
            await second.wait()

    assert {each.render_id for each in heard} == {each.render_id for each in events}
    count = await (await pool_of("qa")).fetchval("select count(*) from scores")
    assert count == len(events)
