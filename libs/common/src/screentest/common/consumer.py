"""From a delivery to a handler: decode, one transaction, inbox, and what becomes of a failure.

A transient failure puts the message off and never gives up; anything else sends it to the
dead-letter queue with its reason. Must never hold a transaction while a handler computes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Generic, TypeVar

from faststream.rabbit.annotations import RabbitMessage
from structlog.contextvars import bound_contextvars

from screentest.common import inbox
from screentest.common.bus import BROKER_ERRORS, Bus
from screentest.common.db import Pool, Tx, is_transient, transaction
from screentest.common.events import Envelope, Event
from screentest.common.logs import get_logger
from screentest.common.metrics import HANDLING_SECONDS, MESSAGES_HANDLED
from screentest.common.problems import Retryable
from screentest.common.topology import (
    fleeting_queue,
    kebab,
    private_queue,
    queue_name,
    work_queue,
)
from screentest.common.tracing import Attribute, Span, span

log = get_logger()

E = TypeVar("E", bound=Event)

Record = Callable[[Tx], Awaitable[None]]
"""Writes down what a computation found, inside the transaction it is given."""


@dataclass(frozen=True, kw_only=True)
class Subscription(Generic[E]):
    """How a service hears one event. Exactly one of the three handlers is given."""

    event: type[E]
    #: The usual form: one transaction, in which the message is also recorded as handled.
    handle: Callable[[E, Tx], Awaitable[None]] | None = None
    #: For work of seconds: computes outside any transaction and returns what is to be recorded.
    compute: Callable[[E], Awaitable[Record]] | None = None
    #: For transient events that every replica hears: no transaction, no retry.
    listen: Callable[[E], Awaitable[None]] | None = None
    #: Messages handled at the same time by one process.
    prefetch: int = 16


class Consumer(Generic[E]):
    """Consumes one queue for one subscription."""

    def __init__(
        self, subscription: Subscription[E], *, bus: Bus, pool: Pool, replica: str
    ) -> None:
        """``replica`` names this process, for a queue of its own."""
        self._subscription = subscription
        self._bus = bus
        self._pool = pool
        event, service = subscription.event, bus.service
        name = queue_name(service, event)
        if subscription.listen is not None:
            name = f"{service}.{replica}.{kebab(event)}"
            self.queue = private_queue(name, routing_key=event.type)
        elif event.transient:
            self.queue = fleeting_queue(name, routing_key=event.type)
        else:
            self.queue = work_queue(name, routing_key=event.type)
        #: Deliveries being handled now.
        self.in_flight = 0

    async def subscribe(self) -> None:
        """Declare the queue; deliveries begin when the bus starts."""
        await self._bus.subscribe(
            self.queue,
            self.consume,
            prefetch=self._subscription.prefetch,
            dead_letters=not self._subscription.event.transient,
        )

    async def consume(self, message: RabbitMessage) -> None:
        """Handle one delivery to its end: acked, put off, or dead."""
        self.in_flight += 1
        began = perf_counter()
        try:
            outcome = await self._attempt(message)
        except asyncio.CancelledError:
            raise  # the channel died: the broker delivers the message again
        except BROKER_ERRORS as error:
            # Neither acknowledged nor moved: the broker delivers it again once it is back.
            log.warning("delivery_left_to_broker", queue=self.queue.name, error=str(error))
            outcome = "returned"
        finally:
            self.in_flight -= 1
        MESSAGES_HANDLED.labels(self.queue.name, outcome).inc()
        HANDLING_SECONDS.labels(self.queue.name).observe(perf_counter() - began)

    async def _attempt(self, message: RabbitMessage) -> str:
        try:
            envelope = Envelope.from_headers(message.headers)
            event = self._subscription.event.model_validate_json(message.body)
        except (KeyError, ValueError) as error:
            return await self._give_up(message, f"cannot be read: {error}")
        with self._said(event, envelope) as handling:
            try:
                outcome = await self._handle(event, envelope)
            except Exception as error:
                if is_transient(error) or isinstance(error, Retryable):
                    outcome = await self._put_off(message, envelope, error)
                else:
                    log.exception("message_failed", queue=self.queue.name)
                    reason = f"{type(error).__name__}: {error}"
                    outcome = await self._give_up(message, reason)
            else:
                await message.ack()
            handling.set_attribute("screentest.outcome", outcome)
            if not self._subscription.event.transient:
                log.info("message_handled", queue=self.queue.name, outcome=outcome)
            return outcome

    @contextmanager
    def _said(self, event: E, envelope: Envelope) -> Iterator[Span]:
        """What is logged meanwhile can be found by its run, and what is traced by its request."""
        run_id = getattr(event, "run_id", None)
        facts: dict[str, Attribute | None] = {
            "messaging.system": "rabbitmq",
            "messaging.destination.name": self.queue.name,
            "messaging.message.id": str(envelope.id),
            "screentest.subject": envelope.subject,
            "screentest.retries": envelope.retries,
        }
        about = {} if run_id is None else {"run_id": str(run_id)}
        with (
            bound_contextvars(message_id=str(envelope.id), subject=envelope.subject, **about),
            span(
                f"process {self.queue.name}",
                kind="consumer",
                parent=envelope.traceparent,
                attributes=facts,
            ) as made,
        ):
            yield made

    async def _handle(self, event: E, envelope: Envelope) -> str:
        """Run the handler; returns "repeated" when the message had been handled before."""
        subscription = self._subscription
        if subscription.listen is not None:
            await subscription.listen(event)
            return "done"
        if subscription.compute is not None:
            async with self._pool.acquire() as connection:
                if await inbox.seen(connection, self.queue.name, envelope.id):
                    return "repeated"
            record = await subscription.compute(event)
        else:
            assert subscription.handle is not None, "a subscription needs a handler"
            handle = subscription.handle

            async def record(tx: Tx) -> None:
                await handle(event, tx)

        async with transaction(self._pool) as tx:
            if not event.transient and not await inbox.record(tx, self.queue.name, envelope.id):
                return "repeated"
            await record(tx)
        return "done"

    async def _put_off(
        self, message: RabbitMessage, envelope: Envelope, error: BaseException
    ) -> str:
        log.warning(
            "message_put_off",
            queue=self.queue.name,
            retries=envelope.retries,
            error=f"{type(error).__name__}: {error}",
        )
        if not self._subscription.event.transient:
            later = replace(envelope, retries=envelope.retries + 1)
            await self._bus.put_off(message.body, later, self.queue.name)
        await message.ack()
        return "retried"

    async def _give_up(self, message: RabbitMessage, reason: str) -> str:
        if not self._subscription.event.transient:
            headers: dict[str, Any] = dict(message.headers)
            await self._bus.bury(message.body, headers, message.message_id, self.queue.name, reason)
        await message.ack()
        return "dead"
