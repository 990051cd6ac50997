"""The api as a process, between a real broker and a browser that watches it."""

import asyncio
import json
import signal
from contextlib import asynccontextmanager

import httpx

from screentest.api.domain.users import Role
from screentest.common.events import (
    PromotionRequested,
    QueueChanged,
    RunStatus,
    SegmentProgressed,
    ShotRequested,
    WaitingRun,
    WorkerSeen,
)
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer
from support.dispatcher_process import Neighbours
from support.shots import add_catalogue, finished, promoted, rendered, scored
from support.waiting import until


class Browser:
    """Reads the live stream into a list."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict]] = []
        self.is_ready = asyncio.Event()

    async def watch(self, client: httpx.AsyncClient) -> None:
        async with client.stream("GET", "/api/events", timeout=None) as answer:
            kind = ""
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    self.events.append((kind, json.loads(value)))
                    self.is_ready.set()

    def told(self, kind: str) -> list[dict]:
        return [data for name, data in self.events if name == kind]


@asynccontextmanager
async def watching(client: httpx.AsyncClient):
    browser = Browser()
    task = asyncio.create_task(browser.watch(client))
    await browser.is_ready.wait()
    try:
        yield browser
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_shot_from_request_to_promotion(api_process, amqp_url, pool, api):
    """Every message of the others, twice each; the browser sees every step live."""
    process, address = api_process
    catalogue = await add_catalogue(pool)
    _, local = await api.sign_up("carla", Role.CREATOR)
    key = local.headers["authorization"]
    async with (
        Neighbours.connected(amqp_url) as others,
        httpx.AsyncClient(base_url=address, headers={"Authorization": key}) as client,
        watching(client) as browser,
    ):

        async def heard(contract):
            def first():
                return next((one for one in others.heard if isinstance(one, contract)), None)

            return await until(first, what=contract.__name__)

        scene_id = catalogue.scene_ids[0]
        shot = (await client.post(f"/api/scenes/{scene_id}/test-shot")).json()
        path = f"/api/test-shots/{shot['id']}"

        async def shows(**facts):
            async def has() -> bool:
                row = (await client.get(path)).json()
                return all(row[name] == value for name, value in facts.items())

            await until(has, what=f"the shot to show {facts}")

        run = await heard(ShotRequested)
        clip = rendered(run.run_id)
        progress = SegmentProgressed(
            run_id=run.run_id, segment=1, render_id=clip.render_id, worker="w1", fraction=0.5
        )
        await others.say(WorkerSeen(worker="w1", renderer=Renderer.BUILTIN))
        await others.say(progress)
        await shows(status="rendering")
        await others.say(scored(run.run_id, clip.render_id), times=2)
        await others.say(clip, times=2)
        await others.say(finished(run, RunStatus.COMPLETED), times=2)
        await shows(status="scored", gpu_seconds_spent=4.0)

        await client.post(f"{path}/promote", json={"scene_id": scene_id})
        await others.say(promoted(await heard(PromotionRequested)), times=2)
        await shows(is_promoted=True)
        await until(lambda: browser.told("worker.changed"), what="the worker")

        assert [one["fraction"] for one in browser.told("progress")] == [0.5]
        statuses = [one["status"] for one in browser.told("test-shot.changed")]
        assert statuses[:2] == ["waiting", "rendering"]
        assert statuses[-1] == "scored"
        assert [one["status"] for one in browser.told("promotion.changed")] == ["requested", "done"]
        assert [one["index"] for one in browser.told("scene.segment-changed")] == [1]
        assert await pool.fetchval("select count(*) from promotions") == 1

        # A stop ends the stream by itself; the fixture sees that the exit code is 0.
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def test_a_long_queue_comes_in_parts_in_any_order(api_process, amqp_url, pool, api):
    """The reason is shown once all parts are there; browsers are told to look again."""
    _, address = api_process
    catalogue = await add_catalogue(pool)
    _, local = await api.sign_up("carla", Role.CREATOR)
    key = local.headers["authorization"]
    async with (
        Neighbours.connected(amqp_url) as others,
        httpx.AsyncClient(base_url=address, headers={"Authorization": key}) as client,
        watching(client) as browser,
    ):
        shot = (await client.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")).json()

        async def waiting() -> dict:
            return (await client.get(f"/api/test-shots/{shot['id']}")).json()["waiting"]

        def part(snapshot, number, run_id):
            run = WaitingRun(run_id=run_id, code="no_worker", reason="none", position=number)
            return QueueChanged(snapshot=snapshot, part=number, parts=2, waiting=(run,))

        assert (await waiting())["code"] == "unknown"
        snapshot = new_id()
        await others.say(part(snapshot, 2, shot["run_id"]), times=2)
        await others.say(WorkerSeen(worker="w1", renderer=Renderer.BUILTIN))
        await until(lambda: browser.told("worker.changed"), what="the worker")
        assert browser.told("queue.changed") == []

        # A snapshot is said anew every second; one that the api missed while it began is no loss.
        async def is_told() -> bool:
            ident = new_id()
            await others.say(part(ident, 2, shot["run_id"]))
            await others.say(part(ident, 1, new_id()))
            return (await waiting())["code"] == "no_worker"

        await until(is_told, what="the reason")
        assert (await waiting())["position"] == 2
        await until(lambda: browser.told("queue.changed"), what="queue.changed")
        assert browser.told("queue.changed")[0] == {"waiting": 2, "codes": {"no_worker": 2}}
