"""The api as a process: what it prints, that it serves, and how it stops."""

import asyncio
import os
import signal
import socket
import sys

import httpx
import pytest

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
        await until(lambda: healthy(url, process), what="the api")
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
