"""The definitions on a real broker: every service can do its part as its user, and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.exceptions import ProbableAuthenticationError
from aiormq.exceptions import ChannelAccessRefused

from screentest.common import dead_letters
from screentest.common.broker_definitions import ACCOUNTS, definitions, password_hash, user_of
from screentest.common.bus import Bus
from screentest.common.consumer import Consumer, Subscription
from screentest.common.events import CONTRACTS, Event, RenderRequested, ShotCancelled
from screentest.common.problems import Retryable
from screentest.common.services import SERVICES
from screentest.common.topology import AGAIN, DEAD, EVENTS, RETRY_DELAYS, queue_name, work_queue
from screentest.common.work_queue import WorkQueue
from screentest.stack.binaries import find_rabbitmq
from screentest.stack.folder import StackFolder
from screentest.stack.rabbitmq import RabbitMQ
from support.waiting import until

pytestmark = pytest.mark.timeout(120)
VHOST = "screentest"


@pytest.fixture(scope="module")
def node(new_folder):
    """A broker of its own, which knows the definitions in a virtual host of their own."""
    if find_rabbitmq() is None:
        pytest.skip("RabbitMQ is not installed here")
    folder = StackFolder(new_folder())
    folder.prepare()
    node = RabbitMQ(folder, durable=False)
    node.start()
    try:
        hashes = {account: password_hash(account) for account in ACCOUNTS}
        path = folder.path / "imported.json"
        path.write_text(json.dumps(definitions(VHOST, password_hashes=hashes)))
        node.control("import_definitions", str(path))
        yield node
    finally:
        node.stop()


@pytest.fixture(scope="module")
def url_of(node):
    """The address of the virtual host for an account."""

    def url(account: str, password: str | None = None) -> str:
        parts = urlsplit(node.url())
        secret = account if password is None else password
        netloc = f"{user_of(account)}:{secret}@{parts.hostname}:{parts.port}"
        return urlunsplit(parts._replace(netloc=netloc, path=f"/{VHOST}"))

    return url


@asynccontextmanager
async def channel_of(url: str) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    connection = await aio_pika.connect(url)
    async with connection:
        yield await connection.channel()


async def may_publish(url: str, exchange: str, routing_key: str) -> bool:
    """Whether the broker takes a message; nobody need be bound."""
    async with channel_of(url) as channel:
        where = await channel.get_exchange(exchange, ensure=False) if exchange else None
        try:
            await (where or channel.default_exchange).publish(
                aio_pika.Message(b"{}"), routing_key=routing_key, mandatory=False
            )
        except ChannelAccessRefused:
            return False
        return True


def key_of(event: type[Event]) -> str:
    return f"{event.type}.builtin" if event is RenderRequested else event.type


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_publishes_its_own_events_and_is_refused_the_others(url_of, service):
    url = url_of(service)

    taken = {
        event for event in CONTRACTS.values() if await may_publish(url, EVENTS.name, key_of(event))
    }

    assert taken == set(SERVICES[service].says)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_cannot_go_round_its_row(url_of, service):
    url = url_of(service)
    neighbour = next(other for other in SERVICES if other != service)
    theirs = queue_name(neighbour, SERVICES[neighbour].hears[-1])

    assert not await may_publish(url, "", f"{neighbour}.anything")
    for exchange in (DEAD, AGAIN, RETRY_DELAYS[0].exchange):
        assert not await may_publish(url, exchange.name, f"{neighbour}.anything")
        assert await may_publish(url, exchange.name, f"{service}.anything")
    with pytest.raises(ChannelAccessRefused):
        async with channel_of(url) as channel:
            await channel.declare_queue(theirs, durable=True)
    with pytest.raises(ChannelAccessRefused):
        async with channel_of(url) as channel:
            await (await channel.get_queue(theirs, ensure=False)).get(fail=False)
    unheard = next(e for e in CONTRACTS.values() if e not in SERVICES[service].hears)
    with pytest.raises(ChannelAccessRefused):
        async with channel_of(url) as channel:
            own = await channel.declare_queue(f"{service}.private", exclusive=True)
            await own.bind(EVENTS.name, routing_key=key_of(unheard))


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_declares_and_consumes_all_it_hears(url_of, service, pool_of):
    """Also: what it declares is what the definitions have declared, or the broker would object."""
    pool = await pool_of(service.replace("-", "_"))
    bus = Bus(url_of(service), service)
    await bus.connect()
    try:
        for event in SERVICES[service].hears:
            if event is not RenderRequested:
                subscription = Subscription(event=event, listen=_ignore)
                stored = Subscription(event=event, handle=_ignore)
                each = subscription if event.transient else stored
                await Consumer(each, bus=bus, pool=pool, replica="test").subscribe()
        await bus.start()
        if RenderRequested in SERVICES[service].hears:
            async with WorkQueue(bus, "builtin"), WorkQueue(bus, "comfyui", "a1b2"):
                pass
        await bus.stop_consuming()
    finally:
        await bus.close()


async def _ignore(*_: object) -> None:
    """Hear and do nothing."""


async def test_a_message_is_put_off_buried_and_replayed_by_those_who_may(node, url_of, pool_of):
    name = queue_name("dispatcher", ShotCancelled)
    # What other tests were allowed to publish lies there, and is no message.
    for queue in (name, f"{name}.dead"):
        node.control("purge_queue", "-p", VHOST, queue)
    pool = await pool_of("dispatcher")
    tries: list[str] = []
    mended = asyncio.Event()

    async def handle(event: ShotCancelled, tx) -> None:
        tries.append(event.reason)
        if len(tries) == 1:
            raise Retryable
        if not mended.is_set():
            raise ValueError("a defect")

    bus = Bus(url_of("dispatcher"), "dispatcher")
    await bus.connect()
    subscription = Subscription(event=ShotCancelled, handle=handle)
    await Consumer(subscription, bus=bus, pool=pool, replica="test").subscribe()
    await bus.start()
    said = Bus(url_of("api"), "api")
    await said.connect()
    try:
        await said.publish_transient(ShotCancelled(run_id=uuid4(), by=1, reason="once"))
        operator = url_of("operator")
        await until(lambda: dead_letters.show(operator, name))
        assert len(tries) == 2
        mended.set()
        assert await dead_letters.replay(operator, name) == 1
        await until(lambda: len(tries) == 3)
    finally:
        await said.close()
        await bus.close()


async def test_an_operator_may_do_nothing_else(url_of):
    url = url_of("operator")

    assert not await may_publish(url, EVENTS.name, ShotCancelled.type)
    assert not await may_publish(url, "", "qa.on-segment-rendered")
    with pytest.raises(ChannelAccessRefused):
        async with channel_of(url) as channel:
            queue = await channel.get_queue("qa.on-segment-rendered", ensure=False)
            await queue.get(fail=False)


async def test_without_its_permissions_a_service_ends_in_a_sentence(url_of):
    bus = Bus(url_of("qa"), "dispatcher")
    try:
        with pytest.raises(SystemExit, match=r"(?s)forbids dispatcher .*definitions\.json\.$"):
            await bus.connect()
    finally:
        await bus.close()


async def test_limits_hold_for_queues_whoever_declares_them(node, url_of):
    """The policies' patterns meet the names: work, dead letters and what is put off."""
    name = "qa.on-something-new"
    async with channel_of(url_of("qa")) as channel:
        queue = work_queue(name, routing_key="x")
        await channel.declare_queue(name, durable=True, arguments=queue.arguments)

    lines = node.control("list_queues", "-p", VHOST, "name", "policy").splitlines()
    policies = dict(line.split("\t") for line in lines[1:] if line)

    assert policies[name] == "screentest-work"
    assert policies["qa.on-segment-rendered.dead"] == "screentest-dead"
    assert policies["qa.put-off.1s"] == "screentest-put-off"
    assert policies["gpu-runner.render.builtin"] == "screentest-work"
    assert "" not in policies.values()


async def test_users_of_the_committed_file_cannot_log_in_before_they_have_a_password(
    node, url_of, tmp_path
):
    path = tmp_path / "definitions.json"
    path.write_text(json.dumps(definitions(VHOST)))
    path.chmod(0o644)
    tmp_path.chmod(0o755)
    node.control("import_definitions", str(path))
    try:
        with pytest.raises(ProbableAuthenticationError):
            async with channel_of(url_of("qa", "")):
                pass
        node.control("change_password", user_of("qa"), "new")
        async with channel_of(url_of("qa", "new")):
            pass
    finally:
        for account in ACCOUNTS:
            node.control("change_password", user_of(account), account)
