"""A stack whose only worker renders on a ComfyUI server.

On the one that SCREENTEST_TEST_COMFYUI_URL names (`make test-comfyui`), else on a simulated one, so
that these tests never rot.
"""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from screentest.stack.stack import Stack
from support.catalogue import Catalogue
from support.rest import Json, Rest
from support.stacks import private_stack
from support.waiting import until

URL = os.environ.get("SCREENTEST_TEST_COMFYUI_URL", "")
TESTS = Path(__file__).parents[2]
WORKER = "comfyui-1"
_SETTINGS = {
    "": {
        "SCREENTEST_GPU_RUNNER_LEASE_TTL_S": "3",
        "SCREENTEST_GPU_RUNNER_HEARTBEAT_S": "0.5",
        "SCREENTEST_GPU_RUNNER_SEEN_S": "1",
    }
}
#: 17 frames of 320x192 at 16 frames a second.
_SCENE_TYPE: Json = {
    "name": "Proof",
    "prompts": {"full": "{name}, a slow push-in"},
    "slot_values": {"width": 320, "height": 192, "frames": 17, "fps": 16},
    "segment_duration_s": 1.0625,
    "target_duration_s": 2.1,
}
#: Long enough to be caught while it renders.
LONG: Json = {"slot_values": {**_SCENE_TYPE["slot_values"], "frames": 241}}


@pytest.fixture(scope="session")
def comfyui_url() -> Iterator[str]:
    """The address of a server that nobody else uses."""
    if URL:
        yield URL
        return
    process = subprocess.Popen(
        [sys.executable, "-m", "support.comfyui_process"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=TESTS,
    )
    with process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture(scope="module")
def _session_stack(comfyui_url: str) -> Iterator[Stack]:
    """In place of the stack of the other end-to-end tests."""
    with private_stack(runners=0, comfyui_urls=[comfyui_url], settings=_SETTINGS) as stack:
        yield stack


@pytest.fixture
async def server(comfyui_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """The server itself, as another client sees it."""
    async with httpx.AsyncClient(base_url=comfyui_url, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
async def worker(rest: Rest) -> Json:
    """What the worker has told the api of itself and of its server."""

    async def described() -> Json | None:
        workers = {one["name"]: one for one in await rest.get("/api/workers")}
        one = workers.get(WORKER)
        return one if one and one["nodes"] else None

    return await until(described, what="the worker to describe its server")


@pytest.fixture
def catalogue_of(rest: Rest, worker: Json) -> Callable[..., Any]:
    """Make a scene type of the library's model-free workflow, and a character."""

    async def make(**scene_type: Any) -> Catalogue:
        workflow = await rest.post("/api/workflow-library/model-free-i2v/import")
        body = {"workflow_id": workflow["id"], **_SCENE_TYPE, **scene_type}
        made = Catalogue(rest, (await rest.post("/api/scene-types", body))["id"], workflow["id"])
        await made.add_character("Eileen", "astronaut.jpg")
        return made

    return make
