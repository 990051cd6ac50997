"""Messages in any order, several times, to many replicas at once: nothing lost, nothing twice."""

import asyncio
import itertools
import random
from collections import Counter, defaultdict
from contextlib import asynccontextmanager

import pytest

from screentest.common.db import transaction
from screentest.common.events import (
    QueueControlled,
    RenderCancelled,
    RenderRequested,
    RunFinished,
    ShotCancelled,
)
from screentest.dispatcher.handlers.releasing import release
from support.dispatching import failed, rendered, scene, shot, worker
from support.waiting import until

SLOTS = 3


class Storm:
    """A pool of messages on their way; replicas take any of them, and may take it again."""

    def __init__(self, loop, seed: int) -> None:
        self.loop = loop
        self.random = random.Random(seed)
        self.under_way = []
        self.requests = []
        self.finished = Counter()

    async def replica(self) -> None:
        while self.under_way:
            event = self.random.choice(self.under_way)
            if self.random.random() < 0.7:  # else it is delivered again
                self.under_way.remove(event)
            await self.note(await self.loop.hear(event))

    async def note(self, said) -> None:
        for event in said:
            match event:
                case RunFinished():
                    self.finished[event.run_id] += 1
                case RenderRequested():
                    self.requests.append(event)
                    self.under_way.append(self.outcome(event))

    def outcome(self, request):
        dice = self.random.random()
        if dice < 0.15:
            return failed(request)
        return failed(request, retryable=False) if dice < 0.2 else rendered(request)


@pytest.mark.parametrize("seed", range(3))
async def test_every_run_ends_exactly_once(loop, seed):
    storm = Storm(loop, seed)
    asked = [shot() if n % 3 else scene(segments=3) for n in range(24)]
    cancels = [cancel(run) for run in storm.random.sample(asked, 6)]
    storm.under_way = [*asked, *cancels, worker(slots=SLOTS)]

    # A replica whose every message is being handled by others comes back for what they cause.
    while storm.under_way:
        await asyncio.gather(*(storm.replica() for _ in range(4)))

    assert storm.finished == Counter(run.run_id for run in asked)
    by_segment = defaultdict(list)
    for request in storm.requests:
        by_segment[request.run_id, request.segment].append(request.attempt)
    assert all(tries == list(range(1, len(tries) + 1)) for tries in by_segment.values())
    assert await loop.pool.fetchval("select count(*) from runs where finished_at is null") == 0
    assert await loop.pool.fetchval("select count(*) from renders where status = 'released'") == 0


async def test_replicas_never_release_beyond_the_slots(loop):
    """A slot that is given away in a transaction still open is not given away again."""
    await loop.hear(worker())

    async with still_open(loop, scene()):
        other = await begun(loop, shot())
    await other

    assert await loop.pool.fetchval("select count(*) from renders") == 1


async def test_replicas_never_release_a_segment_twice(loop):
    for _ in range(12):
        await loop.hear(shot())
    # Slots appear without anybody noticing, so that all replicas find them at the same moment.
    await loop.pool.execute(
        "insert into workers (name, renderer, slots, draining, busy_with) "
        "values ('w', 'builtin', 7, false, '{}')"
    )

    async def replica() -> None:
        async with transaction(loop.pool) as tx:
            await release(tx)

    await asyncio.gather(*(replica() for _ in range(8)))

    said = await loop.said()
    assert len(said) == len({request.run_id for request in said}) == 7


async def test_a_slot_freed_and_work_added_at_once_meet(loop):
    """Neither transaction sees the other's rows; the second to release must."""
    (out,) = await loop.hear(worker(), shot())
    late = shot()

    async with still_open(loop, rendered(out)):
        other = await begun(loop, late)
    said = [*await other, *await loop.said()]

    (request,) = [event for event in said if isinstance(event, RenderRequested)]
    assert request.run_id == late.run_id


@pytest.mark.parametrize("asked_first", [True, False])
async def test_a_pause_and_a_request_at_once_meet(loop, asked_first):
    """Neither transaction sees the other's rows; the second must wait until it does."""
    asked = shot().model_copy(update={"batch_id": 4})
    pause = QueueControlled(version=1, batch_id=4, paused=True, priority=3, by=9)
    first, second = (asked, pause) if asked_first else (pause, asked)

    async with still_open(loop, first):
        other = await begun(loop, second)
    await other

    assert await loop.hear(worker()) == []
    assert await loop.pool.fetchrow("select paused_by, priority from runs") == ("batch", 3)


async def test_a_run_and_its_batch_are_moved_at_once(loop):
    """What was said of the run counts more, whoever comes first."""
    asked = shot().model_copy(update={"batch_id": 4})
    await loop.hear(asked)

    async with still_open(loop, QueueControlled(version=1, run_id=asked.run_id, priority=5, by=9)):
        other = await begun(loop, QueueControlled(version=1, batch_id=4, priority=1, by=9))
    await other

    assert await loop.pool.fetchval("select priority from runs") == 5


async def test_cancel_and_request_at_once(loop):
    """Whoever comes first, the run ends as cancelled."""
    for _ in range(20):
        asked = shot()

        said = await together(loop, asked, cancel(asked))

        assert [type(event) for event in said] == [RunFinished]


async def test_cancel_and_release_at_once(loop):
    """A run that is released while it is cancelled is called back; otherwise never rendered."""
    for n in range(20):
        asked = shot()
        await loop.hear(asked)

        kinds = Counter(
            type(event) for event in await together(loop, worker(f"w{n}"), cancel(asked))
        )

        assert kinds[RunFinished] == 1
        assert kinds[RenderRequested] == kinds[RenderCancelled]
        await loop.pool.execute("delete from workers")


def cancel(asked):
    return ShotCancelled(run_id=asked.run_id, by=1)


async def together(loop, *events):
    """Handle events at the same time; returns all that was said."""
    said = await asyncio.gather(*(loop.hear(event) for event in events))
    return [*itertools.chain(*said), *await loop.said()]


@asynccontextmanager
async def still_open(loop, event):
    """Handle an event and commit only when the block ends."""
    async with transaction(loop.pool) as tx:
        await loop.handle(event, tx)
        yield


async def begun(loop, event):
    """Have another replica handle an event, as far as it gets while transactions are open."""
    task = asyncio.create_task(loop.hear(event))

    async def is_stuck():
        return await loop.pool.fetchval("select exists (select from pg_locks where not granted)")

    await until(lambda: task.done() or is_stuck())
    return task
