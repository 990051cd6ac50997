"""The api as a process: what it prints, that it serves, and how it stops."""

import asyncio
import os
import signal
import socket
import sys

import httpx
import numpy as np
import pytest

from screentest.api.store import chains, scene_videos
from screentest.common.db import transaction
from screentest.common.ids import new_id
from screentest.common.objects import Objects
from screentest.media.encode import encode
from support.shots import CLIP, add_catalogue, rendered
from support.waiting import until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(database, amqp_url, objects_url) -> dict[str, str]:
    return {
        **os.environ,
        "SCREENTEST_PG_DSN": database.dsn("api"),
        "SCREENTEST_AMQP_URL": amqp_url,
        "SCREENTEST_OBJECTS_URL": objects_url,
        "SCREENTEST_API_PORT": str(free_port()),
    }


async def start(environment, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "screentest.api",
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def admin_key(environment) -> str:
    process = await start(environment, "admin-key", "--name", "admin")
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return out.decode()


async def healthy(url: str, process: asyncio.subprocess.Process) -> bool:
    assert process.returncode is None, (await process.stderr.read()).decode()
    try:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{url}/api/health")).status_code == 200
    except httpx.TransportError:
        return False


async def test_it_serves_until_it_is_told_to_stop(environment):
    key = await admin_key(environment)
    url = f"http://127.0.0.1:{environment['SCREENTEST_API_PORT']}"
    process = await start(environment)
    try:
        await until(lambda: healthy(url, process), what="the api", timeout_s=90)
        headers = {"Authorization": f"Bearer {key.strip()}"}
        async with httpx.AsyncClient(base_url=url, headers=headers) as client:
            me = await client.get("/api/me")
            served = await client.get("/api/openapi.json")
            # An idle connection that stays open must not hold the stop.
            process.send_signal(signal.SIGTERM)
            _, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()

    assert key.count("\n") == 1
    assert me.json()["role"] == "admin"
    assert served.json()["info"]["title"] == "Screentest"
    assert process.returncode == 0, errors.decode()


async def test_a_taken_port_ends_it_with_a_sentence(environment):
    with socket.create_server(("127.0.0.1", int(environment["SCREENTEST_API_PORT"]))):
        process = await start(environment)
        _, errors = await process.communicate()

    assert process.returncode != 0
    assert "choose another with SCREENTEST_API_PORT" in " ".join(errors.decode().split())


async def test_it_joins_what_was_complete_before_it_began(environment, pool_of, tmp_path):
    pool = await pool_of("api")
    scene_id = (await add_catalogue(pool)).scene_ids[0]
    encode([np.full((64, 64, 3), 90, np.uint8)] * 5, tmp_path / "clip.mp4", fps=CLIP.fps)
    objects = Objects.open(environment["SCREENTEST_OBJECTS_URL"])
    event = rendered(new_id())
    key = event.artefacts.video.key
    await objects.put(key, tmp_path / "clip.mp4", media_type="video/mp4")
    async with transaction(pool) as tx:
        await chains.record_render(tx, scene_id, event)
        await tx.execute("update scenes set status = 'completed'")
        await scene_videos.want(tx, scene_id)

    async def is_joined() -> bool:
        return await pool.fetchval("select wanted = seen_to and digest <> '' from scene_videos")

    process = await start(environment)
    try:
        await until(is_joined, what="the scene's clip")
        assert (await objects.info(f"scenes/{scene_id}/scene.mp4")).size_bytes > 0
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()


@pytest.mark.parametrize(("trusted", "is_secure"), [("", False), ("127.0.0.1", True)])
async def test_only_a_proxy_that_is_trusted_says_that_a_client_came_by_https(
    environment, trusted, is_secure
):
    key = (await admin_key(environment)).strip()
    url = f"http://127.0.0.1:{environment['SCREENTEST_API_PORT']}"
    process = await start(environment | {"SCREENTEST_API_TRUSTED_PROXIES": trusted})
    try:
        await until(lambda: healthy(url, process), what="the api", timeout_s=90)
        async with httpx.AsyncClient(
            base_url=url, headers={"X-Forwarded-Proto": "https", "Host": "screentest.example"}
        ) as client:
            signed_in = await client.post("/api/session", json={"api_key": key})
            name, value = signed_in.headers["set-cookie"].split(";")[0].split("=")
            changed = await client.post(
                "/api/characters",
                json={"name": "Mara"},
                headers={"Cookie": f"{name}={value}", "Origin": "https://screentest.example"},
            )
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()

    assert ("Secure" in signed_in.headers["set-cookie"].split("; ")) is is_secure
    assert name.startswith("__Host-") is is_secure
    assert changed.status_code == (201 if is_secure else 403)
