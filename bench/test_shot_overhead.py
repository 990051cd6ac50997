"""What a test shot costs beside rendering and measuring it.

    python bench/test_shot_overhead.py [--shots 40]

A durable stack with one worker and the built-in renderer; test shots are asked for one after the
other over HTTP, each when the one before was heard to be scored over the live events.

    overhead = (request sent to score heard) - (seconds of rendering) - (seconds of QA measuring)

The seconds of rendering are what the worker reports as GPU seconds, those of measuring what qa
stores with the score. Where the overhead goes is read from the rows each service wrote: all
services ask one Postgres for the time, so the phases of a shot add up to its overhead.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import time
from uuid import UUID

import asyncpg

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from screentest.stack.stack import Stack  # noqa: E402
from support.catalogue import Catalogue  # noqa: E402
from support.live import Listener  # noqa: E402
from support.rest import Rest  # noqa: E402

WARM_UP = 3
SLOTS = {"width": 832, "height": 480, "frames": 41, "fps": 16, "steps": 20, "cfg": 6.0}

_PHASES = """
select extract(epoch from shot.created_at)::float as accepted,
    extract(epoch from released.released_at)::float as released,
    extract(epoch from rendered.claimed_at)::float as claimed,
    extract(epoch from rendered.ended_at)::float as ended,
    extract(epoch from score.created_at)::float as scored,
    extract(epoch from shot.finished_at)::float as finished,
    rendered.gpu_seconds, score.measuring_s
from api.test_shots shot
join dispatcher.renders released on released.run_id = shot.run_id
join gpu_runner.renders rendered on rendered.render_id = released.id
join qa.scores score on score.render_id = released.id
where shot.run_id = $1
"""


@dataclass(frozen=True)
class Shot:
    """One test shot: what it took as its user saw it, and the phases of that; seconds."""

    took_s: float
    render_s: float
    measuring_s: float
    phases: dict[str, float]

    @property
    def overhead_s(self) -> float:
        """Everything but rendering and measuring."""
        return self.took_s - self.render_s - self.measuring_s


async def shoot(
    catalogue: Catalogue, heard: Listener, database: asyncpg.Connection, seed: int
) -> Shot:
    """Ask for one test shot and wait until its score is heard."""
    began = time()
    asked = await catalogue.shoot(seed=seed)
    scored = await heard.hears(
        lambda event: event.data.get("id") == asked["id"] and event.data.get("status") == "scored"
    )
    at = await database.fetchrow(_PHASES, UUID(asked["run_id"]))
    assert at is not None
    phases = {
        "request accepted": at["accepted"] - began,
        "dispatched": at["released"] - at["accepted"],
        "claimed by the worker": at["claimed"] - at["released"],
        "seed image, tags, frames, upload": at["ended"] - at["claimed"] - at["gpu_seconds"],
        "heard and fetched by qa": at["scored"] - at["ended"] - at["measuring_s"],
        "score heard by the api": at["finished"] - at["scored"],
        "score heard by the user": scored.at - at["finished"],
    }
    return Shot(scored.at - began, at["gpu_seconds"], at["measuring_s"], phases)


def report(name: str, seconds: Sequence[float]) -> None:
    """Print the middle and the slow end of a figure."""
    p95 = quantiles(seconds, n=20)[-1]
    print(f"{name:34s} p50 {median(seconds) * 1000:7.1f} ms   p95 {p95 * 1000:7.1f} ms")


async def run(folder: Path, shots: int) -> list[Shot]:
    """Start a stack and take the shots; the first few only warm it up."""
    async with (
        Stack(folder, runners=1, durable=True) as stack,
        Rest(stack.base_url, stack.admin_key) as rest,
    ):
        catalogue = await Catalogue.create(rest, slot_values=SLOTS, segment_duration_s=2.5)
        database = await asyncpg.connect(stack.servers.pg_admin_dsn())
        taken = []
        for seed in range(WARM_UP + shots):
            # A stream of its own, so that looking for an event does not grow dearer.
            async with Listener(rest) as heard:
                taken.append(await shoot(catalogue, heard, database, seed))
        await database.close()
    return taken[WARM_UP:]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shots", type=int, default=40)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="screentest-bench-") as folder:
        shots = asyncio.run(run(Path(folder).resolve(), arguments.shots))
    print(f"{len(shots)} test shots one after the other: 41 frames of 832x480, built-in renderer")
    report("request to scored", [shot.took_s for shot in shots])
    report("rendering", [shot.render_s for shot in shots])
    report("QA measuring", [shot.measuring_s for shot in shots])
    report("overhead", [shot.overhead_s for shot in shots])
    print("of it:")
    for phase in shots[0].phases:
        report(f"  {phase}", [shot.phases[phase] for shot in shots])
    whole, render, overhead = (
        sum(getattr(shot, name) for shot in shots) for name in ("took_s", "render_s", "overhead_s")
    )
    print(f"overhead / request to scored {overhead / whole:.3f}")
    print(f"overhead / rendering         {overhead / render:.3f}")


if __name__ == "__main__":
    main()
