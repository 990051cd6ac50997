"""The api on real servers: its application over ASGI, and its process."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from screentest.api.app import create_app
from screentest.api.deps import Deps
from screentest.api.domain.users import Role, User, make_key
from screentest.api.settings import ApiSettings
from screentest.api.store import users
from screentest.common.db import Pool, transaction
from screentest.common.objects import Objects
from screentest.media.encode import encode
from support.scenes import Scene
from support.shots import CLIP, Catalogue, add_catalogue
from support.waiting import until


@dataclass(frozen=True)
class Api:
    """An application, and clients that are somebody."""

    app: FastAPI
    deps: Deps
    client: Callable[..., httpx.AsyncClient]
    #: Make a user; returns them and a client that carries their key.
    sign_up: Callable[[str, Role], Awaitable[tuple[User, httpx.AsyncClient]]]


@pytest.fixture
async def pool(pool_of) -> Pool:
    return await pool_of("api")


@pytest.fixture
def settings(database, objects_url) -> ApiSettings:
    return ApiSettings(
        pg_dsn=database.dsn("api"), amqp_url="amqp://unused", objects_url=objects_url
    )


@pytest.fixture
async def api(pool, settings, objects_url) -> AsyncIterator[Api]:
    deps = Deps(pool=pool, objects=Objects.open(objects_url), settings=settings)
    app = create_app(deps)
    clients: list[httpx.AsyncClient] = []

    def client(**headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        made = httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers)
        clients.append(made)
        return made

    async def sign_up(name: str, role: Role) -> tuple[User, httpx.AsyncClient]:
        key = make_key()
        async with transaction(pool) as tx:
            user = await users.add_user(tx, name, role)
            await users.add_key(tx, user.id, key)
        return user, client(Authorization=f"Bearer {key.secret}")

    yield Api(app, deps, client, sign_up)
    for made in clients:
        await made.aclose()


@pytest.fixture
async def viewer(api) -> httpx.AsyncClient:
    return (await api.sign_up("vera", Role.VIEWER))[1]


@pytest.fixture
async def creator(api) -> httpx.AsyncClient:
    return (await api.sign_up("carl", Role.CREATOR))[1]


@pytest.fixture
async def admin(api) -> httpx.AsyncClient:
    return (await api.sign_up("ada", Role.ADMIN))[1]


@pytest.fixture
async def api_process(database, amqp_url, objects_url, tmp_path, pool):
    """Start the api; yields (process, its address)."""
    log = tmp_path / "api.log"
    environment = os.environ | {
        "SCREENTEST_PG_DSN": database.dsn("api"),
        "SCREENTEST_AMQP_URL": amqp_url,
        "SCREENTEST_OBJECTS_URL": objects_url,
        "SCREENTEST_LOG_FORMAT": "json",
        "SCREENTEST_API_PORT": "0",
    }
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "screentest.api", env=environment, stderr=out
        )

    def port() -> int | None:
        assert process.returncode is None, log.read_text()
        lines = [line for line in log.read_text().splitlines() if line.startswith("{")]
        facts = {line["event"]: line for line in map(json.loads, lines)}
        is_up = {"service_ready", "api_listening"} <= facts.keys()
        return facts["api_listening"]["port"] if is_up else None

    yield process, f"http://127.0.0.1:{await until(port, what='the api to be ready')}"
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0, log.read_text()


@pytest.fixture
async def catalogue(pool) -> Catalogue:
    """A scene type with one character; files that need more have a fixture of their own."""
    return await add_catalogue(pool)


@pytest.fixture
async def scene(creator, pool) -> Scene:
    """A scene of three segments, of which nothing is made."""
    return Scene(creator, pool, (await add_catalogue(pool, seed=42)).scene_ids[0])


@pytest.fixture
async def manual(scene) -> Scene:
    """A scene whose boundaries people choose."""
    await scene.set_type(boundary={"mode": "manual", "window": 6})
    return scene


@pytest.fixture
def stored(api, tmp_path):
    """Stores the clip of a render, to be looked at and cut; returns the render."""

    async def store(event):
        path = tmp_path / "clip.mp4"
        frames = [np.full((64, 64, 3), 40 + 5 * index, np.uint8) for index in range(25)]
        encode(frames, path, fps=CLIP.fps)
        key = event.artefacts.video.key
        video = await api.deps.objects.put(key, path, media_type="video/mp4")
        files = event.artefacts.model_copy(update={"video": video})
        return event.model_copy(update={"artefacts": files})

    return store
