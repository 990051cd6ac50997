"""Workers on real servers, and somebody who asks for renders and hears what becomes of them."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import aio_pika
import numpy as np
import pytest

from screentest.common.bus import Bus
from screentest.common.clock import utc_now
from screentest.common.consumer import Consumer
from screentest.common.db import Pool, create_pool
from screentest.common.events import (
    CONTRACTS,
    Artefact,
    Event,
    RenderRequested,
    SegmentFailed,
    SegmentRendered,
)
from screentest.common.ids import new_id
from screentest.common.objects import Objects
from screentest.common.outbox import Letter, Relay
from screentest.common.recipes import Position, Prompts, Renderer, RunRecipe, Slot
from screentest.common.work_queue import WorkQueue
from screentest.gpu_runner.engine.backend import RenderBackend
from screentest.gpu_runner.settings import Settings
from screentest.gpu_runner.subscribers import subscriptions
from screentest.gpu_runner.worker import Studio, Worker, production
from screentest.media.encode import encode
from screentest.media.stills import png
from support.staged_backend import StagedBackend
from support.waiting import until

WIDTH, HEIGHT, FRAMES, FPS = 64, 48, 8, 8


def picture(shift: int = 0) -> np.ndarray:
    """A gradient that moves with ``shift``."""
    row = (np.arange(WIDTH) * 4 + shift * 8) % 256
    return np.dstack([np.tile(row, (HEIGHT, 1))] * 3).astype(np.uint8)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A real MP4."""
    path = tmp_path / "prepared.mp4"
    encode((picture(index) for index in range(FRAMES)), path, fps=FPS)
    return path


@pytest.fixture
def backend(clip: Path) -> StagedBackend:
    return StagedBackend(clip)


@pytest.fixture
def colleague(clip: Path) -> StagedBackend:
    """The backend of a second worker, which renders at once."""
    colleague = StagedBackend(clip)
    colleague.finish.set()
    return colleague


@pytest.fixture
def objects(objects_url: str) -> Objects:
    return Objects.open(objects_url)


@pytest.fixture
async def pool(pool_of) -> Pool:
    return await pool_of("gpu_runner")


@pytest.fixture
async def seed_image(objects: Objects) -> Artefact:
    return await objects.put("images/seed.png", png(picture()), media_type="image/png")


@pytest.fixture
def request_of(seed_image: Artefact):
    """Make a request for a small render."""

    def request(**changes: object) -> RenderRequested:
        recipe = RunRecipe(
            renderer=Renderer.BUILTIN,
            graph={"1": {"class_type": "Film", "inputs": {"prompt": "", "seed": 0, "cfg": 6.0}}},
            slots=(
                Slot(name="prompt", node="1", input="prompt"),
                Slot(name="seed", node="1", input="seed", kind="int"),
                Slot(name="cfg", node="1", input="cfg", kind="float", default=6.0),
            ),
            values={"width": WIDTH, "height": HEIGHT, "frames": FRAMES, "fps": FPS},
            seed=7,
            prompts=Prompts(full="a lighthouse"),
        ).for_segment(1, Position.START, seed_image.sha256)
        facts = {
            "render_id": new_id(),
            "run_id": new_id(),
            "segment": 1,
            "recipe": recipe,
            "recipe_hash": recipe.hash,
            "seed_image": seed_image,
            "reference_image": seed_image,
        }
        return RenderRequested(**(facts | changes))

    return request


@pytest.fixture
def film_of(request_of):
    """Make a request that the built-in renderer takes."""

    def request():
        plain = request_of()
        values = plain.recipe.values | {"height": 64}
        recipe = plain.recipe.model_copy(update={"values": values})
        return plain.model_copy(update={"recipe": recipe, "recipe_hash": recipe.hash})

    return request


class Finishing:
    """Holds the making of artefacts up."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.goes_on = threading.Event()


@pytest.fixture
def finishing(monkeypatch):
    """Nothing is finished before `goes_on` is set."""
    held, make = Finishing(), production.make_artefacts

    def make_later(*arguments, **options):
        held.began.set()
        assert held.goes_on.wait(30)
        return make(*arguments, **options)

    monkeypatch.setattr(production, "make_artefacts", make_later)
    yield held
    held.goes_on.set()


@dataclass
class Dispatcher:
    """Asks for renders, and hears all that is said."""

    bus: Bus
    heard: list[Event] = field(default_factory=list)

    async def say(self, event: Event, *, message_id: UUID | None = None) -> None:
        await self.bus.publish_letter(
            Letter(
                position=0,
                message_id=message_id or new_id(),
                type=event.type,
                routing_key=event.routing_key,
                subject=event.subject,
                traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                body=event.model_dump(mode="json"),
                occurred_at=utc_now(),
            )
        )

    def heard_of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.heard if isinstance(event, kind)]

    def ends(self, request: RenderRequested) -> list[SegmentRendered | SegmentFailed]:
        """Every end that was told of a render: there must be exactly one."""
        return [
            event
            for event in self.heard
            if isinstance(event, SegmentRendered | SegmentFailed)
            and event.render_id == request.render_id
        ]

    async def end(self, request: RenderRequested) -> SegmentRendered | SegmentFailed:
        """The first end that is told of a render."""
        ends = await until(lambda: self.ends(request), what="the end of the render")
        return ends[0]


@pytest.fixture
async def dispatcher(amqp_url: str) -> AsyncIterator[Dispatcher]:
    bus = Bus(amqp_url, "dispatcher")
    await bus.connect()
    # So that a request waits in the queue even before the first worker is there.
    runners = Bus(amqp_url, "gpu-runner")
    await runners.connect()
    async with WorkQueue(runners, Renderer.BUILTIN):
        pass
    await runners.close()
    someone = Dispatcher(bus)
    connection = await aio_pika.connect(amqp_url)
    async with connection, connection.channel() as channel:
        ear = await channel.declare_queue(exclusive=True)
        await ear.bind("screentest.events", "#")

        async def hear(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            someone.heard.append(CONTRACTS[message.type].model_validate_json(message.body))

        await ear.consume(hear, no_ack=True)
        yield someone
    await bus.close()


@dataclass
class Runner:
    """A worker that runs."""

    bus: Bus
    pool: Pool
    settings: Settings
    working: asyncio.Task[None]

    async def stop(self) -> None:
        """What SIGTERM does to the worker; returns when it has drained."""
        self.working.cancel()
        await asyncio.gather(self.working, return_exceptions=True)


@pytest.fixture
def runner_of(database, amqp_url, objects_url, tmp_path):
    """Start a worker: ``async with runner_of(backend, worker="a") as runner``."""

    @asynccontextmanager
    async def start(backend: RenderBackend, **changes: object) -> AsyncIterator[Runner]:
        facts = {
            "worker": "worker-a",
            "pg_dsn": database.dsn("gpu_runner"),
            "amqp_url": amqp_url,
            "objects_url": objects_url,
            "lease_ttl_s": 3.0,
            "heartbeat_s": 0.05,
            "grace_s": 0.0,
        }
        settings = Settings(**(facts | changes))
        bus = Bus(settings.amqp_url, "gpu-runner")
        await bus.connect()
        pool = await create_pool(settings.pg_dsn, schema="gpu_runner", size=4)
        for subscription in subscriptions():
            await Consumer(subscription, bus=bus, pool=pool, replica=settings.worker).subscribe()
        await bus.start()
        relay = Relay(settings.pg_dsn, "gpu_runner", bus.publish_letter)
        relaying = asyncio.create_task(relay.run())
        studio = Studio(
            settings=settings,
            backend=backend,
            pool=pool,
            objects=Objects.open(objects_url),
            publish_transient=bus.publish_transient,
        )
        worker = Worker(studio, WorkQueue(bus, settings.backend, settings.capability_class or ""))
        runner = Runner(bus, pool, settings, asyncio.create_task(worker.run()))
        try:
            yield runner
            assert runner.working.cancelled() or not runner.working.done(), runner.working
        finally:
            await runner.stop()
            relaying.cancel()
            await asyncio.gather(relaying, return_exceptions=True)
            await bus.stop_consuming()
            await bus.close()
            pool.terminate()

    return start


@pytest.fixture
def process_of(database, amqp_url, objects_url):
    """Start ``python -m screentest.gpu_runner``; whatever is left of it is killed afterwards."""

    @asynccontextmanager
    async def start(worker: str, **settings: object) -> AsyncIterator[asyncio.subprocess.Process]:
        own = {"WORKER": worker, "LEASE_TTL_S": 1, "HEARTBEAT_S": 0.2} | settings
        environment = {
            "SCREENTEST_PG_DSN": database.dsn("gpu_runner"),
            "SCREENTEST_AMQP_URL": amqp_url,
            "SCREENTEST_OBJECTS_URL": objects_url,
            **{f"SCREENTEST_GPU_RUNNER_{name}": str(value) for name, value in own.items()},
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "screentest.gpu_runner", env=os.environ | environment
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    return start
