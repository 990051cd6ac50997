"""How soon a batch of 500 test shots is accepted, and how soon a gallery page is there.

    python bench/batch_and_gallery.py [--batches 10]

The api as a process of its own, asked over HTTP, with a durable private Postgres and a broker that
its outbox goes to meanwhile; and its application over ASGI without those two. Every figure is from
the request to the last byte of the answer. With 10 batches the gallery holds 20,000 shots.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from screentest.api.app import create_app  # noqa: E402
from screentest.api.commands import make_admin_key  # noqa: E402
from screentest.api.deps import Deps  # noqa: E402
from screentest.api.settings import ApiSettings  # noqa: E402
from screentest.common.db import Pool, create_pool  # noqa: E402
from screentest.common.migrate import dsn_for, migrate  # noqa: E402
from screentest.common.objects import Objects  # noqa: E402
from screentest.stack.servers import Servers  # noqa: E402
from support.dispatcher_process import Neighbours  # noqa: E402
from support.shots import Catalogue, add_catalogue  # noqa: E402
from support.waiting import until  # noqa: E402

CHARACTERS, VARIATIONS = 25, 20
CELLS = CHARACTERS * VARIATIONS
AXES = [
    {"kind": "slot", "slot": "cfg", "values": {"start": 4, "stop": 8, "step": 1}},
    {"kind": "lora", "names": ["film.safetensors", "grain.safetensors"], "weights": [0.4, 0.8]},
]
PAGES = {
    "newest first": {},
    "best first": {"sort": "quality"},
    "by character": {"sort": "character", "order": "asc"},
    "by rating": {"sort": "rating"},
    "of a LoRA": {"lora": "film.safetensors"},
    "text, no hit": {"q": "underwater"},
    "text, all hit": {"q": "port"},
}


async def new_database(admin_dsn: str) -> str:
    """Address of a fresh, migrated database with the api's role."""
    connection = await asyncpg.connect(admin_dsn)
    await connection.execute("create database bench")
    await connection.close()
    dsn = urlunsplit(urlsplit(admin_dsn)._replace(path="/bench"))
    await migrate(dsn, root=ROOT / "migrations", role_passwords={"api": "bench"})
    return dsn_for(dsn, "api", "bench")


async def timed(request: asyncio.Future[httpx.Response]) -> tuple[float, httpx.Response]:
    """Milliseconds a request took, and its answer."""
    began = perf_counter()
    answer = await request
    took_ms = (perf_counter() - began) * 1000
    assert answer.is_success, answer.text
    return took_ms, answer


def busy_ms(pids: Iterable[int]) -> float:
    """CPU time that processes have taken, which a busy machine makes little longer."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


_IS_SAID = "select not exists (select from outbox)"


async def measure_batches(
    client: httpx.AsyncClient, catalogue: Catalogue, batches: int, pool: Pool, api: int | None
) -> None:
    """Ask for batches of axes and of variations one by one, and print what they took.

    With the process id of the api the next one is asked for when the outbox is empty.
    """
    variations = [{"name": str(n), "values": {"cfg": 1 + n / 2}} for n in range(VARIATIONS)]
    backends = [row["pid"] for row in await pool.fetch("select pid from pg_stat_activity")]
    for name, varied in ("axes", AXES), ("variations", variations):
        body = {
            "scene_type_id": catalogue.scene_type_id,
            "character_ids": catalogue.character_ids,
            name: varied,
        }
        took, busy = [], []
        for _ in range(batches):
            if api:
                await until(lambda: pool.fetchval(_IS_SAID), what="an empty outbox", timeout_s=120)
            pids = [api or os.getpid(), *backends]
            before_ms = busy_ms(pids)
            ms, answer = await timed(client.post("/api/test-shots/batch", json=body))
            busy.append(busy_ms(pids) - before_ms)
            assert answer.json()["cells"] == CELLS, answer.text
            took.append(ms)
        print(
            f"{CELLS} cells of {name}, over {'HTTP' if api else 'ASGI'}: p50 {median(took):.0f} ms,"
            f" best {min(took):.0f} ms; api and database busy for {median(busy):.0f} ms"
        )


async def measure_pages(client: httpx.AsyncClient, shots: int) -> None:
    """Ask for pages of the gallery, and print what they took."""
    for name, query in PAGES.items():
        pages = []
        for _ in range(20):
            ms, answer = await timed(client.get("/api/test-shots/gallery", params=query))
            pages.append(ms)
        count = len(answer.json()["items"])
        print(f"gallery of {shots}, {name}: {count} items, p50 {median(pages):.1f} ms")
    facets = [(await timed(client.get("/api/test-shots/facets")))[0] for _ in range(20)]
    print(f"facets of {shots}: p50 {median(facets):.1f} ms")


@asynccontextmanager
async def api_process(environment: dict[str, str], folder: Path) -> AsyncIterator[tuple[str, int]]:
    """The api; yields its address once it listens, and its process id."""
    log = folder / "api.log"
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "screentest.api", env=os.environ | environment, stderr=out
        )
    try:
        port = await until(
            lambda: _port_in(log.read_text()), what="the api to listen", timeout_s=120
        )
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


def _port_in(log: str) -> int | None:
    facts = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    ready = {fact["event"]: fact for fact in facts}
    return (
        ready["api_listening"]["port"] if {"service_ready", "api_listening"} <= {*ready} else None
    )


async def main(batches: int) -> None:
    """Run everything on servers of its own."""
    with tempfile.TemporaryDirectory(prefix="screentest-bench-") as name:
        folder = Path(name)
        with Servers(folder / "servers", durable=True) as servers:
            dsn = await new_database(servers.pg_admin_dsn("postgres"))
            url = f"file://{folder}/objects"
            settings = ApiSettings(pg_dsn=dsn, amqp_url="amqp://unused", objects_url=url)
            pool = await create_pool(dsn, schema="api")
            catalogue = await add_catalogue(pool, characters=CHARACTERS)
            headers = {"Authorization": f"Bearer {await make_admin_key(dsn, 'admin')}"}
            app = create_app(Deps(pool=pool, objects=Objects.open(url), settings=settings))
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url="http://api",
                headers=headers,
                timeout=60,
            ) as client:
                await measure_batches(client, catalogue, batches, pool, None)
            # Nobody heard of those.
            await pool.execute("delete from outbox")
            environment = {
                "SCREENTEST_PG_DSN": dsn,
                "SCREENTEST_AMQP_URL": servers.amqp_url(),
                "SCREENTEST_OBJECTS_URL": url,
                "SCREENTEST_LOG_FORMAT": "json",
                "SCREENTEST_API_PORT": "0",
            }
            async with (
                Neighbours.connected(servers.amqp_url()),
                api_process(environment, folder) as (address, pid),
                httpx.AsyncClient(base_url=address, headers=headers, timeout=60) as client,
            ):
                await measure_batches(client, catalogue, batches, pool, pid)
                await measure_pages(client, CELLS * 4 * batches)
            await pool.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=10)
    asyncio.run(main(parser.parse_args().batches))
