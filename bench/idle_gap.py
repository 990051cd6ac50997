"""How long a worker's backend stands idle between two renders while work is waiting.

    python bench/idle_gap.py [--renders 40] [--frames 41] [--direct]

A worker as it is in production, with the built-in renderer, Postgres, RabbitMQ and object storage,
and a dispatcher process that all test shots wait in from the beginning; with --direct they wait in
the worker's queue instead, released all at once. The gap is taken where it hurts: from the moment
the backend has handed out one clip to the moment it is asked for the next; beside it stands what
the worker itself reports. Uses the servers that SCREENTEST_PG_DSN and SCREENTEST_AMQP_URL name,
else private ones.
"""

import argparse
import asyncio
import io
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "bench"))

from private_servers import new_database, servers  # noqa: E402

from screentest.common.bus import Bus  # noqa: E402
from screentest.common.db import create_pool  # noqa: E402
from screentest.common.events import (  # noqa: E402
    Artefact,
    Event,
    RenderRequested,
    SegmentRendered,
    ShotRequested,
)
from screentest.common.ids import new_id  # noqa: E402
from screentest.common.migrate import dsn_for  # noqa: E402
from screentest.common.objects import Objects  # noqa: E402
from screentest.common.outbox import Relay  # noqa: E402
from screentest.common.recipes import Position, Renderer, RunRecipe  # noqa: E402
from screentest.common.work_queue import WorkQueue  # noqa: E402
from screentest.gpu_runner.engine.builtin.backend import BuiltinBackend  # noqa: E402
from screentest.gpu_runner.settings import Settings  # noqa: E402
from screentest.gpu_runner.worker import Studio, Worker  # noqa: E402
from support.dispatcher_process import Neighbours, dispatchers  # noqa: E402
from support.dispatching import run_recipe, shot  # noqa: E402
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


def photograph() -> bytes:
    """A PNG with enough detail in it that nothing about it is cheap."""
    detail = np.random.default_rng(1).integers(0, 255, (HEIGHT // 4, WIDTH // 4, 3), np.uint8)
    picture = Image.fromarray(detail).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def recipe(seed: int, frames: int) -> RunRecipe:
    """What one of them renders; no two are alike, or one would be reused for the other."""
    values = {"width": WIDTH, "height": HEIGHT, "frames": frames, "fps": FPS}
    return run_recipe(seed=seed).model_copy(update={"values": values})


def asked(seed: int, seed_image: Artefact, frames: int) -> ShotRequested:
    """One test shot, as it comes from the api."""
    return shot(test_shot_id=seed + 1, recipe=recipe(seed, frames)).model_copy(
        update={"seed_image": seed_image}
    )


def released(seed: int, seed_image: Artefact, frames: int) -> RenderRequested:
    """One render, as it comes from the dispatcher."""
    segment = recipe(seed, frames).for_segment(1, Position.FULL, seed_image.sha256)
    return RenderRequested(
        render_id=new_id(),
        run_id=new_id(),
        segment=1,
        recipe=segment,
        recipe_hash=segment.hash,
        seed_image=seed_image,
    )


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[WatchedBackend]:
    """A worker that runs, with the relay that publishes what it says."""
    bus, backend = Bus(settings.amqp_url, "gpu-runner"), WatchedBackend()
    await bus.connect()
    await bus.start()
    pool = await create_pool(settings.pg_dsn, schema="gpu_runner", size=settings.pg_pool_size)
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
        await bus.close()
        await pool.close()


async def declare_queue(amqp_url: str) -> None:
    """Have the work queue there before the worker is."""
    bus = Bus(amqp_url, "gpu-runner")
    await bus.connect()
    async with WorkQueue(bus, Renderer.BUILTIN):
        pass
    await bus.close()


def clips(neighbours: Neighbours) -> list[SegmentRendered]:
    """All that were heard of."""
    return [event for event in neighbours.heard if isinstance(event, SegmentRendered)]


async def measure(
    database: str, folder: Path, amqp_url: str, arguments: argparse.Namespace
) -> tuple[WatchedBackend, list[SegmentRendered]]:
    """Let a worker do all of it: the moments of its backend, and what it says."""
    settings = Settings(
        pg_dsn=dsn_for(database, "gpu_runner", PASSWORD),
        amqp_url=amqp_url,
        objects_url=f"file://{folder}/objects",
        worker="bench",
        capability_class="",
    )
    objects = Objects.open(settings.objects_url)
    seed_image = await objects.put("images/seed.png", photograph(), media_type="image/png")
    renders = WARM_UP + arguments.renders
    ask = released if arguments.direct else asked
    work: list[Event] = [ask(seed, seed_image, arguments.frames) for seed in range(renders)]
    async with AsyncExitStack() as stack:
        neighbours = await stack.enter_async_context(Neighbours.connected(amqp_url))
        await declare_queue(amqp_url)
        if not arguments.direct:
            dsn = dsn_for(database, "dispatcher", PASSWORD)
            process = dispatchers(1, pg_dsn=dsn, amqp_url=amqp_url, folder=folder)
            await stack.enter_async_context(process)
        for event in work:
            await neighbours.say(event)
        backend = await stack.enter_async_context(working(settings))
        await until(lambda: len(clips(neighbours)) == renders, timeout_s=900)
        return backend, clips(neighbours)


def figures(seconds: list[float]) -> str:
    """p50 and p95 in milliseconds."""
    cuts = quantiles([one * 1000 for one in seconds], n=100)
    return f"p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms"


async def main(arguments: argparse.Namespace) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="screentest-bench-") as name,
        servers(Path(name)) as (pg_admin_dsn, amqp_url),
    ):
        database = await new_database(
            pg_admin_dsn, {"gpu_runner": PASSWORD, "dispatcher": PASSWORD}
        )
        backend, said = await measure(database, Path(name), amqp_url, arguments)
    gaps_s = backend.gaps_s[WARM_UP:]
    reported_s = [one.timings.idle_gap_s for one in said[WARM_UP + 1 :]]
    reported_s = [one for one in reported_s if one is not None]
    rendering_s = sum(backend.ended[WARM_UP:]) - sum(backend.began[WARM_UP:])
    whole_s = backend.ended[-1] - backend.began[WARM_UP]
    print(
        f"idle gap {'without' if arguments.direct else 'with'} a dispatcher: {figures(gaps_s)} "
        f"over {len(gaps_s)} gaps (reported: {figures(reported_s)}); "
        f"{arguments.frames} frames of {WIDTH}x{HEIGHT}, "
        f"a render takes {rendering_s / arguments.renders * 1000:.0f} ms; "
        f"the backend is busy {rendering_s / whole_s:.1%} of the time"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--renders", type=int, default=40)
    parser.add_argument("--frames", type=int, default=41)
    parser.add_argument("--direct", action="store_true", help="without a dispatcher")
    asyncio.run(main(parser.parse_args()))
