"""How soon a batch of 500 test shots is accepted, and how soon a gallery page is there.

    python bench/batch_and_gallery.py [--batches 20]

The api's application over ASGI with a durable private Postgres; every figure is from the request to
the last byte of the answer, seen by the client. With 20 batches the gallery holds 10,000 shots.
"""

import argparse
import asyncio
import sys
import tempfile
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
from screentest.common.db import create_pool  # noqa: E402
from screentest.common.migrate import dsn_for, migrate  # noqa: E402
from screentest.common.objects import Objects  # noqa: E402
from screentest.stack.servers import Servers  # noqa: E402
from support.shots import Catalogue, add_catalogue  # noqa: E402

CHARACTERS, VARIATIONS = 25, 20
PAGES = {
    "newest first": {},
    "best first": {"sort": "quality"},
    "by character": {"sort": "character", "order": "asc"},
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


async def measure(client: httpx.AsyncClient, catalogue: Catalogue, batches: int) -> None:
    """Ask for batches, then for pages, and print what they took."""
    body = {
        "scene_type_id": catalogue.scene_type_id,
        "character_ids": catalogue.character_ids,
        "variations": [{"name": str(n), "values": {"cfg": 1 + n / 2}} for n in range(VARIATIONS)],
    }
    took = [
        (await timed(client.post("/api/test-shots/batch", json=body)))[0] for _ in range(batches)
    ]
    cells = CHARACTERS * VARIATIONS
    print(f"batch of {cells}: p50 {median(took):.0f} ms, best {min(took):.0f} ms")
    for name, query in PAGES.items():
        pages = []
        for _ in range(20):
            ms, answer = await timed(client.get("/api/test-shots/gallery", params=query))
            pages.append(ms)
        count = len(answer.json()["items"])
        print(f"gallery of {cells * batches}, {name}: {count} items, p50 {median(pages):.1f} ms")


async def main(batches: int) -> None:
    """Run everything on servers of its own."""
    with tempfile.TemporaryDirectory(prefix="screentest-bench-") as name:
        folder = Path(name)
        with Servers(folder / "servers", durable=True) as servers:
            dsn = await new_database(servers.pg_admin_dsn("postgres"))
            url = f"file://{folder}/objects"
            settings = ApiSettings(pg_dsn=dsn, amqp_url="amqp://unused", objects_url=url)
            pool = await create_pool(dsn, schema="api")
            app = create_app(Deps(pool=pool, objects=Objects.open(url), settings=settings))
            key = await make_admin_key(dsn, "admin")
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url="http://api",
                headers={"Authorization": f"Bearer {key}"},
                timeout=60,
            ) as client:
                await measure(client, await add_catalogue(pool, characters=CHARACTERS), batches)
            await pool.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=20)
    asyncio.run(main(parser.parse_args().batches))
