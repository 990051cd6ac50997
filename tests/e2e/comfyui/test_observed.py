"""What can be seen of a shot's life from outside: one trace, and logs that a run id joins.

A stack of its own, which sends its traces to a collector that the test runs.
"""

import json
from collections.abc import Iterator
from itertools import pairwise

import aio_pika
import pytest

from screentest.common.events import SegmentRendered, ShotRequested
from screentest.common.topology import EVENTS
from screentest.stack.stack import Stack
from support.otlp_collector import Collector, collecting
from support.stacks import private_stack
from support.waiting import until

SERVICES = {"api", "dispatcher", "gpu-runner", "qa", "promotion"}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def _session_stack(comfyui_url: str, collector: Collector) -> Iterator[Stack]:
    settings = {
        "": {
            "SCREENTEST_GPU_RUNNER_SEEN_S": "1",
            "SCREENTEST_LOG_FORMAT": "json",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }
    }
    with private_stack(runners=0, comfyui_urls=[comfyui_url], settings=settings) as stack:
        yield stack


@pytest.fixture
async def overheard(stack: Stack):
    """Copies of all that is said, and a channel to say it again."""
    connection = await aio_pika.connect(stack.servers.amqp_url())
    async with connection, connection.channel() as channel:
        queue = await channel.declare_queue("eavesdropper", exclusive=True)
        for event in (ShotRequested, SegmentRendered):
            await queue.bind(EVENTS.name, routing_key=event.type)
        yield queue, await channel.get_exchange(EVENTS.name)


def logged(stack: Stack, run_id: str) -> dict[str, list[str]]:
    """Service -> the log events of a run, found by its id alone."""
    found: dict[str, list[str]] = {}
    for log in (stack.folder / "logs").glob("*.log"):
        for line in log.read_text(errors="replace").splitlines():
            if line.startswith("{"):
                entry = json.loads(line)
                if entry.get("run_id") == run_id:
                    found.setdefault(entry["service"], []).append(entry["event"])
    return found


async def test_one_trace_shows_a_shots_whole_life_whatever_is_repeated(
    stack, rest, catalogue_of, collector, overheard
):
    queue, events = overheard
    catalogue = await catalogue_of()
    scene_id = await catalogue.add_scene()

    asked = await rest.ask("POST", f"/api/scenes/{scene_id}/test-shot", json={})
    shot = await rest.until_status(asked.json()["id"], "scored")

    run_id = shot["run_id"]
    request_name = "POST /api/scenes/{scene_id}/test-shot"
    (root,) = await until(
        lambda: [one for one in collector.spans if one.name == request_name],
        what="the request's span",
    )
    assert root.parent == ""

    def named(name: str):
        return [one for one in collector.trace(root.trace_id) if one.name == name]

    async def only(name: str):
        """The one span of that name: a cause is sent after its effects, as it ends later."""
        (found,) = await until(lambda: named(name), what=f"the span {name}")
        return found

    path = [
        ("api", request_name),
        ("dispatcher", "process dispatcher.on-shot-requested"),
        ("dispatcher", "release render"),
        ("gpu-runner", "render"),
        ("qa", "process qa.on-segment-rendered"),
        ("api", "process api.on-qa-scored"),
    ]
    for (_, cause), (service, effect) in pairwise(path):
        parent, child = await only(cause), await only(effect)
        assert child.parent == parent.id, f"{effect} is not caused by {cause}"
        assert child.service == service
    render = await only("render")
    assert render.attributes["screentest.run_id"] == run_id
    assert render.attributes["screentest.outcome"] == "rendered"
    assert render.attributes["screentest.gpu_seconds"] == pytest.approx(shot["gpu_seconds"])
    on_backend = await only("render on backend")
    assert on_backend.parent == render.id
    assert "POST prompt" in {
        one.name for one in collector.trace(root.trace_id) if one.parent == on_backend.id
    }
    handled = await only("process qa.on-segment-rendered")
    assert (await only("measure clip")).parent == handled.id

    # Said again, as a relay does that dies between two steps: no new trace, no new render.
    before = len(named("process dispatcher.on-shot-requested"))
    for _ in range(2):
        message = await queue.get()
        again = aio_pika.Message(
            message.body,
            headers=message.headers,
            message_id=message.message_id,
            type=message.type,
            delivery_mode=message.delivery_mode,
        )
        await events.publish(again, routing_key=message.routing_key)
    repeated = "process dispatcher.on-shot-requested", "process qa.on-segment-rendered"
    for name in repeated:
        spans = await until(lambda name=name: named(name) if len(named(name)) == 2 else None)
        assert sorted(one.attributes["screentest.outcome"] for one in spans) == ["done", "repeated"]
        assert len({one.parent for one in spans}) == 1
    assert before == 1
    assert len(named("render")) == 1

    promotion = await rest.promote(shot["id"], scene_id)
    assert promotion["status"] == "done"
    (copying,) = await until(lambda: [o for o in collector.spans if o.name == "copy artefacts"])
    await until(
        lambda: (
            {
                one.service
                for one in collector.spans
                if one.trace_id in {root.trace_id, copying.trace_id}
            }
            == SERVICES
        ),
        what="every service's part",
    )
    await until(lambda: not _orphans(collector), what="every span's parent")
    assert {one.service for one in collector.spans if not one.parent} == {"api"}
    assert not [one for one in collector.spans if one.failed]

    words = logged(stack, run_id)
    assert "run_opened" in words["dispatcher"]
    assert {"render_claimed", "render_ended"} <= set(words["gpu-runner"])
    assert "message_handled" in words["qa"]
    assert words["api"].count("message_handled") >= 3


def _orphans(collector: Collector) -> list[str]:
    """Spans whose parent has not come."""
    spans = collector.spans
    known = {one.id for one in spans}
    return [one.name for one in spans if one.parent and one.parent not in known]
