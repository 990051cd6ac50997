"""The bus: one connection to RabbitMQ, what is published on it, and how it is left.

The only module besides `topology` and `work_queue` that knows FastStream or aio-pika. Measured
reasons for its settings are in docs/adr/0003-messages.md. Must never decide what becomes of a
message: `consumer` does.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aio_pika.abc import AbstractRobustConnection
from aio_pika.exceptions import AMQPError
from faststream import AckPolicy
from faststream.exceptions import FastStreamException
from faststream.rabbit import Channel, RabbitBroker, RabbitExchange, RabbitQueue
from faststream.rabbit.annotations import RabbitMessage
from faststream.rabbit.subscriber import RabbitSubscriber

from screentest.common.clock import utc_now
from screentest.common.events import Envelope, Event
from screentest.common.ids import new_id
from screentest.common.logs import get_logger
from screentest.common.outbox import Letter
from screentest.common.topology import DEAD, EVENTS, RETRY_DELAYS, dead_queue, retry_delay

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
        self._consumers: list[str] = []
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
        """Connect, however long the broker takes to appear, and declare what all services share."""
        told = False
        while self._connection is None:
            try:
                self._connection = await self._broker.connect()
            except BROKER_ERRORS as error:
                if not told:
                    log.warning("broker_awaited", error=f"{type(error).__name__}: {error}")
                told = True
                await asyncio.sleep(_CONNECT_PAUSE_S)
        for exchange in (EVENTS, DEAD):
            await self._broker.declare_exchange(exchange)
        for delay in RETRY_DELAYS:
            await self.declare(delay.queue(self.service), delay.exchange)

    async def declare(self, queue: RabbitQueue, exchange: RabbitExchange) -> None:
        """Declare a queue bound to an exchange."""
        bound = await self._broker.declare_exchange(exchange)
        declared = await self._broker.declare_queue(queue)
        await declared.bind(bound, routing_key=queue.routing())

    async def subscribe(
        self, queue: RabbitQueue, consume: Consume, *, prefetch: int, dead_letters: bool
    ) -> None:
        """Consume ``queue`` once `start` is called; each subscriber has a channel of its own."""
        if dead_letters:
            await self.declare(dead_queue(queue.name), DEAD)

        async def deliver(message: RabbitMessage) -> None:
            await consume(message)

        self._broker.subscriber(
            queue, EVENTS, channel=Channel(prefetch_count=prefetch), ack_policy=AckPolicy.MANUAL
        )(deliver)
        self._consumers.append(queue.name)

    async def start(self) -> None:
        """Begin to consume; what the broker refuses for the moment is asked for again.

        RabbitMQ 3.10 answers INTERNAL_ERROR now and then when replicas come to a queue at once. A
        consumer that was there before is restored with the connection.
        """
        for subscriber in self._broker.subscribers:
            while True:
                try:
                    await subscriber.start()
                except BROKER_ERRORS as error:
                    log.warning("consuming_put_off", error=f"{type(error).__name__}: {error}")
                    await asyncio.sleep(_CONNECT_PAUSE_S)
                else:
                    break

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

    def _on_close(self, *_: object) -> None:
        self._lost = True

    def _on_reconnected(self, *_: object) -> None:
        self._lost = False
        log.info("broker_reconnected")
