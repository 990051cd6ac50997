"""The simulated server answers as the real one did: recorded requests, sent to it again.

`exchanges.json` holds what a ComfyUI 0.3.64 was asked and what it answered; graphs are left out.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from support.comfyui_recording import FIXTURES, Recording
from support.waiting import until

EXCHANGES = {one["name"]: one for one in json.loads((FIXTURES / "exchanges.json").read_text())}
QUEUE = EXCHANGES["queue_of_three"]["body"]
#: Requests that the real server was sent while one prompt ran and two waited, in this order.
WHILE_THREE_WAIT = (
    "queue_of_three",
    "interrupt_of_a_pending_one",
    "interrupt_of_a_wrong_id",
    "delete_of_the_running_one",
    "delete_of_an_unknown_one",
    "delete_of_a_pending_one",
    "history_of_a_deleted_one",
)


@pytest.fixture
async def http(server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        yield client


async def again(http: httpx.AsyncClient, name: str, **content: Any) -> None:
    """Send a recorded request; the answer must be like the recorded one."""
    recorded = EXCHANGES[name]
    if "json" in recorded:
        content["json"] = recorded["json"]
    answer = await http.request(recorded["method"], recorded["path"], **content)
    body = answer.json() if answer.headers.get("content-type", "").endswith("json") else answer.text
    assert answer.status_code == recorded["status"]
    assert_like(body, recorded["body"], name)


def assert_like(made: Any, recorded: Any, where: str) -> None:
    """The same shape: nothing that a real server does not say, and all of the same types.

    What is empty in the recording was left out of it, or had nothing to say.
    """
    assert isinstance(made, type(recorded)), where
    if not recorded:
        return
    if isinstance(recorded, dict):
        assert made.keys() <= recorded.keys(), where
        for key, value in made.items():
            assert_like(value, recorded[key], f"{where}.{key}")
    if isinstance(recorded, list):
        assert len(made) == len(recorded), where
        for index, value in enumerate(made):
            assert_like(value, recorded[index], f"{where}[{index}]")


async def submit(http: httpx.AsyncClient, entry: list[Any]) -> None:
    """Queue a prompt under the ids of a recorded one."""
    graph = {"3": {"class_type": "SaveImage", "inputs": {}}}
    body = {"prompt": graph, "prompt_id": entry[1], "client_id": entry[3]["client_id"]}
    await again(http, "submission", json=body)


async def test_queue_and_what_is_done_to_it(server, http):
    hold = server.hold_before("executing")
    server.will(Recording.named("success_mp4", b"clip"))
    for entry in (*QUEUE["queue_running"], *QUEUE["queue_pending"]):
        await submit(http, entry)
    await hold.reached.wait()

    for name in WHILE_THREE_WAIT:
        await again(http, name)

    # What was answered with 200 did what it did on the real server.
    assert [prompt.id for prompt in server.pending] == [QUEUE["queue_pending"][1][1]]
    assert server.current.id == QUEUE["queue_running"][0][1]
    assert server.stopping == set()
    hold.release()
    await until(lambda: server.is_idle)
    await again(http, "empty_queue")


async def test_history(server, http):
    server.will(Recording.named("success_mp4", b"clip"))
    (recorded,) = EXCHANGES["latest_history"]["body"].values()
    await submit(http, recorded["prompt"])
    await until(lambda: server.history)

    await again(http, "latest_history")
    await again(http, "history_of_an_unknown_one")


async def test_files_and_facts(http):
    picture = {"image": ("up_1a5c1de6.png", b"picture", "image/png")}

    await again(http, "upload", files=picture)
    await again(http, "upload_into_a_folder", files=picture, data={"subfolder": "probe/sub"})
    await again(
        http, "missing_output", params={"filename": "no.mp4", "subfolder": "", "type": "output"}
    )
    await again(http, "system_stats")
    await again(http, "models_of_an_unknown_folder")
    await again(http, "free")


async def test_restart_forgets_queue_and_history_and_counts_anew(server, http):
    """As recorded: nothing of what was there, and the next number is 0."""
    hold = server.hold_before("executing")
    server.will(Recording.named("success_mp4", b"clip"))
    await submit(http, QUEUE["queue_running"][0])
    await hold.reached.wait()
    await server.stop()
    with pytest.raises(httpx.TransportError):
        await http.get("/queue")
    await server.start()

    await again(http, "empty_queue")
    await again(http, "history_of_an_unknown_one")
    assert server.number == 0
