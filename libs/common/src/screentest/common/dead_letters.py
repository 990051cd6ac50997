"""Dead letters: what they are, why they died, and how to have them delivered again.

``python -m screentest.common.dead_letters list | show QUEUE | replay QUEUE [--id MESSAGE_ID]``
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from pydantic_settings import BaseSettings, SettingsConfigDict

from screentest.common.events import CONTRACTS
from screentest.common.migrate import SCHEMAS
from screentest.common.recipes import Renderer
from screentest.common.settings import from_environment
from screentest.common.topology import AGAIN, queue_name, render_queue


class DeadLetterSettings(BaseSettings):
    """What the command reads from the environment."""

    model_config = SettingsConfigDict(env_prefix="SCREENTEST_")

    amqp_url: str


class QueueGone(Exception):  # noqa: N818 - says what is the matter
    """Nobody takes from the queue of this name any more."""


def queues() -> list[str]:
    """The queues of all services that may have dead letters."""
    services = [schema.replace("_", "-") for schema in SCHEMAS]
    events = [event for event in CONTRACTS.values() if not event.transient]
    return [queue_name(service, event) for service in services for event in events] + [
        render_queue("gpu-runner", renderer) for renderer in Renderer
    ]


async def count(amqp_url: str) -> dict[str, int]:
    """Queue -> number of its dead letters, where there are any."""
    found: dict[str, int] = {}
    async with await aio_pika.connect(amqp_url) as connection:
        for name in queues():
            # A passive declaration of a queue that does not exist closes its channel.
            channel = await connection.channel()
            try:
                queue = await channel.declare_queue(f"{name}.dead", passive=True)
            except aio_pika.exceptions.ChannelNotFoundEntity:
                continue
            if queue.declaration_result.message_count:
                found[name] = queue.declaration_result.message_count
            await channel.close()
    return found


async def show(amqp_url: str, name: str, *, limit: int = 20) -> list[AbstractIncomingMessage]:
    """The oldest dead letters of a queue; they stay where they are.

    Raises:
        aio_pika.exceptions.ChannelNotFoundEntity: there is no such queue.
    """
    async with _channel(amqp_url) as channel:
        # Unacknowledged messages go back when the channel closes.
        return [message async for message in _dead(channel, name, limit)]


async def replay(amqp_url: str, name: str, *, message_id: str | None = None) -> int:
    """Deliver dead letters again to the queue each died in, all or one; returns how many.

    Each is published with a confirmation before it is taken from the dead letters.

    Raises:
        aio_pika.exceptions.ChannelNotFoundEntity: there is no such queue.
        QueueGone: a letter died in the queue of a capability class that is gone; it stays.
    """
    replayed = 0
    async with _channel(amqp_url) as channel:
        back = await channel.get_exchange(AGAIN.name, ensure=False)
        async for message in _dead(channel, name, None):
            if message_id not in (None, message.message_id):
                continue
            headers = {k: v for k, v in message.headers.items() if not k.startswith("x-")}
            again = aio_pika.Message(
                message.body,
                headers=headers,
                message_id=message.message_id,
                type=message.type,
                content_type=message.content_type,
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            )
            queue = message.routing_key or name
            try:
                await back.publish(again, routing_key=queue)
            except aio_pika.exceptions.DeliveryError as error:
                raise QueueGone(queue) from error
            await message.ack()
            replayed += 1
    return replayed


@asynccontextmanager
async def _channel(amqp_url: str) -> AsyncIterator[AbstractChannel]:
    async with await aio_pika.connect(amqp_url) as connection:
        yield await connection.channel(on_return_raises=True)


async def _dead(
    channel: AbstractChannel, name: str, limit: int | None
) -> AsyncIterator[AbstractIncomingMessage]:
    queue = await channel.declare_queue(f"{name}.dead", passive=True)
    waiting = queue.declaration_result.message_count or 0
    for _ in range(waiting if limit is None else min(limit, waiting)):
        message = await queue.get(fail=False)
        if message is None:
            return
        yield message


def _described(letter: AbstractIncomingMessage) -> str:
    at, reason = (letter.headers.get(name, "") for name in ("x-dead-at", "x-dead-reason"))
    head = f"{letter.message_id} {at!s} {letter.routing_key}: {reason!s}"
    return f"{head}\n    {letter.body.decode(errors='replace')}"


async def _run(arguments: argparse.Namespace, amqp_url: str) -> str:
    match arguments.action:
        case "list":
            found = await count(amqp_url)
            return "\n".join(f"{number:6} {name}" for name, number in found.items()) or "none"
        case "show":
            return "\n".join(map(_described, await show(amqp_url, arguments.queue)))
    number = await replay(amqp_url, arguments.queue, message_id=arguments.id)
    return f"{number} delivered again"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="queues that have dead letters")
    for name, text in (("show", "the letters of a queue"), ("replay", "deliver them again")):
        action = actions.add_parser(name, help=text)
        action.add_argument("queue", help="name of the queue, without .dead")
        if name == "replay":
            action.add_argument("--id", help="only the letter with this message id")
    arguments = parser.parse_args()
    try:
        text = asyncio.run(_run(arguments, from_environment(DeadLetterSettings).amqp_url))
    except aio_pika.exceptions.ChannelNotFoundEntity:
        sys.exit(f'there is no queue "{arguments.queue}.dead"; "list" names those with letters')
    except QueueGone as error:
        sys.exit(f'queue "{error}" is gone with its workers: its letter stays; --id replays others')
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
