"""The dead-letter command against a real broker."""

from uuid import uuid4

import aio_pika
import pytest

from screentest.common import dead_letters
from screentest.common.bus import Bus
from screentest.common.consumer import Consumer, Subscription
from screentest.common.db import transaction
from screentest.common.events import ShotCancelled
from screentest.common.outbox import Relay, add
from screentest.common.topology import DEAD
from screentest.common.work_queue import WorkQueue
from support.waiting import until

QUEUE = "dispatcher.on-shot-cancelled"


@pytest.fixture
async def handled(amqp_url, pool_of):
    """A dispatcher that cannot handle a cancellation until it is mended; what it has handled."""
    pool = await pool_of("dispatcher")
    mended: list[bool] = []
    heard: list[str] = []

    async def handle(event: ShotCancelled, tx) -> None:
        if not mended:
            raise ValueError("a defect of this version")
        heard.append(event.reason)

    bus = Bus(amqp_url, "dispatcher")
    await bus.connect()
    subscription = Subscription(event=ShotCancelled, handle=handle)
    await Consumer(subscription, bus=bus, pool=pool, replica="test").subscribe()
    await bus.start()
    async with transaction(pool) as tx:
        for reason in ("one", "two"):
            await add(tx, ShotCancelled(run_id=uuid4(), by=1, reason=reason))
    async with pool.acquire() as connection:
        await Relay("", "dispatcher", bus.publish_letter).drain(connection)
    await until(lambda: dead_count(amqp_url, 2))
    yield mended, heard
    await bus.close()


async def dead_count(amqp_url: str, number: int) -> bool:
    return (await dead_letters.count(amqp_url)).get(QUEUE, 0) == number


async def test_letters_are_shown_with_their_reason_and_stay(amqp_url, handled):
    letters = await dead_letters.show(amqp_url, QUEUE)

    assert [letter.headers["x-dead-reason"] for letter in letters] == [
        "ValueError: a defect of this version"
    ] * 2
    await until(lambda: dead_count(amqp_url, 2))


async def test_replayed_letters_are_handled_once_the_defect_is_mended(amqp_url, handled):
    mended, heard = handled
    mended.append(True)

    assert await dead_letters.replay(amqp_url, QUEUE) == 2
    await until(lambda: sorted(heard) == ["one", "two"])
    assert await dead_letters.count(amqp_url) == {}


async def test_one_letter_can_be_replayed_alone(amqp_url, handled):
    mended, heard = handled
    mended.append(True)
    first, _ = await dead_letters.show(amqp_url, QUEUE)

    assert await dead_letters.replay(amqp_url, QUEUE, message_id=first.message_id) == 1
    await until(lambda: heard)
    await until(lambda: dead_count(amqp_url, 1))


async def test_unknown_queue_is_an_error(amqp_url):
    with pytest.raises(aio_pika.exceptions.ChannelNotFoundEntity):
        await dead_letters.show(amqp_url, "nobody.on-nothing")


@pytest.fixture
async def class_queue(amqp_url):
    """The queue of one class of workers, in which a render has died."""
    bus = Bus(amqp_url, "gpu-runner")
    await bus.connect()
    async with WorkQueue(bus, "builtin", "a1b2") as queue:
        await bus.bury(b"{}", {}, str(uuid4()), queue.name, "no request")
        yield queue
    async with bus.connection.channel() as channel:
        await channel.queue_delete(queue.name)
    await bus.close()


async def test_letters_of_all_classes_of_workers_are_in_one_queue(amqp_url, class_queue):
    assert await dead_letters.count(amqp_url) == {"gpu-runner.render.builtin": 1}

    assert await dead_letters.replay(amqp_url, "gpu-runner.render.builtin") == 1

    job = await class_queue.take()
    await job.bury("still none")
    (letter,) = await dead_letters.show(amqp_url, "gpu-runner.render.builtin")
    assert letter.headers["x-dead-reason"] == "still none"
    assert letter.exchange == DEAD.name


async def test_a_letter_of_a_class_that_is_gone_stays(amqp_url, class_queue):
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await channel.queue_delete(class_queue.name)

    with pytest.raises(dead_letters.QueueGone, match=class_queue.name):
        await dead_letters.replay(amqp_url, "gpu-runner.render.builtin")

    assert await dead_letters.count(amqp_url) == {"gpu-runner.render.builtin": 1}
