"""The life of a service process: what starts in which order, and how it stops without loss.

Start: probes, database, broker, outbox relay, consumers. Stop, on SIGTERM or SIGINT: not ready,
consumers cancelled, background work stopped, handlers drained, outbox emptied, connections closed.
"""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from screentest.common.bus import Bus
from screentest.common.consumer import Consumer, Subscription
from screentest.common.db import Pool, create_pool, is_transient
from screentest.common.ids import new_id
from screentest.common.logs import configure_logs, get_logger
from screentest.common.objects import Objects
from screentest.common.outbox import Relay
from screentest.common.probes import ProbeServer
from screentest.common.settings import CommonSettings
from screentest.common.tracing import start as start_tracing
from screentest.common.tracing import stop as stop_tracing

log = get_logger()

#: Objects that the garbage collector lets grow before it looks for circles (Python: 700).
_ALLOCATIONS_A_COLLECTION = 20_000
_IS_MIGRATED = "select to_regclass('outbox') is not null"
_IS_WAITING = "select exists (select from outbox)"


class Service:
    """A running service: its connections, and what it does until it is told to stop."""

    def __init__(
        self, name: str, settings: CommonSettings, pool: Pool, bus: Bus, replica: str
    ) -> None:
        """``name`` as in queue names (api, dispatcher, ...); ``replica`` names this process."""
        self.name = name
        self.pool = pool
        self.bus = bus
        self.objects = Objects.open(settings.objects_url)
        #: Set when the process has been told to stop.
        self.stopping = asyncio.Event()
        self._settings = settings
        self._replica = replica
        self._consumers: list[Consumer[Any]] = []
        self._background: list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]] = []
        self._ready = False

    @property
    def schema(self) -> str:
        """The schema the service owns."""
        return self.name.replace("-", "_")

    def not_ready(self) -> str | None:
        """None when work can be taken, else one sentence."""
        if self.stopping.is_set():
            return "stopping"
        return self.bus.problem or (None if self._ready else "starting")

    def subscribe(self, subscriptions: Sequence[Subscription[Any]]) -> None:
        """Hear events; before `run`."""
        self._consumers += [
            Consumer(subscription, bus=self.bus, pool=self.pool, replica=self._replica)
            for subscription in subscriptions
        ]

    def background(self, name: str, task: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run ``task`` until the stop, when it is cancelled; a crash of it ends the process."""
        self._background.append((name, task))

    async def run(self) -> None:
        """Serve until the stop, then drain.

        Raises:
            Exception: what a background task died of.
        """
        for consumer in self._consumers:
            await consumer.subscribe()
        relay = Relay(self._settings.pg_dsn, self.schema, self.bus.publish_letter)
        relaying = asyncio.create_task(relay.run(), name="outbox relay")
        await self.bus.start()
        tasks = [asyncio.create_task(task(), name=name) for name, task in self._background]
        # What is there by now stays for good, and the garbage collector need not look at it again:
        # that was a quarter of the time in which a batch of 500 is planned.
        gc.collect()
        gc.freeze()
        # What a request makes is freed by its count; the default looks through it 70 times a batch.
        gc.set_threshold(_ALLOCATIONS_A_COLLECTION)
        self._ready = True
        log.info("service_ready", service=self.name)
        try:
            await self._until_stopped(tasks)
        finally:
            self.stopping.set()
            log.info("service_stopping", service=self.name)
            await self.bus.stop_consuming()
            await _cancel(tasks)
            await self._drain()
            await self._empty_outbox()
            await _cancel([relaying])

    async def _until_stopped(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        stop = asyncio.create_task(self.stopping.wait(), name="stop signal")
        done, _ = await asyncio.wait([stop, *tasks], return_when=asyncio.FIRST_COMPLETED)
        if stop not in done:
            await _cancel([stop])
            for task in done:
                task.result()
                raise RuntimeError(f'background task "{task.get_name()}" ended by itself')

    async def _drain(self) -> None:
        """Wait for the handlers that have begun; the rest is redelivered to somebody else."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.drain_s):
                while any(consumer.in_flight for consumer in self._consumers):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)

    async def _empty_outbox(self) -> None:
        """Wait for the relay that leads, here or in a replica, to publish the last events."""
        with suppress(Exception):
            async with asyncio.timeout(2):
                while await self.pool.fetchval(_IS_WAITING):  # noqa: ASYNC110 - no event
                    await asyncio.sleep(0.02)


@asynccontextmanager
async def running_service(name: str, settings: CommonSettings) -> AsyncIterator[Service]:
    """Connect a service; the block adds what it does and awaits `Service.run`."""
    configure_logs(name, style=settings.log_format, level=settings.log_level)
    replica = f"{os.uname().nodename}-{os.getpid()}-{new_id().hex[-4:]}"
    if start_tracing(name, replica):
        log.info("traces_are_sent")
    service: Service | None = None

    def not_ready() -> str | None:
        return "starting" if service is None else service.not_ready()

    probes = ProbeServer(not_ready)
    port = await probes.start(settings.probe_host, settings.probe_port)
    log.info("probes_listening", host=settings.probe_host, port=port)
    try:
        pool = await _pool(settings, name.replace("-", "_"))
        bus = Bus(settings.amqp_url, name)
        try:
            await bus.connect()
            service = Service(name, settings, pool, bus, replica)
            # Until here nothing was begun, and the default action of a signal is the right one.
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, service.stopping.set)
            yield service
        finally:
            await bus.close()
            await pool.close()
    finally:
        await stop_tracing()
        await probes.stop()
        log.info("service_stopped", service=name)


async def _pool(settings: CommonSettings, schema: str) -> Pool:
    """Connect to Postgres, however long it takes to appear, and see that it is migrated."""
    while True:
        try:
            pool = await create_pool(settings.pg_dsn, schema=schema, size=settings.pg_pool_size)
            break
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("database_not_reached", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(1)
    if not await pool.fetchval(_IS_MIGRATED):
        await pool.close()
        sys.exit(f'schema "{schema}" has no tables: run "make migrate" before starting services')
    return pool


async def _cancel(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
