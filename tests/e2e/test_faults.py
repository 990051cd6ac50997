"""Whatever dies in the middle of the work: every shot ends once, as it should, and nothing is left.

A fault strikes when something was heard to happen, never after a while. What was asked for is then
compared with every place that knows what became of it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256

import pytest

from screentest.common.ids import new_id
from screentest.stack.stack import Stack
from support.audit import Audit
from support.catalogue import Catalogue
from support.fleet import WORKERS, replicas_of
from support.live import Listener
from support.rest import ENDED, Json, Rest
from support.waiting import until

# Restarted processes import their libraries on cores that are busy rendering.
pytestmark = pytest.mark.timeout(150)
PATIENCE_S = 90


@dataclass
class Storm:
    """A batch under way, and what is heard of it."""

    stack: Stack
    rest: Rest
    audit: Audit
    catalogue: Catalogue
    heard: Listener
    batch_id: int
    requested: list[int]

    async def has(self, number: int, *statuses: str) -> None:
        """Wait until so many of the shots were said to be in one of the states."""

        def enough() -> bool:
            said = [set(self.heard.statuses(one)) for one in self.requested]
            return sum(not one.isdisjoint(statuses) for one in said) >= number

        await until(enough, what=f"{number} shots to be {statuses}", timeout_s=PATIENCE_S)

    async def kill(self, *processes: str) -> None:
        """SIGKILL processes, once ready if they were killed before; they will be started again."""
        await asyncio.to_thread(self.stack.services.wait_ready, *processes)
        self.is_under_way()
        for process in processes:
            self.stack.services[process].kill()

    def is_under_way(self) -> None:
        """See that a shot has still not ended, so that a fault strikes in the middle."""
        assert any(ENDED.isdisjoint(self.heard.statuses(one)) for one in self.requested)


@pytest.fixture
def storm(broken_stack, rest, audit):
    @asynccontextmanager
    async def begin(shots: int) -> AsyncIterator[Storm]:
        """A batch; at the end of the block the books must be right."""
        catalogue = await Catalogue.create(rest)
        async with Listener(rest) as heard:
            batch_id, requested = await catalogue.shoot_batch(shots)
            yield Storm(broken_stack, rest, audit, catalogue, heard, batch_id, requested)
            ended = await rest.until_ended(batch_id, timeout_s=PATIENCE_S)
            await settle(audit, heard, ended)
        assert {shot["id"] for shot in ended} == set(requested)
        await audit.shots(requested, scene_type_id=catalogue.scene_type_id)
        await audit.segments(ended)

    return begin


async def settle(audit: Audit, heard: Listener, shots: list[Json]) -> None:
    """Let everything that is still on its way arrive, and see that it changes no shot's end."""
    await audit.nothing_left_over()
    for shot in shots:
        await heard.hears(
            lambda event, shot_id=shot["id"]: (
                event.data.get("id") == shot_id and event.data.get("status") in ENDED
            ),
            what=f"the end of test shot {shot['id']}",
        )
    audit.one_end_each(shots, heard)


async def test_a_gpu_runner_is_killed_in_the_middle_of_a_render(storm):
    async with storm(2) as batch:
        progress = await batch.heard.hears(
            lambda event: (
                event.type == "progress" and event.data.get("test_shot_id") in batch.requested
            )
        )
        await batch.kill(progress.data["worker"])

    shot = await batch.rest.shot(progress.data["test_shot_id"])
    assert progress.data["fraction"] < 1
    assert await batch.audit.workers_lost(shot["run_id"]) == 1


async def test_every_dispatcher_is_killed_between_events(storm):
    """More shots than workers have and stage, so that some wait for it to be there again."""
    async with storm(3 * len(WORKERS)) as batch:
        for number in (1, 8):
            await batch.has(number, "rendered", "scored")
            await batch.kill(*replicas_of("dispatcher"))


async def test_one_dispatcher_after_the_other_is_killed_while_its_colleague_goes_on(storm):
    """Whichever dies in the middle of its work: no segment is released twice, no run is lost."""
    async with storm(16) as batch:
        for number, name in zip((1, 8), replicas_of("dispatcher"), strict=True):
            await batch.has(number, "rendered", "scored")
            await batch.kill(name)


async def test_qa_is_killed_while_clips_wait_for_their_score(storm):
    async with storm(9) as batch:
        for number in (1, 4):
            await batch.has(number, "rendered", "scored")
            await batch.kill(*replicas_of("qa"))


async def test_one_api_is_killed_while_a_batch_renders(storm):
    async with storm(9) as batch:
        await batch.has(1, "rendered", "scored")
        await batch.kill("api")

    heard = batch.heard
    assert heard.connections == 2
    assert "reset" not in {event.type for event in heard.events}
    ids = [event.id for event in heard.events if event.id is not None and event.type != "ready"]
    assert ids == sorted(set(ids)), "a stream that goes on repeats nothing and swaps nothing"


async def test_the_api_is_killed_as_it_accepts_a_batch(broken_stack, rest, audit):
    catalogue = await Catalogue.create(rest)
    key = str(new_id())
    async with Listener(rest) as heard:
        asking = asyncio.create_task(catalogue.shoot_batch(6, key=key))
        await heard.hears(lambda event: event.type == "batch.created")
        broken_stack.services["api"].kill()
        batch_id, requested = await asking
        ended = await rest.until_ended(batch_id, timeout_s=PATIENCE_S)
        await settle(audit, heard, ended)

    assert await catalogue.shoot_batch(6, key=key) == (batch_id, requested)
    await audit.shots(requested, scene_type_id=catalogue.scene_type_id)
    await audit.segments(ended)


async def test_promotion_is_killed_while_it_promotes(broken_stack, rest, audit):
    catalogue = await Catalogue.create(rest)
    scene_id = await catalogue.add_scene()
    (shot,) = await catalogue.finished(1)
    async with Listener(rest) as heard:
        asking = asyncio.create_task(rest.promote(shot["id"], scene_id))
        await heard.hears(lambda event: event.type == "promotion.changed")
        for process in replicas_of("promotion"):
            broken_stack.services[process].kill()
        promotion = await asking

    assert promotion["status"] == "done"
    assert promotion["sha256_before"] == promotion["sha256_after"]
    (segment, *_) = (await rest.get(f"/api/scenes/{scene_id}"))["chain"]["segments"]
    copy = await rest.media(segment["artefacts"]["video"]["key"])
    assert sha256(copy.content).hexdigest() == shot["artefacts"]["video"]["sha256"]
    await audit.nothing_left_over()


async def test_the_broker_restarts_in_the_middle_of_a_batch(storm):
    async with storm(6) as batch:
        await batch.has(1, "rendered", "scored")
        batch.is_under_way()
        await asyncio.to_thread(batch.stack.rabbitmq.restart)


async def test_every_service_is_killed_at_once_while_shots_and_a_scene_render(storm):
    async with storm(3) as batch:
        scene_id = await batch.catalogue.add_scene()
        asked = await batch.rest.post(f"/api/scenes/{scene_id}/generate")
        await batch.has(1, "rendered", "scored")
        for service in batch.stack.services:
            service.kill()

        async def scene_ended() -> Json | None:
            scene = await batch.rest.get(f"/api/scenes/{scene_id}")
            return scene if scene["status"] != "generating" else None

        scene = await until(scene_ended, what="the scene to end", timeout_s=PATIENCE_S)

    assert scene["status"] == "completed"
    assert scene["chain"]["run"]["run_id"] == asked["run"]["run_id"]
    await batch.audit.chain(scene["chain"]["run"]["run_id"], [1, 2, 3])
