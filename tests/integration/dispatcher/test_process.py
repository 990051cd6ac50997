"""Whole dispatcher processes: two at once, killed between events, drained."""

import asyncio
import random
from collections import Counter, defaultdict

import pytest

from screentest.common.events import (
    RenderRequested,
    RunFinished,
    RunStatus,
    ShotCancelled,
)
from support.dispatcher_process import Neighbours, dispatchers
from support.dispatching import failed, rendered, scene, shot, worker
from support.waiting import until

SLOTS = 3


class World:
    """Api and workers: ask, render what is released, and keep the books."""

    def __init__(self, neighbours: Neighbours, seed: int = 1) -> None:
        self.neighbours = neighbours
        self.random = random.Random(seed)
        #: Runs whose renders may be called back after the slot was given away.
        self.cancelled = set()
        #: Other renders that are out, and the most there were at a time.
        self.out = set()
        self.most_out = 0
        neighbours.answer(self.answer)

    async def answer(self, event) -> None:
        if isinstance(event, RenderRequested):
            if event.run_id not in self.cancelled:
                self.out.add(event.render_id)
            self.most_out = max(self.most_out, len(self.out))
            await asyncio.sleep(self.random.uniform(0, 0.05))
            await self.end(event)

    async def end(self, request) -> None:
        self.out.discard(request.render_id)
        dice = self.random.random()
        result = failed(request) if dice < 0.15 else rendered(request)
        await self.neighbours.say(result, times=1 + (dice > 0.7))

    async def beat(self) -> None:
        """Signs of life, often enough that a dispatcher that starts need not wait for one."""
        while True:
            await self.neighbours.say(worker(slots=SLOTS))
            await asyncio.sleep(0.2)

    def of(self, kind):
        return [event for event in self.neighbours.heard if isinstance(event, kind)]

    def check(self, asked) -> None:
        """Every run ended once, and no segment had two renders that were both wanted."""
        ends = Counter(event.run_id for event in self.of(RunFinished))
        assert ends == Counter(run.run_id for run in asked)
        attempts = defaultdict(list)
        for request in self.of(RenderRequested):
            attempts[request.run_id, request.segment].append(request.attempt)
        assert all(tries == list(range(1, len(tries) + 1)) for tries in attempts.values())


@pytest.fixture
async def world(amqp_url):
    async with Neighbours.connected(amqp_url) as neighbours:
        world = World(neighbours)
        beating = asyncio.create_task(world.beat())
        yield world
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def test_two_dispatchers_share_the_work(world, database, amqp_url, tmp_path):
    asked = [shot() if n % 3 else scene(segments=3) for n in range(20)]
    world.cancelled = {run.run_id for run in asked[::5]}
    async with dispatchers(
        2, pg_dsn=database.dsn("dispatcher"), amqp_url=amqp_url, folder=tmp_path
    ) as processes:
        for run_id in world.cancelled:
            await world.neighbours.say(ShotCancelled(run_id=run_id, by=1), times=2)
        for run in asked:
            await world.neighbours.say(run, times=2)
        await until(lambda: len(world.of(RunFinished)) >= len(asked), what="all runs to end")
        assert [await process.stop() for process in processes] == [0, 0]

    world.check(asked)
    assert world.most_out <= SLOTS
    for end in world.of(RunFinished):
        assert end.status is not RunStatus.CANCELLED or end.run_id in world.cancelled


async def test_killed_between_events(world, database, pool_of, amqp_url, tmp_path):
    asked = [shot() if n % 2 else scene(segments=4) for n in range(16)]
    async with dispatchers(
        1, pg_dsn=database.dsn("dispatcher"), amqp_url=amqp_url, folder=tmp_path
    ) as (process,):
        for run in asked:
            await world.neighbours.say(run)
        for kill in range(1, 5):
            # Wherever it is just then: before a commit, after it, before an ack, before a publish.
            await until(lambda kill=kill: len(world.of(RenderRequested)) >= 8 * kill)
            await process.kill()
            await process.start()
        await until(lambda: len(world.of(RunFinished)) >= len(asked), what="all runs to end")

    world.check(asked)
    pool = await pool_of("dispatcher")
    assert await pool.fetchval("select count(*) from runs where finished_at is null") == 0
    assert await pool.fetchval("select count(*) from segments") >= 8
