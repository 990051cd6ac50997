"""What a test shot asks of every part, to say how many of each part a fleet needs.

    python bench/sizing.py [--shots 120] [--runners 2] [--idle 20] [--promotions 20]
        [--size small|usual] [--watchers 0]

A durable stack with one process of each service and the built-in renderer. First nothing is asked
of it for a while; then a batch of test shots is rendered; then some of them are promoted. What is
counted is what a busy machine changes little: CPU time, messages, transactions, bytes. Per shot is
what was counted, less what as long an idle time takes. What lasted is printed for the record only.

    messages    on the exchange of events: a queue is bound to all of them, for a little of the
                broker's time
    delivered   those that services have handled; workers' work queues too
    WAL         a checkpoint goes before: pages are written whole once after it, as after any
    rows        inserted, updated and deleted
    CPU         user and system time from /proc. A child of qa measures the clip. What a worker
                takes is left out: it is the built-in renderer
    memory      the most that a process ever had resident

`--size small` is 17 frames of 128x96, which leaves what every shot costs; `usual` is 41 frames of
832x480, which tells storage and QA. `--watchers` opens so many streams of live events, as browsers
do.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import httpx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from sizing_counters import Heard, Meter, Reading  # noqa: E402

from screentest.stack.stack import Stack  # noqa: E402
from support.catalogue import SMALL, Catalogue  # noqa: E402
from support.rest import Rest  # noqa: E402

WARM_UP = 8
#: How much of a core a replica is given, so that it still answers soon.
BUSY = 0.6
USUAL = {"width": 832, "height": 480, "frames": 41, "fps": 16, "steps": 20, "cfg": 6.0}
SIZES = {"small": SMALL, "usual": {"slot_values": USUAL, "segment_duration_s": 2.5}}

_OPEN_SHOTS = "select count(*) from api.test_shots where finished_at is null"
_SCORED = "select count(*) from api.test_shots where status = 'scored'"
_OPEN_PROMOTIONS = "select count(*) from api.promotions where finished_at is null"
_PROMOTED = "select count(*) from api.promotions where status = 'done'"


class Watchers:
    """Streams of live events that nobody reads closely."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, count: int) -> None:
        """Open so many."""
        for _ in range(count):
            began = asyncio.Event()
            self._tasks.append(asyncio.create_task(self._watch(began)))
            await began.wait()

    async def close(self) -> None:
        """Close them all."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _watch(self, began: asyncio.Event) -> None:
        async with (
            httpx.AsyncClient(
                base_url=self._rest.base_url, headers=self._rest.headers, timeout=None
            ) as http,
            http.stream("GET", "/api/events") as answer,
        ):
            async for _ in answer.aiter_raw():
                began.set()


async def render(catalogue: Catalogue, meter: Meter, shots: int) -> list[int]:
    """Have a batch rendered; the ids of its test shots."""
    _, ids = await catalogue.shoot_batch(shots)
    await meter.until_none(_OPEN_SHOTS)
    return ids


async def promote(rest: Rest, meter: Meter, pairs: list[tuple[int, int]]) -> None:
    """Promote test shots to scenes, all at once."""
    for shot, scene in pairs:
        await rest.post(f"/api/test-shots/{shot}/promote", {"scene_id": scene})
    await meter.until_none(_OPEN_PROMOTIONS)


async def run(folder: Path, arguments: argparse.Namespace) -> None:
    """Measure on a stack of its own, and print."""
    async with AsyncExitStack() as until_end:
        enter = until_end.enter_async_context
        stack = await enter(Stack(folder, runners=arguments.runners, durable=True))
        rest = await enter(Rest(stack.base_url, stack.admin_key))
        database = await asyncpg.connect(stack.servers.pg_admin_dsn())
        until_end.push_async_callback(database.close)
        heard = Heard()
        await enter(heard.listening(stack.servers.amqp_url()))
        meter = Meter(stack, database, heard)
        catalogue = await Catalogue.create(rest, **SIZES[arguments.size])
        scenes = [await catalogue.add_scene(str(n)) for n in range(arguments.promotions)]
        await render(catalogue, meter, WARM_UP)
        watchers = Watchers(rest)
        await watchers.open(arguments.watchers)
        until_end.push_async_callback(watchers.close)

        await database.execute("checkpoint")
        began = await meter.read()
        await asyncio.sleep(arguments.idle)
        rested = await meter.read()
        shots = await render(catalogue, meter, arguments.shots)
        rendered = await meter.read()
        await promote(rest, meter, list(zip(shots, scenes, strict=False)))
        promoted = await meter.read()

        assert await database.fetchval(_SCORED) == arguments.shots + WARM_UP
        assert await database.fetchval(_PROMOTED) == arguments.promotions
        idle, work = rested.since(began), rendered.since(rested)
        report_idle(idle, arguments)
        report_shots(work, idle, arguments)
        if arguments.promotions:
            report_promotions(promoted.since(rendered), idle, arguments.promotions)
        print("connections to Postgres at the end")
        show(sessions := await meter.sessions(), *sessions)
        print("memory at its peak")
        show(peaks := meter.peaks_mb(), *peaks, unit="MB")


def report_idle(idle: Reading, arguments: argparse.Namespace) -> None:
    """What it costs that everybody is there."""
    print(f"idle for {idle.seconds:.0f} s, {arguments.runners} workers, per second")
    second = {name: value / idle.seconds for name, value in idle.counters.items()}
    show(second, "messages", "delivered", "transactions")
    show(second, "wal bytes", part=1024, unit="KiB")
    show(second, *cpu_of(second), part=0.001, unit="ms")


def report_shots(work: Reading, idle: Reading, arguments: argparse.Namespace) -> None:
    """What a test shot costs, and what follows of that."""
    shot = work.less(idle, per=arguments.shots)
    print(f"{arguments.shots} test shots of {arguments.size} size in {work.seconds:.0f} s, each")
    show(shot, "messages", *beginning(shot, "message "), "delivered", "transactions", "rows")
    show(shot, "message bytes", "wal bytes", part=1024, unit="KiB")
    show(shot, *beginning(shot, "size "), *beginning(shot, "stored "), part=1024, unit="KiB")
    show(shot, *cpu_of(shot), part=0.001, unit="ms")
    print(f"test shots per second of a replica at {BUSY:.0%} of a core")
    takes = {name: shot[f"cpu {name}"] for name in ("api", "dispatcher", "qa")}
    takes["qa"] += shot["cpu qa, children"]
    show({name: BUSY / seconds for name, seconds in takes.items()}, *takes)
    print("1,000 test shots an hour are, per second")
    second = {name: value / 3.6 for name, value in shot.items()}
    show(second, "messages", "delivered", "transactions", "rows")
    show(second, "message bytes", "wal bytes", part=1024, unit="KiB")
    show(second, *cpu_of(second), part=0.01, unit="% of a core")


def report_promotions(work: Reading, idle: Reading, count: int) -> None:
    """What a promotion costs."""
    one = work.less(idle, per=count)
    print(f"{count} promotions, each")
    show(one, "messages", "transactions")
    show(one, *beginning(one, "stored "), part=1024, unit="KiB")
    show(one, *cpu_of(one), part=0.001, unit="ms")
    print(f"promotions per second of a replica at {BUSY:.0%} of a core")
    show({"promotion": BUSY / one["cpu promotion"]}, "promotion")


def cpu_of(counters: dict[str, float]) -> list[str]:
    """The names of CPU times."""
    return beginning(counters, "cpu ")


def beginning(counters: dict[str, float], word: str) -> list[str]:
    """The names that begin with a word, without sums of bytes."""
    return sorted(name for name in counters if name.startswith(word) and name != "message bytes")


def show(counters: Mapping[str, float], *names: str, part: float = 1, unit: str = "") -> None:
    """Print counters, one a line."""
    for name in names:
        print(f"  {name:34s} {counters[name] / part:9.2f} {unit}".rstrip())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shots", type=int, default=120, choices=range(1, 501), metavar="1-500")
    parser.add_argument("--runners", type=int, default=2)
    parser.add_argument("--idle", type=float, default=20)
    parser.add_argument("--promotions", type=int, default=20)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--watchers", type=int, default=0)
    arguments = parser.parse_args()
    arguments.promotions = min(arguments.promotions, arguments.shots)
    with tempfile.TemporaryDirectory(prefix="screentest-bench-") as folder:
        asyncio.run(run(Path(folder).resolve(), arguments))


if __name__ == "__main__":
    main()
