"""A work queue taken from one message at a time, only while there is room for the work.

A subscriber with prefetch 1 would hold the next job while the present one renders, and no idle
colleague could have it. Here the consumer exists only while a slot is free: it is cancelled before
the first delivery is acknowledged, so that a second one cannot arrive. Idle waiting costs nothing
and a delivery arrives at once (measured against polling in docs/adr/0002-leases.md).
"""

import asyncio
from typing import Any, Self

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from screentest.common.bus import BROKER_ERRORS, Bus
from screentest.common.events import Envelope, RenderRequested
from screentest.common.logs import get_logger
from screentest.common.metrics import MESSAGES_HANDLED
from screentest.common.topology import (
    AGAIN,
    DEAD,
    EVENTS,
    dead_renders,
    render_queue,
    work_queue,
)

log = get_logger()


#: The broker drops the queue of a class that nobody took from for a week.
_UNUSED_S = 7 * 86_400


class Job:
    """A render request that is held and not yet acknowledged."""

    def __init__(self, message: AbstractIncomingMessage, queue: str, bus: Bus) -> None:
        self._message = message
        self._queue = queue
        self._bus = bus

    @property
    def envelope(self) -> Envelope:
        """Who asked.

        Raises:
            KeyError, ValueError: the headers are not those of an event.
        """
        return Envelope.from_headers(self._message.headers)

    @property
    def request(self) -> RenderRequested:
        """What is asked.

        Raises:
            ValueError: the body is no RenderRequested.
        """
        return RenderRequested.model_validate_json(self._message.body)

    async def ack(self) -> None:
        """The job is safe in the database: the queue may forget it."""
        await self._message.ack()

    async def give_back(self) -> None:
        """Let another worker have it."""
        await self._message.reject(requeue=True)

    async def bury(self, reason: str) -> None:
        """It can never be done: dead-letter it with the reason."""
        await self._bus.bury(
            self._message.body,
            dict(self._message.headers),
            self._message.message_id or "",
            self._queue,
            reason,
        )
        await self._message.ack()
        MESSAGES_HANDLED.labels(self._queue, "dead").inc()


class WorkQueue:
    """Takes jobs of one renderer and capability class from the broker."""

    def __init__(self, bus: Bus, renderer: str, capability_class: str = "") -> None:
        """``capability_class`` as in `RenderRequested`."""
        self._bus = bus
        self._renderer = renderer
        self.capability_class = capability_class
        self._channel: AbstractChannel | None = None
        self._queue: AbstractQueue | None = None

    @property
    def name(self) -> str:
        """Of the queue that it takes from."""
        return self._name(self.capability_class)

    def _name(self, capability_class: str) -> str:
        return render_queue(self._bus.service, self._renderer, capability_class)

    async def __aenter__(self) -> Self:
        """Declare the queue and its dead letters, on a channel of its own."""
        while True:
            try:
                channel = await self._bus.connection.channel()
                await channel.set_qos(prefetch_count=1)
                self._channel = channel
                await self._open(self.capability_class)
            except BROKER_ERRORS as error:
                await _wait_for_broker(error)
            else:
                return self

    async def use(self, capability_class: str) -> None:
        """Take from the queue of another class from now on; what waits in the old one stays there.

        The queue is there when this returns: only then may anybody be told of the class.
        """
        while capability_class != self.capability_class:
            try:
                await self._open(capability_class)
            except BROKER_ERRORS as error:
                await _wait_for_broker(error)

    async def _open(self, capability_class: str) -> None:
        assert self._channel is not None, "enter the work queue first"
        name = self._name(capability_class)
        await self._bus.declare(dead_renders(self._bus.service, self._renderer), DEAD)
        routing_key = RenderRequested.key_of(self._renderer, capability_class)
        # Every model that is installed makes a new class; the old one's queue must not stay.
        unused_s = _UNUSED_S if capability_class else None
        queue = work_queue(name, routing_key=routing_key, unused_s=unused_s)
        await self._bus.declare(queue, EVENTS)
        await self._bus.declare(queue, AGAIN, routing_key=name)
        self._queue = await self._channel.get_queue(name, ensure=False)
        self.capability_class = capability_class

    async def __aexit__(self, *_: object) -> None:
        """Close the channel; a job that is held goes back to the queue."""
        if self._channel is not None and not self._channel.is_closed:
            await self._channel.close()

    async def take(
        self,
        *,
        wait_s: float | None = None,
        unless: asyncio.Event | None = None,
        eagerly: bool = True,
    ) -> Job | None:
        """Wait for a job; while the broker is away, wait for it to come back.

        Args:
            wait_s: return None when no job came in that time.
            unless: return None when it is set.
            eagerly: False leaves jobs to whoever takes eagerly, as long as there is somebody.
        """
        while True:
            try:
                return await self._delivery(wait_s, unless, 0 if eagerly else -1)
            except BROKER_ERRORS as error:
                await _wait_for_broker(error)
                if wait_s is not None:
                    return None

    async def _delivery(
        self, wait_s: float | None, unless: asyncio.Event | None, priority: int
    ) -> Job | None:
        assert self._queue is not None, "enter the work queue first"
        arrived: asyncio.Future[AbstractIncomingMessage] = (
            asyncio.get_running_loop().create_future()
        )

        async def deliver(message: AbstractIncomingMessage) -> None:
            if arrived.done():
                await message.reject(requeue=True)
            else:
                arrived.set_result(message)

        tag = await self._queue.consume(deliver, arguments={"x-priority": priority})
        try:
            await _first(arrived, unless, wait_s)
        finally:
            await self._queue.cancel(tag)
        # Asked only now: a delivery may have crossed the cancellation on the wire.
        return Job(arrived.result(), self.name, self._bus) if arrived.done() else None


async def _first(
    arrived: asyncio.Future[AbstractIncomingMessage],
    unless: asyncio.Event | None,
    timeout_s: float | None,
) -> None:
    """Wait until one of the two has happened, or the time is over."""
    waiting: set[asyncio.Future[Any]] = {arrived}
    told = None if unless is None else asyncio.ensure_future(unless.wait())
    try:
        await asyncio.wait(
            waiting if told is None else {*waiting, told},
            timeout=timeout_s,
            return_when=asyncio.FIRST_COMPLETED,
        )
    finally:
        if told is not None:
            told.cancel()


async def _wait_for_broker(error: BaseException) -> None:
    log.warning("work_queue_waits_for_broker", error=f"{type(error).__name__}: {error}")
    await asyncio.sleep(0.5)
