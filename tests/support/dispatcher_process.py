"""Dispatcher processes, and the neighbours they talk to, over a real broker."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from screentest.common.bus import Bus
from screentest.common.clock import utc_now
from screentest.common.events import CONTRACTS, Event
from screentest.common.ids import new_id
from screentest.common.outbox import Letter
from screentest.common.topology import private_queue
from support.waiting import until

Answer = Callable[[Event], Coroutine[Any, Any, None]]


class Neighbours:
    """Everybody else: hears every event once, and says what it is told to."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        #: In the order they came; a message that is published twice counts once.
        self.heard: list[Event] = []
        self._seen: set[UUID] = set()
        self._answer: Answer | None = None
        self._answering: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def connected(cls, amqp_url: str) -> AsyncIterator["Neighbours"]:
        bus = Bus(amqp_url, "test")
        await bus.connect()
        neighbours = cls(bus)
        queue = private_queue(f"test.{new_id()}", routing_key="#")
        await bus.subscribe(queue, neighbours._hear, prefetch=100, dead_letters=False)
        await bus.start()
        try:
            yield neighbours
        finally:
            for task in neighbours._answering:
                task.cancel()
            await asyncio.gather(*neighbours._answering, return_exceptions=True)
            await bus.stop_consuming()
            await bus.close()

    def answer(self, answer: Answer) -> None:
        """Have every event that is heard answered, each in a task of its own."""
        self._answer = answer

    async def say(self, event: Event, *, times: int = 1) -> None:
        """Publish an event, ``times`` times with one message id, as a relay that died would."""
        letter = Letter(
            position=0,
            message_id=new_id(),
            type=event.type,
            routing_key=event.routing_key,
            subject=event.subject,
            traceparent=None,
            body=event.model_dump(mode="json"),
            occurred_at=utc_now(),
        )
        for _ in range(times):
            await self._bus.publish_letter(letter)

    async def _hear(self, message: Any) -> None:
        await message.ack()
        message_id = UUID(message.headers["ce-id"])
        if message_id in self._seen:
            return
        self._seen.add(message_id)
        event = CONTRACTS[message.headers["ce-type"]].model_validate_json(message.body)
        self.heard.append(event)
        if self._answer is not None:
            task = asyncio.create_task(self._answer(event))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)


class DispatcherProcess:
    """``python -m screentest.dispatcher``."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = os.environ | environment
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; returns once it hears events."""
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "screentest.dispatcher", env=self._environment, stderr=log
            )
        await until(self._is_ready, what=f"service_ready in {self._log}")

    def _is_ready(self) -> bool:
        assert self._process is not None
        text = self._log.read_text()
        assert self._process.returncode is None, f"the dispatcher has died:\n{text}"
        return "service_ready" in text

    async def kill(self) -> None:
        """Kill -9."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await self._process.wait()


@asynccontextmanager
async def dispatchers(
    count: int, *, pg_dsn: str, amqp_url: str, folder: Path
) -> AsyncIterator[list[DispatcherProcess]]:
    """So many dispatcher processes on one database and one broker."""
    environment = {
        "SCREENTEST_PG_DSN": pg_dsn,
        "SCREENTEST_AMQP_URL": amqp_url,
        "SCREENTEST_OBJECTS_URL": f"file://{folder}/objects",
        "SCREENTEST_LOG_FORMAT": "json",
    }
    processes = [
        DispatcherProcess(environment, folder / f"dispatcher-{n}.log") for n in range(count)
    ]
    try:
        await asyncio.gather(*(process.start() for process in processes))
        yield processes
    finally:
        await asyncio.gather(*(process.stop() for process in processes))
