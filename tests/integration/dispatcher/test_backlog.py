"""How many workers there is work for, asked as KEDA asks it."""

from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from screentest.common.events import Lane, Needs, QueueControlled, RenderRequested, ShotCancelled
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer
from support.dispatching import rendered, run_recipe, shot, worker
from support.manifests import K8S, of_kind

LARGE = 30 * 10**9


def query_of(pool_of_workers):
    """What the ScaledObject of a pool asks the database."""
    [scaled] = of_kind(pool_of_workers, "ScaledObject")
    [trigger] = scaled["spec"]["triggers"]
    return trigger["metadata"]["query"]


ALL = query_of("workers/comfyui-sidecar")
WHAT_FITS_24_GB = query_of("workers/comfyui-sidecar-24gb")


@pytest.fixture
async def scaler(database):
    """A connection of the role that KEDA logs in with, and that may ask for the backlog."""
    role = f"screentest_scaler_{new_id().hex[-12:]}"
    statements = (K8S / "workers" / "scaler-role.sql").read_text()
    admin = await asyncpg.connect(database.admin_dsn)
    await admin.execute(statements.replace("screentest_scaler", role))
    await admin.execute(f"alter role {role} password 'test'")
    parts = urlsplit(database.admin_dsn)
    host = parts.netloc.rpartition("@")[2]
    connection = await asyncpg.connect(urlunsplit(parts._replace(netloc=f"{role}:test@{host}")))
    yield connection
    await connection.close()
    await admin.execute(f"drop owned by {role}")
    await admin.execute(f"drop role {role}")
    await admin.close()


def asked(number, *, renderer=Renderer.COMFYUI, vram_bytes=0):
    recipe = run_recipe(renderer=renderer, seed=number)
    return shot(recipe=recipe).model_copy(update={"needs": Needs(vram_bytes=vram_bytes)})


async def test_counts_what_waits_and_what_is_out_for_the_renderer(loop, scaler):
    small, large = [asked(number) for number in range(3)], asked(9, vram_bytes=LARGE)
    assert await scaler.fetchval(ALL) == 0
    await loop.hear(*small, large, asked(5, renderer=Renderer.BUILTIN))
    assert await scaler.fetchval(ALL) == 4
    assert await scaler.fetchval(WHAT_FITS_24_GB) == 3

    # It has room for one to render, and the others wait on.
    said = await loop.hear(worker(renderer=Renderer.COMFYUI, slots=1))
    [request] = [event for event in said if isinstance(event, RenderRequested)]
    assert await scaler.fetchval(ALL) == 4

    await loop.hear(rendered(request))
    assert await scaler.fetchval(ALL) == 3

    await loop.hear(ShotCancelled(run_id=large.run_id, by=1, reason="enough"))
    left = 3 if request.run_id == large.run_id else 2
    assert await scaler.fetchval(ALL) == left


async def test_nobody_is_started_for_what_is_paused(loop, scaler):
    await loop.hear(
        asked(1), asked(2), QueueControlled(version=1, by=1, lane=Lane.PREVIEW, paused=True)
    )
    assert await scaler.fetchval(ALL) == 0

    await loop.hear(QueueControlled(version=2, by=1, lane=Lane.PREVIEW, paused=False))
    assert await scaler.fetchval(ALL) == 2


async def test_who_asks_may_read_nothing_else(scaler):
    for table in ("dispatcher.runs", "dispatcher.workers"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await scaler.fetch(f"select * from {table}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await scaler.fetch("select * from api.users")


@pytest.mark.parametrize("query", [ALL, WHAT_FITS_24_GB])
async def test_queries_give_one_whole_number(scaler, query):
    statement = await scaler.prepare(query)

    assert [column.type.name for column in statement.get_attributes()] == ["int8"]
