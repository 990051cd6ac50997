"""How soon the next RenderRequested follows a SegmentRendered.

    python bench/dispatch_latency.py [--segments 300] [--chains 1] [--waiting 500]

Measured over the broker, from the publish of one to the delivery of the other, with a real
dispatcher process and a worker that renders in no time. `--waiting` test shots for a renderer that
no worker has stand in the backlog meanwhile. Uses the servers that SCREENTEST_PG_DSN and
SCREENTEST_AMQP_URL name, else private ones.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import quantiles
from time import perf_counter

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "bench"))

from private_servers import new_database, servers  # noqa: E402

from screentest.common.events import Event, RenderRequested, RunFinished  # noqa: E402
from screentest.common.migrate import dsn_for  # noqa: E402
from screentest.common.recipes import Renderer  # noqa: E402
from support.dispatcher_process import Neighbours, dispatchers  # noqa: E402
from support.dispatching import rendered, run_recipe, scene, shot, worker  # noqa: E402
from support.waiting import until  # noqa: E402

PASSWORD = "bench"


async def measure(neighbours: Neighbours, *, segments: int, chains: int) -> list[float]:
    """Seconds from each SegmentRendered to the RenderRequested it causes."""
    said_at: dict[object, float] = {}
    took: list[float] = []

    async def answer(event: Event) -> None:
        now = perf_counter()
        if isinstance(event, RenderRequested):
            if event.run_id in said_at:
                took.append(now - said_at[event.run_id])
            result = rendered(event)
            said_at[event.run_id] = perf_counter()
            await neighbours.say(result)

    neighbours.answer(answer)
    await neighbours.say(worker(slots=chains))
    for number in range(chains):
        await neighbours.say(scene(segments=segments // chains, scene_id=number))

    async def beat() -> None:
        while True:
            await asyncio.sleep(5)
            await neighbours.say(worker(slots=chains))

    beating = asyncio.create_task(beat())
    await until(
        lambda: sum(isinstance(event, RunFinished) for event in neighbours.heard) == chains,
        timeout_s=300,
    )
    beating.cancel()
    return took


async def main(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="screentest-bench-") as name:
        folder = Path(name)
        with servers(folder) as (pg_admin_dsn, amqp_url):
            database = await new_database(pg_admin_dsn, {"dispatcher": PASSWORD})
            pg_dsn = dsn_for(database, "dispatcher", PASSWORD)
            async with (
                Neighbours.connected(amqp_url) as neighbours,
                dispatchers(1, pg_dsn=pg_dsn, amqp_url=amqp_url, folder=folder),
            ):
                for _ in range(arguments.waiting):
                    await neighbours.say(shot(recipe=run_recipe(renderer=Renderer.COMFYUI)))
                began = perf_counter()
                took = await measure(
                    neighbours, segments=arguments.segments, chains=arguments.chains
                )
                whole_s = perf_counter() - began
    took_ms = [seconds * 1000 for seconds in took[5:]]
    cuts = quantiles(took_ms, n=100)
    print(
        f"SegmentRendered -> RenderRequested: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, "
        f"p99 {cuts[98]:.1f} ms over {len(took_ms)} segments, {arguments.chains} chain(s), "
        f"{arguments.waiting} runs waiting; {len(took) / whole_s:.0f} segments/s"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--segments", type=int, default=300)
    parser.add_argument("--chains", type=int, default=1)
    parser.add_argument("--waiting", type=int, default=500)
    asyncio.run(main(parser.parse_args()))
