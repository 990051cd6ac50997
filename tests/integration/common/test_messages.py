"""What a message goes through between two services, on a real broker and a real database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import aio_pika
import pytest

from screentest.common import outbox
from screentest.common.bus import Bus
from screentest.common.consumer import Consumer, Subscription
from screentest.common.db import Pool, transaction
from screentest.common.events import SegmentProgressed, ShotCancelled
from screentest.common.outbox import Relay
from screentest.common.problems import Retryable
from support.waiting import until


def cancelled(reason: str = "") -> ShotCancelled:
    return ShotCancelled(run_id=uuid4(), by=1, reason=reason)


@asynccontextmanager
async def hearing(
    amqp_url: str, pool: Pool, subscription: Subscription
) -> AsyncIterator[tuple[Bus, Consumer]]:
    """A service called qa that hears one event."""
    bus = Bus(amqp_url, "qa")
    await bus.connect()
    consumer = Consumer(subscription, bus=bus, pool=pool, replica="test")
    await consumer.subscribe()
    await bus.start()
    try:
        yield bus, consumer
    finally:
        await bus.stop_consuming()
        await bus.close()


@asynccontextmanager
async def relaying(dsn: str, schema: str, bus: Bus) -> AsyncIterator[None]:
    task = asyncio.create_task(Relay(dsn, schema, bus.publish_letter).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def dead_letters(amqp_url: str, queue: str) -> list[aio_pika.abc.AbstractIncomingMessage]:
    connection = await aio_pika.connect(amqp_url)
    async with connection, connection.channel() as channel:
        dead = await channel.get_queue(f"{queue}.dead", ensure=False)
        found = []
        while (message := await dead.get(fail=False, no_ack=True)) is not None:
            found.append(message)
        return found


async def test_committed_event_is_handled_once(amqp_url, database, pool_of):
    pool = await pool_of("qa")
    heard: list[ShotCancelled] = []

    async def handle(event: ShotCancelled, tx) -> None:
        heard.append(event)

    async with (
        hearing(amqp_url, pool, Subscription(event=ShotCancelled, handle=handle)) as (bus, _),
        relaying(database.dsn("qa"), "qa", bus),
    ):
        event = cancelled("once")
        async with transaction(pool) as tx:
            await outbox.add(tx, event)
        await until(lambda: heard)
        await until(lambda: pool.fetchval("select count(*) = 0 from outbox"))

    assert heard == [event]
    assert await pool.fetchval("select count(*) from inbox") == 1


async def test_rolled_back_event_is_never_published(amqp_url, database, pool_of):
    pool = await pool_of("qa")
    heard: list[str] = []

    async def handle(event: ShotCancelled, tx) -> None:
        heard.append(event.reason)

    async with (
        hearing(amqp_url, pool, Subscription(event=ShotCancelled, handle=handle)) as (bus, _),
        relaying(database.dsn("qa"), "qa", bus),
    ):
        with pytest.raises(ZeroDivisionError):
            async with transaction(pool) as tx:
                await outbox.add(tx, cancelled("never"))
                raise ZeroDivisionError
        async with transaction(pool) as tx:
            await outbox.add(tx, cancelled("later"))
        await until(lambda: heard)

    assert heard == ["later"]


async def test_redelivery_is_a_no_op(amqp_url, database, pool_of):
    """The same message published twice, as a relay that dies between publish and delete would."""
    pool = await pool_of("qa")
    heard: list[str] = []

    async def handle(event: ShotCancelled, tx) -> None:
        heard.append(event.reason)

    async with hearing(amqp_url, pool, Subscription(event=ShotCancelled, handle=handle)) as (
        bus,
        _,
    ):
        async with transaction(pool) as tx:
            await outbox.add(tx, cancelled("first"))
            await outbox.add(tx, cancelled("last"))
        async with pool.acquire() as connection:
            relay = Relay("", "qa", bus.publish_letter)
            first, last = await relay._unpublished(connection, set())
            for letter in (first, first, first, last):
                await bus.publish_letter(letter)
        await until(lambda: "last" in heard)
        await until(lambda: pool.fetchval("select count(*) = 2 from inbox"))

    assert sorted(heard) == ["first", "last"]


async def test_transient_failure_is_put_off_until_it_succeeds(amqp_url, database, pool_of):
    pool = await pool_of("qa")
    attempts: list[str] = []

    async def handle(event: ShotCancelled, tx) -> None:
        attempts.append(event.reason)
        if len(attempts) < 2:
            raise Retryable("not yet")

    async with (
        hearing(amqp_url, pool, Subscription(event=ShotCancelled, handle=handle)) as (bus, _),
        relaying(database.dsn("qa"), "qa", bus),
    ):
        async with transaction(pool) as tx:
            await outbox.add(tx, cancelled("patience"))
        await until(lambda: len(attempts) == 2)

    assert await dead_letters(amqp_url, "qa.on-shot-cancelled") == []


async def test_permanent_failure_is_dead_lettered_with_its_reason(amqp_url, database, pool_of):
    pool = await pool_of("qa")

    async def handle(event: ShotCancelled, tx) -> None:
        await tx.execute("insert into inbox (consumer, message_id) values ('x', $1)", uuid4())
        raise ValueError("a run cannot be cancelled by its own shadow")

    async with (
        hearing(amqp_url, pool, Subscription(event=ShotCancelled, handle=handle)) as (bus, _),
        relaying(database.dsn("qa"), "qa", bus),
    ):
        event = cancelled()
        async with transaction(pool) as tx:
            await outbox.add(tx, event)
        [dead] = await until(lambda: dead_letters(amqp_url, "qa.on-shot-cancelled"))

    assert ShotCancelled.model_validate_json(dead.body) == event
    assert dead.headers["x-dead-reason"] == (
        "ValueError: a run cannot be cancelled by its own shadow"
    )
    assert await pool.fetchval("select count(*) from inbox") == 0, "its transaction rolled back"


async def test_unreadable_message_is_dead_lettered(amqp_url, pool_of):
    pool = await pool_of("qa")

    async def handle(event: ShotCancelled, tx) -> None:
        raise AssertionError("never called")

    async with hearing(amqp_url, pool, Subscription(event=ShotCancelled, handle=handle)):
        connection = await aio_pika.connect(amqp_url)
        async with connection, connection.channel() as channel:
            exchange = await channel.get_exchange("screentest.events")
            await exchange.publish(aio_pika.Message(b"garbage"), routing_key=ShotCancelled.type)
        [dead] = await until(lambda: dead_letters(amqp_url, "qa.on-shot-cancelled"))

    assert dead.body == b"garbage"
    assert "cannot be read" in dead.headers["x-dead-reason"]


async def test_event_nobody_is_bound_to_waits_in_the_outbox(amqp_url, database, pool_of):
    pool = await pool_of("qa")
    speaker = Bus(amqp_url, "api")
    await speaker.connect()
    heard: list[str] = []

    async def handle(event: ShotCancelled, tx) -> None:
        heard.append(event.reason)

    async with relaying(database.dsn("qa"), "qa", speaker):
        async with transaction(pool) as tx:
            await outbox.add(tx, cancelled("patience"))
        failed = outbox.OUTBOX_FAILED.labels(ShotCancelled.type)
        before = failed._value.get()
        await until(lambda: failed._value.get() > before)
        async with hearing(amqp_url, pool, Subscription(event=ShotCancelled, handle=handle)):
            await until(lambda: heard)
    await speaker.close()

    assert heard == ["patience"]


async def test_events_of_one_subject_keep_their_order(amqp_url, database, pool_of):
    pool = await pool_of("qa")
    heard: list[str] = []
    event = cancelled()

    async def handle(event: ShotCancelled, tx) -> None:
        heard.append(event.reason)

    subscription = Subscription(event=ShotCancelled, handle=handle, prefetch=1)
    async with (
        hearing(amqp_url, pool, subscription) as (bus, _),
        relaying(database.dsn("qa"), "qa", bus),
    ):
        for number in range(250):
            async with transaction(pool) as tx:
                await outbox.add(tx, event.model_copy(update={"reason": str(number)}))
        await until(lambda: len(heard) == 250)

    assert heard == [str(number) for number in range(250)]


async def test_computation_holds_no_transaction_and_is_recorded_once(amqp_url, database, pool_of):
    pool = await pool_of("qa")
    recorded: list[str] = []

    async def compute(event: ShotCancelled):
        open_transactions = await pool.fetchval(
            "select count(*) from pg_stat_activity "
            "where datname = current_database() and state = 'idle in transaction'"
        )

        async def record(tx) -> None:
            recorded.append(f"{event.reason}: {open_transactions}")

        return record

    async with (
        hearing(amqp_url, pool, Subscription(event=ShotCancelled, compute=compute)) as (bus, _),
        relaying(database.dsn("qa"), "qa", bus),
    ):
        async with transaction(pool) as tx:
            await outbox.add(tx, cancelled("open transactions"))
        await until(lambda: recorded)

    assert recorded == ["open transactions: 0"]


async def test_every_replica_hears_a_transient_event(amqp_url, pool_of):
    pool = await pool_of("api")
    heard: list[str] = []
    buses = []
    for replica in ("a", "b"):
        bus = Bus(amqp_url, "api")
        await bus.connect()

        async def listen(event: SegmentProgressed, replica: str = replica) -> None:
            heard.append(replica)

        subscription = Subscription(event=SegmentProgressed, listen=listen)
        await Consumer(subscription, bus=bus, pool=pool, replica=replica).subscribe()
        await bus.start()
        buses.append(bus)
    progress = SegmentProgressed(
        run_id=uuid4(), segment=1, render_id=uuid4(), worker="w", fraction=0.5
    )
    await buses[0].publish_transient(progress)
    await until(lambda: len(heard) == 2)
    for bus in buses:
        await bus.close()

    assert sorted(heard) == ["a", "b"]
