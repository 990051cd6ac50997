"""What an image's HEALTHCHECK finds out from the probe server."""

import asyncio
import sys

import pytest

from screentest.common.healthcheck import main
from screentest.common.probes import ProbeServer


@pytest.fixture
async def probes():
    """A probe server that is not ready until a test says so, and its environment."""
    reasons = ["starting"]
    server = ProbeServer(lambda: reasons[0] if reasons else None)
    port = await server.start("127.0.0.1", 0)
    yield reasons, {"SCREENTEST_PROBE_HOST": "0.0.0.0", "SCREENTEST_PROBE_PORT": str(port)}
    await server.stop()


async def ask(arguments, environment):
    return await asyncio.to_thread(main, arguments, environment)


async def test_a_process_that_starts_lives_and_cannot_take_work(probes, capsys):
    _, environment = probes

    assert await ask([], environment) == 0
    assert await ask(["readyz"], environment) == 1
    assert capsys.readouterr().out == "alive\nstarting\n"


async def test_one_that_is_ready_can(probes, capsys):
    reasons, environment = probes
    reasons.clear()

    assert await ask(["readyz"], environment) == 0
    assert capsys.readouterr().out == "ready\n"


async def test_a_probe_that_does_not_exist_is_not_well(probes):
    assert await ask(["nonsense"], probes[1]) == 1


@pytest.mark.parametrize("port", ["0", "a number"])
async def test_where_nobody_answers_a_line_says_so(port, capsys):
    assert await ask([], {"SCREENTEST_PROBE_PORT": port}) == 1
    assert capsys.readouterr().out.startswith(f"no answer from 127.0.0.1:{port}: ")


async def test_it_imports_next_to_nothing():
    """Python's images have no compiled modules, and it runs every few seconds."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c"),
        "import sys, screentest.common.healthcheck\nprint(*sys.modules)",
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()

    assert not {"http", "pydantic", "asyncio", "ssl", "json"} & set(said.decode().split())
