"""How long a worker's backend stands idle between two renders while work is waiting.

    python bench/idle_gap.py [--renders 40] [--frames 41]

A worker as it is in production, with the built-in renderer, Postgres, RabbitMQ and object storage;
all renders wait in its work queue from the beginning. The gap is taken where it hurts: from the
moment the backend has handed out one clip to the moment it is asked for the next. Uses the servers
that SCREENTEST_PG_DSN and SCREENTEST_AMQP_URL name, else private ones.
"""

import argparse
import asyncio
import io
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from urllib.parse import urlsplit, urlunsplit

import aio_pika
import asyncpg
import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from screentest.common.bus import Bus  # noqa: E402
from screentest.common.clock import utc_now  # noqa: E402
from screentest.common.db import Pool, create_pool  # noqa: E402
from screentest.common.events import Artefact, RenderRequested  # noqa: E402
from screentest.common.ids import new_id  # noqa: E402
from screentest.common.migrate import dsn_for, migrate  # noqa: E402
from screentest.common.objects import Objects  # noqa: E402
from screentest.common.outbox import Letter, Relay  # noqa: E402
from screentest.common.recipes import Position, Prompts, Renderer, RunRecipe, Slot  # noqa: E402
from screentest.common.work_queue import WorkQueue  # noqa: E402
from screentest.gpu_runner.engine.builtin.backend import BuiltinBackend  # noqa: E402
from screentest.gpu_runner.settings import Settings  # noqa: E402
from screentest.gpu_runner.worker import Studio, Worker  # noqa: E402
from screentest.stack.servers import Servers  # noqa: E402
from support.waiting import until  # noqa: E402

PASSWORD = "bench"
WIDTH, HEIGHT, FPS = 832, 480, 16
WARM_UP = 2


class WatchedBackend(BuiltinBackend):
    """The built-in renderer, with the moments at which it began and ended."""

    def __init__(self) -> None:
        super().__init__()
        self.began: list[float] = []
        self.ended: list[float] = []

    async def render(self, job, on_progress):
        """Render, and remember when."""
        self.began.append(perf_counter())
        try:
            return await super().render(job, on_progress)
        finally:
            self.ended.append(perf_counter())

    @property
    def gaps_s(self) -> list[float]:
        """Seconds from each end to the next beginning."""
        return [later - end for end, later in zip(self.ended, self.began[1:], strict=False)]


@contextmanager
def servers(folder: Path) -> Iterator[tuple[str, str]]:
    """Addresses of Postgres (as admin) and RabbitMQ."""
    pg_dsn, amqp_url = os.environ.get("SCREENTEST_PG_DSN"), os.environ.get("SCREENTEST_AMQP_URL")
    if pg_dsn and amqp_url:
        yield pg_dsn, amqp_url
        return
    with Servers(folder / "servers", durable=True) as private:
        yield private.pg_admin_dsn("postgres"), private.amqp_url()


async def new_database(admin_dsn: str) -> str:
    """Address of a fresh, migrated database, as gpu-runner."""
    name = f"screentest_bench_{new_id().hex}"
    connection = await asyncpg.connect(admin_dsn)
    await connection.execute(f"create database {name}")
    await connection.close()
    dsn = urlunsplit(urlsplit(admin_dsn)._replace(path=f"/{name}"))
    await migrate(dsn, root=ROOT / "migrations", role_passwords={"gpu_runner": PASSWORD})
    return dsn_for(dsn, "gpu_runner", PASSWORD)


def photograph() -> bytes:
    """A PNG with enough detail in it that nothing about it is cheap."""
    detail = np.random.default_rng(1).integers(0, 255, (HEIGHT // 4, WIDTH // 4, 3), np.uint8)
    picture = Image.fromarray(detail).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def request(seed_image: Artefact, seed: int, frames: int) -> Letter:
    """One render, as it comes from the dispatcher."""
    recipe = RunRecipe(
        renderer=Renderer.BUILTIN,
        graph={"1": {"class_type": "Film", "inputs": {"prompt": "", "seed": 0}}},
        slots=(
            Slot(name="prompt", node="1", input="prompt"),
            Slot(name="seed", node="1", input="seed", kind="int"),
        ),
        values={"width": WIDTH, "height": HEIGHT, "frames": frames, "fps": FPS},
        seed=seed,
        prompts=Prompts(full="a lighthouse"),
    ).for_segment(1, Position.START, seed_image.sha256)
    event = RenderRequested(
        render_id=new_id(),
        run_id=new_id(),
        segment=1,
        recipe=recipe,
        recipe_hash=recipe.hash,
        seed_image=seed_image,
    )
    return Letter(
        position=0,
        message_id=new_id(),
        type=event.type,
        routing_key=event.routing_key,
        subject=event.subject,
        traceparent=None,
        body=event.model_dump(mode="json"),
        occurred_at=utc_now(),
    )


@asynccontextmanager
async def worker(settings: Settings, bus: Bus, pool: Pool) -> AsyncIterator[WatchedBackend]:
    """A worker that runs, with the relay that publishes what it says."""
    backend = WatchedBackend()
    studio = Studio(
        settings=settings,
        backend=backend,
        pool=pool,
        objects=Objects.open(settings.objects_url),
        publish_transient=bus.publish_transient,
    )
    relay = Relay(settings.pg_dsn, "gpu_runner", bus.publish_letter)
    tasks = [
        asyncio.create_task(relay.run()),
        asyncio.create_task(Worker(studio, WorkQueue(bus, Renderer.BUILTIN)).run()),
    ]
    try:
        yield backend
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await backend.close()


async def measure(settings: Settings, renders: int, frames: int) -> WatchedBackend:
    """Let a worker do all of it; the moments of its backend."""
    objects = Objects.open(settings.objects_url)
    seed_image = await objects.put("images/seed.png", photograph(), media_type="image/png")
    bus = Bus(settings.amqp_url, "gpu-runner")
    await bus.connect()
    await bus.start()
    pool = await create_pool(settings.pg_dsn, schema="gpu_runner", size=settings.pg_pool_size)
    async with WorkQueue(bus, Renderer.BUILTIN):
        for seed in range(renders):
            await bus.publish_letter(request(seed_image, seed, frames))
    # Somebody must hear what the worker says, or it would be said again and again.
    connection = await aio_pika.connect(settings.amqp_url)
    channel = await connection.channel()
    ear = await channel.declare_queue(exclusive=True)
    await ear.bind("screentest.events", "#")
    await ear.consume(lambda _: asyncio.sleep(0), no_ack=True)
    done = "select count(*) = $1 from renders where status = 'rendered'"
    async with worker(settings, bus, pool) as backend:
        await until(lambda: pool.fetchval(done, renders), timeout_s=600)
    await connection.close()
    await bus.close()
    await pool.close()
    return backend


async def main(arguments: argparse.Namespace) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="screentest-bench-") as folder,
        servers(Path(folder)) as (pg_admin_dsn, amqp_url),
    ):
        settings = Settings(
            pg_dsn=await new_database(pg_admin_dsn),
            amqp_url=amqp_url,
            objects_url=f"file://{folder}/objects",
            worker="bench",
        )
        backend = await measure(settings, WARM_UP + arguments.renders, arguments.frames)
    gaps_ms = [seconds * 1000 for seconds in backend.gaps_s[WARM_UP:]]
    rendering_s = sum(backend.ended[WARM_UP:]) - sum(backend.began[WARM_UP:])
    whole_s = backend.ended[-1] - backend.began[WARM_UP]
    print(
        f"idle gap: p50 {median(gaps_ms):.1f} ms, p95 {quantiles(gaps_ms, n=20)[-1]:.1f} ms "
        f"over {len(gaps_ms)} gaps; {arguments.frames} frames of {WIDTH}x{HEIGHT}, "
        f"a render takes {rendering_s / arguments.renders * 1000:.0f} ms; "
        f"the backend is busy {rendering_s / whole_s:.1%} of the time"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--renders", type=int, default=40)
    parser.add_argument("--frames", type=int, default=41)
    asyncio.run(main(parser.parse_args()))
