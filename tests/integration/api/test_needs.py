"""What a workflow needs of a worker: from the request to the reason a person reads."""

import pytest

from screentest.common.db import transaction
from screentest.common.events import RenderRequested, ShotRequested, WorkerSeen
from screentest.common.recipes import Renderer
from screentest.dispatcher.handlers.reporting import changes
from screentest.dispatcher.handlers.requests import on_shot_requested
from screentest.dispatcher.handlers.workers import on_worker_seen
from support.shots import GRAPH, SLOTS, said

WORKFLOW = "/api/workflows/1"
NODES = tuple(sorted({node["class_type"] for node in GRAPH.values()}))


class Dispatcher:
    """The dispatcher's handlers in the same database, hearing what the api says."""

    def __init__(self, pool, api_pool, queue):
        self.pool, self._api_pool, self._queue = pool, api_pool, queue

    async def hear(self, *workers: WorkerSeen) -> None:
        """The workers, what the api has asked for, and let the api hear why it waits."""
        for worker in workers:
            async with transaction(self.pool) as tx:
                await on_worker_seen(worker, tx)
        for run in await said(self._api_pool, ShotRequested):
            async with transaction(self.pool) as tx:
                await on_shot_requested(run, tx)
        await self.pool.execute("update queue_reports set said_at = '-infinity'")
        for part in await changes(self.pool):
            self._queue.hear(part)


@pytest.fixture
async def dispatcher(pool_of, pool, api):
    return Dispatcher(await pool_of("dispatcher"), pool, api.deps.queue)


def comfyui(name: str, vram_gb: float, nodes=NODES) -> WorkerSeen:
    return WorkerSeen(
        worker=name,
        renderer=Renderer.COMFYUI,
        vram_bytes=round(vram_gb * 1e9),
        nodes=nodes,
        capability_class=name,
        slots=1,
    )


async def shoot(creator, catalogue) -> dict:
    answer = await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")
    assert answer.status_code == 202, answer.text
    return answer.json()


async def waiting(creator, shot) -> dict:
    return (await creator.get(f"/api/test-shots/{shot['id']}")).json()["waiting"]


async def test_a_shot_waits_for_a_worker_with_enough_memory(creator, catalogue, dispatcher):
    changed = await creator.patch(WORKFLOW, json={"vram_gb": 24})
    shot = await shoot(creator, catalogue)

    await dispatcher.hear(comfyui("small", 16))
    reason = await waiting(creator, shot)

    assert changed.json()["vram_gb"] == 24
    assert reason["code"] == "short_of_vram"
    assert "8.0 GB of VRAM more" in reason["reason"]

    await dispatcher.hear(comfyui("large", 25.4))
    (request,) = await said(dispatcher.pool, RenderRequested)
    assert request.capability_class == "large"
    assert request.needs.vram_bytes == 24_000_000_000


async def test_a_shot_waits_for_a_worker_with_the_nodes(creator, catalogue, dispatcher):
    shot = await shoot(creator, catalogue)

    await dispatcher.hear(comfyui("bare", 24, nodes=tuple(set(NODES) - {"Video"})))
    reason = await waiting(creator, shot)

    assert reason["code"] == "missing_node"
    assert "the node Video" in reason["reason"]

    await dispatcher.hear(comfyui("complete", 24))
    (request,) = await said(dispatcher.pool, RenderRequested)
    assert request.capability_class == "complete"


async def test_memory_is_of_the_version_but_makes_none(creator, pool, catalogue):
    await creator.patch(WORKFLOW, json={"vram_gb": 12})
    same = (await creator.patch(WORKFLOW, json={"vram_gb": 24})).json()
    graph = GRAPH | {"4": {**GRAPH["4"], "class_type": "SmallVideo"}}
    changes = {"graph": graph, "slots": SLOTS, "vram_gb": None}
    other = (await creator.patch(WORKFLOW, json=changes)).json()
    versions = [{"id": 1, "version": 1}, {"id": 1, "version": 2}]
    body = {
        "scene_type_id": catalogue.scene_type_id,
        "character_ids": catalogue.character_ids,
        "axes": [{"kind": "workflow", "workflows": versions}],
    }

    answer = await creator.post("/api/test-shots/batch", json=body)

    assert (same["version"], other["version"]) == (1, 2)
    assert answer.status_code == 202, answer.text
    needs = [run.needs for run in await said(pool, ShotRequested)]
    assert [one.vram_bytes for one in needs] == [24_000_000_000, 0]


@pytest.mark.parametrize("vram_gb", [0, -1, "much"])
async def test_memory_is_a_number_of_gigabytes(creator, catalogue, vram_gb):
    answer = await creator.patch(WORKFLOW, json={"vram_gb": vram_gb})

    assert answer.status_code == 422


async def test_a_scene_needs_what_its_test_shot_needs(creator, pool, catalogue):
    await creator.patch(WORKFLOW, json={"vram_gb": 24})
    shot = await shoot(creator, catalogue)
    await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/generate")

    by_shot, by_scene = await said(pool, ShotRequested)

    assert str(by_shot.run_id) == shot["run_id"]
    assert by_scene.needs == by_shot.needs
