"""How soon an idle worker gets a job: consume-and-cancel against polling with basic.get.

``python -m screentest.stack servers -- python bench/work_queue.py``
"""

import asyncio
import os
import statistics
from time import perf_counter, process_time

import aio_pika

JOBS = 200
POLL_S = 0.25
IDLE_S = 5


async def by_consuming(queue: aio_pika.abc.AbstractQueue) -> aio_pika.abc.AbstractIncomingMessage:
    arrived: asyncio.Future[aio_pika.abc.AbstractIncomingMessage] = (
        asyncio.get_running_loop().create_future()
    )
    tag = await queue.consume(lambda message: _set(arrived, message))
    message = await arrived
    await queue.cancel(tag)
    return message


async def _set(future: asyncio.Future, message: aio_pika.abc.AbstractIncomingMessage) -> None:
    future.set_result(message)


async def by_polling(queue: aio_pika.abc.AbstractQueue) -> aio_pika.abc.AbstractIncomingMessage:
    while (message := await queue.get(fail=False)) is None:  # noqa: ASYNC110
        await asyncio.sleep(POLL_S)
    return message


async def measure(take, queue, exchange, jobs: int) -> list[float]:
    """Milliseconds from the confirmed publish to the job in hand, the worker having waited."""
    delays = []
    for number in range(jobs):
        taking = asyncio.create_task(take(queue))
        await asyncio.sleep(0.01 + (number * 0.037) % POLL_S)
        began = perf_counter()
        await exchange.publish(aio_pika.Message(b"job"), routing_key=queue.name)
        message = await taking
        delays.append((perf_counter() - began) * 1000)
        await message.ack()
    return delays


async def idle_cost(take, queue) -> float:
    """CPU milliseconds of this process for a second of waiting."""
    task = asyncio.create_task(take(queue))
    await asyncio.sleep(0.2)
    began = process_time()
    await asyncio.sleep(IDLE_S)
    used = process_time() - began
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return used * 1000 / IDLE_S


async def main() -> None:
    connection = await aio_pika.connect(os.environ["SCREENTEST_AMQP_URL"])
    async with connection:
        for name, take, jobs in (("consume", by_consuming, JOBS), ("poll 250 ms", by_polling, 60)):
            channel = await connection.channel()
            await channel.set_qos(prefetch_count=1)
            queue = await channel.declare_queue(
                f"bench.{name}", durable=True, arguments={"x-queue-type": "quorum"}
            )
            delays = await measure(take, queue, channel.default_exchange, jobs)
            idle = await idle_cost(take, queue)
            print(
                f"{name:12} p50 {statistics.median(delays):6.1f} ms   "
                f"max {max(delays):6.1f} ms   idle {idle:.2f} ms CPU/s"
            )
            await channel.close()
            cleaner = await connection.channel()
            await cleaner.queue_delete(f"bench.{name}")


if __name__ == "__main__":
    asyncio.run(main())
