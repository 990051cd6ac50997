"""The bus: one connection to RabbitMQ, what is published on it, and how it is left.

The only module besides `topology` and `work_queue` that knows FastStream or aio-pika. Measured
reasons for its settings are in docs/adr/0003-messages.md. Must never decide what becomes of a
message: `consumer` does.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from functools import partial
from typing import Any

from aio_pika.abc import AbstractRobustConnection
from aio_pika.exceptions import AMQPError
from aiormq.exceptions import ChannelAccessRefused
from faststream import AckPolicy
from faststream.exceptions import FastStreamException
from faststream.rabbit import Channel, RabbitBroker, RabbitExchange, RabbitQueue
from faststream.rabbit.annotations import RabbitMessage
from faststream.rabbit.subscriber import RabbitSubscriber

from screentest.common.broker_capabilities import UnfitBroker, judge
from screentest.common.clock import utc_now
from screentest.common.events import Envelope, Event
from screentest.common.ids import new_id
from screentest.common.logs import get_logger
from screentest.common.metrics import BROKER_CONNECTED
from screentest.common.outbox import Letter
from screentest.common.topology import (
    AGAIN,
    DEAD,
    EVENTS,
    EXCHANGES,
    RETRY_DELAYS,
    dead_queue,
    retry_delay,
)

log = get_logger()

BROKER_ERRORS: tuple[type[BaseException], ...] = (
    AMQPError,
    FastStreamException,
    OSError,
    TimeoutError,
    RuntimeError,  # aio-pika raises it bare for a channel that is being reopened
)
"""The broker is away, or is coming back."""

_CONNECT_PAUSE_S = 0.25
_PUBLISH_TIMEOUT_S = 5
_TRANSIENT_TTL_S = 15

Consume = Callable[[RabbitMessage], Awaitable[None]]


class Bus:
    """A service's connection to the broker."""

    def __init__(self, url: str, service: str) -> None:
        """Nothing is connected yet. ``service`` is the name in queues and envelopes."""
        self.service = service
        self._lost = False
        #: Queues that messages which were put off, or are replayed, come back to.
        self._returning: set[str] = set()
        self._connection: AbstractRobustConnection | None = None
        self._broker = RabbitBroker(
            url,
            # A mandatory message nobody is bound to raises instead of returning something truthy.
            default_channel=Channel(on_return_raises=True),
            reconnect_interval=1.0,
            on_close=[self._on_close],
            on_reconnected=[self._on_reconnected],
            # We drain by ourselves: FastStream would wait before it cancels its consumers.
            graceful_timeout=None,
            logger=None,
        )

    @property
    def problem(self) -> str | None:
        """None while the broker can be used, else one sentence."""
        if self._connection is None:
            return "not yet connected to RabbitMQ"
        if self._lost:
            return "the connection to RabbitMQ is lost and being restored"
        return None

    @property
    def connection(self) -> AbstractRobustConnection:
        """The aio-pika connection, for `work_queue`."""
        assert self._connection is not None, "connect() first"
        return self._connection

    async def connect(self) -> None:
        """Connect, however long the broker takes to appear, and declare what all services share.

        Raises:
            SystemExit: the broker cannot do what we need, or our user may not do what we must.
        """
        told = False
        while self._connection is None:
            try:
                self._connection = await self._broker.connect()
            except BROKER_ERRORS as error:
                if not told:
                    log.warning("broker_awaited", error=f"{type(error).__name__}: {error}")
                told = True
                await asyncio.sleep(_CONNECT_PAUSE_S)
        self._check_broker(self._connection)
        BROKER_CONNECTED.set(1)
        async with self._may():
            for exchange in EXCHANGES:
                await self._broker.declare_exchange(exchange)
            for delay in RETRY_DELAYS:
                await self.declare(delay.queue(self.service), delay.exchange)

    async def declare(
        self, queue: RabbitQueue, exchange: RabbitExchange, *, routing_key: str | None = None
    ) -> None:
        """Declare a queue bound to an exchange, by its own routing key unless another is given."""
        bound = await self._broker.declare_exchange(exchange)
        declared = await self._broker.declare_queue(queue)
        await declared.bind(bound, routing_key=routing_key or queue.routing())

    async def subscribe(
        self, queue: RabbitQueue, consume: Consume, *, prefetch: int, dead_letters: bool
    ) -> None:
        """Consume ``queue`` once `start` is called; each subscriber has a channel of its own."""
        if dead_letters:
            await self.declare(dead_queue(queue.name), DEAD)
            self._returning.add(queue.name)

        async def deliver(message: RabbitMessage) -> None:
            await consume(message)

        self._broker.subscriber(
            queue, EVENTS, channel=Channel(prefetch_count=prefetch), ack_policy=AckPolicy.MANUAL
        )(deliver)

    async def start(self) -> None:
        """Begin to consume; what the broker refuses for the moment is asked for again.

        RabbitMQ 3.10 answers INTERNAL_ERROR now and then when replicas come to a queue at once. A
        consumer that was there before is restored with the connection.
        """
        for subscriber in self._broker.subscribers:
            assert isinstance(subscriber, RabbitSubscriber)
            async with self._may():
                await _insist(subscriber.start)
                if subscriber.queue.name in self._returning:
                    await _insist(partial(_let_return, subscriber))

    async def stop_consuming(self) -> None:
        """Cancel all consumers; messages already delivered may still be handled and acked."""
        for subscriber in self._broker.subscribers:
            assert isinstance(subscriber, RabbitSubscriber)
            queue, tag = subscriber._queue_obj, subscriber._consumer_tag  # noqa: SLF001
            # FastStream offers no way to cancel without closing; without it the broker goes on
            # delivering messages that nobody will handle, each costing a delivery count.
            if queue is not None and tag is not None and not queue.channel.is_closed:
                await queue.cancel(tag)
                subscriber._consumer_tag = None  # noqa: SLF001

    async def close(self) -> None:
        """Close the connection; unacknowledged messages go back to their queues."""
        await self._broker.stop()
        self._connection = None

    async def publish_letter(self, letter: Letter) -> None:
        """Publish a committed event and wait for the broker's confirmation.

        Raises:
            any of BROKER_ERRORS: nobody is bound to it, or the broker is away.
        """
        await self._publish(
            json.dumps(letter.body).encode(),
            letter.envelope(f"screentest/{self.service}"),
            EVENTS,
            letter.routing_key,
        )

    async def publish_transient(self, event: Event) -> None:
        """Publish an event that may be lost; a broker that is away is no error."""
        envelope = Envelope(
            id=new_id(),
            source=f"screentest/{self.service}",
            type=event.type,
            time=utc_now(),
            subject=event.subject,
        )
        try:
            await self._publish(
                event.model_dump_json().encode(),
                envelope,
                EVENTS,
                event.routing_key,
                persist=False,
                mandatory=False,
                expiration=_TRANSIENT_TTL_S,
            )
        except BROKER_ERRORS as error:
            log.debug("transient_event_lost", type=event.type, error=str(error))

    async def put_off(self, body: bytes, envelope: Envelope, queue: str) -> None:
        """Have a message delivered to ``queue`` again after a delay that grows with its retries."""
        delay = retry_delay(envelope.retries - 1)
        await self._publish(body, envelope, delay.exchange, queue)

    async def bury(
        self, body: bytes, headers: dict[str, Any], message_id: str, queue: str, reason: str
    ) -> None:
        """Put a message into the dead-letter queue of ``queue``, with the reason."""
        await self._broker.publish(
            body,
            exchange=DEAD,
            routing_key=queue,
            headers=headers | {"x-dead-reason": reason[:2000], "x-dead-at": utc_now().isoformat()},
            message_id=message_id,
            persist=True,
            content_type="application/json",
            timeout=_PUBLISH_TIMEOUT_S,
        )

    async def _publish(
        self,
        body: bytes,
        envelope: Envelope,
        exchange: RabbitExchange,
        routing_key: str,
        *,
        persist: bool = True,
        mandatory: bool = True,
        expiration: int | None = None,
    ) -> None:
        await self._broker.publish(
            body,
            exchange=exchange,
            routing_key=routing_key,
            headers=envelope.headers(),
            message_id=str(envelope.id),
            message_type=envelope.type,
            timestamp=envelope.time,
            content_type="application/json",
            persist=persist,
            mandatory=mandatory,
            expiration=expiration,
            timeout=_PUBLISH_TIMEOUT_S,
        )

    def _check_broker(self, connection: AbstractRobustConnection) -> None:
        transport = connection.transport
        assert transport is not None, "it has just been connected"
        try:
            found = judge(transport.connection.server_properties)
        except UnfitBroker as error:
            sys.exit(str(error))
        log.info("broker_reached", **asdict(found))
        if found.warning:
            log.warning("broker_untried", warning=found.warning)

    @asynccontextmanager
    async def _may(self) -> AsyncIterator[None]:
        """End the process in a sentence where the broker forbids what a service must do."""
        try:
            yield
        except ChannelAccessRefused as error:
            sys.exit(
                f"RabbitMQ forbids {self.service} what it must do ({error}): give its user the "
                "permissions of deploy/rabbitmq/definitions.json."
            )

    def _on_close(self, *_: object) -> None:
        self._lost = True
        BROKER_CONNECTED.set(0)

    def _on_reconnected(self, *_: object) -> None:
        self._lost = False
        BROKER_CONNECTED.set(1)
        log.info("broker_reconnected")


async def _let_return(subscriber: RabbitSubscriber) -> None:
    """Bind a queue that is consumed to `AGAIN`; on its own channel, which restores the binding."""
    queue = subscriber._queue_obj  # noqa: SLF001 - declared elsewhere, it would share that channel
    assert queue is not None, "it has started"
    await queue.bind(AGAIN.name, routing_key=queue.name)


async def _insist(step: Callable[[], Awaitable[None]]) -> None:
    """Take a step that the broker may refuse for the moment, until it does not."""
    while True:
        try:
            await step()
        except ChannelAccessRefused:
            raise
        except BROKER_ERRORS as error:
            log.warning("consuming_put_off", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(_CONNECT_PAUSE_S)
        else:
            return
