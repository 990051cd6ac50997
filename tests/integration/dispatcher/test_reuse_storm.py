"""Whatever becomes of runs over few recipes, in any order: each ends once."""

import asyncio
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screentest.common.events import RenderRequested, RunFinished, SegmentRendered
from screentest.common.objects import Objects
from screentest.dispatcher.handlers.reuse import take_finished
from support.dispatching import failed, rendered, run_recipe, worker
from support.reusing import alike, cancelled, open_runs, serve, store


class Storm:
    """Runs over few recipes, and all that may become of them, in any order."""

    def __init__(self, loop):
        self.loop = loop
        self.objects = Objects.open("memory:///")
        self.asked = []
        self.requests = []
        self.results = []
        self.finished = Counter()

    async def step(self, kind, number):
        hear = getattr(self, kind)
        await self.note(await hear(number))

    async def note(self, said):
        for event in said:
            match event:
                case RunFinished():
                    self.finished[event.run_id] += 1
                case RenderRequested():
                    self.requests.append(event)

    async def ask(self, number):
        asked = alike(recipe=run_recipe(seed=number % 3), fresh=number % 7 == 0)
        self.asked.append(asked)
        return await self.loop.hear(asked)

    async def cancel(self, number):
        return await self.hear(number, self.asked, cancelled)

    async def finish(self, number):
        return await self.hear(number, self.requests, self.result)

    async def fail(self, number):
        return await self.hear(
            number, self.requests, lambda request: failed(request, retryable=number % 2 == 0)
        )

    async def serve(self, number):
        if number % 2:
            await take_finished(self.loop.pool, self.objects)
        return []

    async def lose(self, number):
        if self.results:
            files = self.results[number % len(self.results)].artefacts
            await self.objects.delete(files.poster.key)
        return []

    async def hear(self, number, things, event_of):
        if not things:
            return []
        event = event_of(things[number % len(things)])
        if isinstance(event, SegmentRendered):
            self.results.append(await store(self.objects, event))
        return await self.loop.hear(event)

    def result(self, request):
        return rendered(request)

    async def check(self):
        rows = await self.loop.pool.fetch(
            "select reuse_key from renders where status = 'released' and not fresh"
        )
        keys = [row["reuse_key"] for row in rows]
        assert len(keys) == len(set(keys)), "one live render a recipe"
        assert not [run for run, times in self.finished.items() if times > 1]

    async def settle(self):
        """Let everything come to its end: workers deliver, files are looked for."""
        delivered = set()
        while True:
            await self.note(await serve(self.loop, self.objects))
            out = [each for each in self.requests if each.render_id not in delivered]
            if not out:
                return
            for request in out:
                delivered.add(request.render_id)
                result = await store(self.objects, rendered(request))
                await self.note(await self.loop.hear(result))


STEPS = st.tuples(
    st.sampled_from(["ask", "ask", "ask", "cancel", "finish", "fail", "serve", "lose"]),
    st.integers(0, 1000),
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(st.lists(STEPS, min_size=1, max_size=4), max_size=12), slots=st.integers(1, 4)
)
async def test_every_run_ends_once_and_no_recipe_is_rendered_twice_at_a_time(loop, steps, slots):
    await loop.pool.execute("delete from runs")
    await loop.pool.execute("delete from workers")
    storm = Storm(loop)
    await loop.hear(worker(slots=slots))

    for at_once in steps:
        await asyncio.gather(*(storm.step(*step) for step in at_once))
        await storm.note(await loop.said())
        await storm.check()
    await storm.settle()

    await storm.check()
    assert set(storm.finished) == {asked.run_id for asked in storm.asked}
    assert await open_runs(loop) == 0
    assert await loop.pool.fetchval("select count(*) from renders where status = 'released'") == 0
