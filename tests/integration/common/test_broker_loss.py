"""What survives when the connection to the broker is cut, and when the broker itself restarts."""

import asyncio
from uuid import uuid4

import pytest

from screentest.common import outbox
from screentest.common.bus import Bus
from screentest.common.consumer import Consumer, Subscription
from screentest.common.db import transaction
from screentest.common.events import RenderRequested, ShotCancelled
from screentest.common.outbox import Relay
from screentest.common.work_queue import WorkQueue
from support.events import EXAMPLES
from support.tcp_proxy import proxied
from support.waiting import until


async def test_every_event_is_handled_though_the_broker_restarts(tmp_path, database, pool_of):
    """200 events are committed while the broker goes down and comes back; each is handled once."""
    from screentest.stack.servers import Servers

    servers = Servers(tmp_path, durable=False)
    await asyncio.to_thread(servers.start)
    try:
        pool = await pool_of("qa")
        heard: list[str] = []

        async def handle(event: ShotCancelled, tx) -> None:
            await asyncio.sleep(0)
            heard.append(event.reason)

        bus = Bus(servers.amqp_url(), "qa")
        await bus.connect()
        subscription = Subscription(event=ShotCancelled, handle=handle)
        await Consumer(subscription, bus=bus, pool=pool, replica="test").subscribe()
        await bus.start()
        relay = asyncio.create_task(Relay(database.dsn("qa"), "qa", bus.publish_letter).run())
        restarting = None
        for number in range(200):
            if number == 50:
                restarting = asyncio.create_task(asyncio.to_thread(servers.rabbitmq.restart))
            async with transaction(pool) as tx:
                await outbox.add(tx, ShotCancelled(run_id=uuid4(), by=1, reason=str(number)))
        await restarting
        await until(lambda: len(set(heard)) == 200, timeout_s=45)
        await until(lambda: bus.problem is None)
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        await bus.close()
    finally:
        await asyncio.to_thread(servers.stop)

    assert await pool.fetchval("select count(*) from inbox") == 200
    assert await pool.fetchval("select count(*) from outbox") == 0


@pytest.fixture
async def render_queue(amqp_url):
    async with proxied(amqp_url) as (proxy, through):
        bus = Bus(through, "gpu-runner")
        await bus.connect()
        async with WorkQueue(bus, "builtin") as queue:
            yield bus, queue, proxy
        await bus.close()


async def publish_renders(database, pool_of, bus: Bus, number: int) -> None:
    example = next(event for event in EXAMPLES if isinstance(event, RenderRequested))
    pool = await pool_of("dispatcher")
    async with pool.acquire() as connection:
        for _ in range(number):
            async with connection.transaction():
                await outbox.add(
                    connection,
                    example.model_copy(update={"render_id": uuid4(), "capability_class": ""}),
                )
        await Relay("", "dispatcher", bus.publish_letter).drain(connection)


async def test_job_not_acknowledged_comes_again_after_the_connection_is_cut(
    render_queue, database, pool_of
):
    bus, queue, proxy = render_queue
    await publish_renders(database, pool_of, bus, 1)
    first = await queue.take()
    proxy.cut()
    again = await queue.take()

    assert again.request == first.request
    await again.ack()


async def test_busy_worker_holds_no_second_job(render_queue, amqp_url, database, pool_of):
    """While one worker renders, all other jobs are free for others."""
    bus, queue, _ = render_queue
    await publish_renders(database, pool_of, bus, 3)
    mine = await queue.take()
    await mine.ack()
    colleague = Bus(amqp_url, "gpu-runner")
    await colleague.connect()
    async with WorkQueue(colleague, "builtin") as theirs:
        taken = []
        for _ in range(2):
            taken.append(await theirs.take())
            await taken[-1].ack()
    await colleague.close()

    ids = {job.request.render_id for job in (mine, *taken)}
    assert len(ids) == 3
