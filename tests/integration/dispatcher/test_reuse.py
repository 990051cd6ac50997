"""Identical recipes: taken when finished, shared in flight, on a real database and storage."""

import asyncio
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screentest.common.db import transaction
from screentest.common.events import (
    Needs,
    RenderCancelled,
    RenderRequested,
    RunFinished,
    RunStatus,
    SegmentRendered,
    ShotCancelled,
)
from screentest.common.ids import new_id
from screentest.common.objects import Objects
from screentest.dispatcher.domain.run import open_run
from screentest.dispatcher.handlers.releasing import release
from screentest.dispatcher.handlers.reuse import take_finished
from support.dispatching import failed, rendered, run_recipe, scene, shot, worker

RECIPE = run_recipe(seed=7)


@pytest.fixture
def objects():
    return Objects.open("memory:///")


def alike(**changes):
    return shot(recipe=RECIPE).model_copy(update=changes)


def cancelled(asked):
    return ShotCancelled(run_id=asked.run_id, by=1)


async def store(objects, result):
    """Put the files of a result where it says they are."""
    files = result.artefacts
    for file in (files.video, files.last_frame, files.poster):
        await objects.put(file.key, b"x", media_type=file.media_type)
    return result


async def serve(loop, objects):
    """Have the reuse step do all it can; returns what was said."""
    while await take_finished(loop.pool, objects):
        pass
    return await loop.said()


def of(kind, said):
    return [event for event in said if isinstance(event, kind)]


class TestFinished:
    async def test_is_taken_without_a_worker(self, loop, objects):
        (request,) = await loop.hear(worker(), alike())
        original = await store(objects, rendered(request))
        await loop.hear(original)
        await loop.pool.execute("delete from workers")
        again = alike()
        assert await loop.hear(again) == [], "nothing is released while the files are looked for"

        result, finished = await serve(loop, objects)

        assert result.run_id == again.run_id
        assert result.render_id != request.render_id
        assert result.artefacts == original.artefacts
        assert (result.reused, result.gpu_seconds, result.gpu_seconds_saved) == (True, 0, 1.5)
        assert finished.status is RunStatus.COMPLETED
        assert (finished.segments, finished.gpu_seconds) == (1, 0)
        assert await loop.hear(result) == [], "what it said itself is no news"

    async def test_is_taken_by_a_chain_as_far_as_it_goes(self, loop, objects):
        (said,) = await loop.hear(worker(), scene(segments=2, recipe=RECIPE))
        (second,) = await loop.hear(await store(objects, rendered(said)))
        await loop.hear(await store(objects, rendered(second)))

        longer = scene(segments=3, recipe=RECIPE, scene_id=2)
        await loop.hear(longer)
        said = await serve(loop, objects)

        assert [result.segment for result in of(SegmentRendered, said)] == [1, 2]
        (third,) = of(RenderRequested, said)
        assert (third.run_id, third.segment) == (longer.run_id, 3)
        assert third.seed_image == rendered(second).artefacts.last_frame

    async def test_is_rendered_again_when_a_file_is_lost(self, loop, objects):
        (request,) = await loop.hear(worker(), alike())
        original = await store(objects, rendered(request))
        await loop.hear(original)
        await objects.delete(original.artefacts.last_frame.key)
        again, third = alike(), alike()
        await loop.hear(again, third)

        (fresh,) = await serve(loop, objects)
        assert isinstance(fresh, RenderRequested)
        assert fresh.recipe_hash == request.recipe_hash

        said = await loop.hear(await store(objects, rendered(fresh)))
        said += await serve(loop, objects)
        assert Counter(event.run_id for event in of(RunFinished, said)) == Counter(
            [again.run_id, third.run_id]
        )
        assert {result.artefacts for result in of(SegmentRendered, said)} == {
            rendered(fresh).artefacts
        }

    async def test_a_lost_original_costs_no_render(self, loop, objects):
        """Nothing is made of what the clip was encoded from."""
        (request,) = await loop.hear(worker(), alike())
        made = rendered(request)
        lost = made.artefacts.video.model_copy(update={"key": "lost.original.webm"})
        files = made.artefacts.model_copy(update={"original": lost})
        await loop.hear(await store(objects, made.model_copy(update={"artefacts": files})), alike())

        (result, _) = await serve(loop, objects)

        assert isinstance(result, SegmentRendered)
        assert result.artefacts == files

    async def test_a_file_of_another_size_is_another_file(self, loop, objects):
        (request,) = await loop.hear(worker(), alike())
        original = await store(objects, rendered(request))
        await objects.put(original.artefacts.video.key, b"half", media_type="video/mp4")
        await loop.hear(original, alike())

        (said,) = await serve(loop, objects)

        assert isinstance(said, RenderRequested)

    async def test_fresh_is_rendered(self, loop, objects):
        (request,) = await loop.hear(worker(), alike())
        await loop.hear(await store(objects, rendered(request)))

        (again,) = await loop.hear(alike(fresh=True))

        assert again.recipe_hash == request.recipe_hash
        newer = await store(objects, rendered(again))
        await loop.hear(newer, alike())
        (result, _) = await serve(loop, objects)
        assert result.artefacts == newer.artefacts, "the newest is offered"

    async def test_a_cancelled_run_takes_nothing(self, loop, objects):
        (request,) = await loop.hear(worker(), alike())
        await loop.hear(await store(objects, rendered(request)))
        again = alike()

        await loop.hear(again, cancelled(again))

        assert await serve(loop, objects) == []

    async def test_storage_that_does_not_answer_delays_half_a_minute_at_most(self, loop, objects):
        again = (await self.posted_again(loop, objects, keys=1))[0]
        storage = Storage(objects, is_silent=lambda key: True)
        assert not await take_finished(loop.pool, storage)
        assert await released(loop) == [], "it is asked again"

        await long_after_the_first_look(loop)

        (live,) = await released(loop)
        assert live["run_id"] == again.run_id

    async def test_waiting_in_line_for_a_look_costs_nobody_a_render(self, loop, objects):
        again = await self.posted_again(loop, objects, keys=40)
        storage = Storage(objects, is_silent=lambda key: True)
        await take_finished(loop.pool, storage)
        await loop.pool.execute("update runs set held_since = held_since - interval '1 hour'")
        looked_for = await loop.pool.fetchval(
            "select count(*) from runs where unanswered_since is not null"
        )
        assert 0 < looked_for < 40, "not all of them had their turn"

        await long_after_the_first_look(loop)
        live = await released(loop)

        assert len(live) == looked_for
        said = await serve(loop, objects)
        assert {result.run_id for result in of(SegmentRendered, said)} == {
            run.run_id for run in again
        } - {one["run_id"] for one in live}

    async def test_files_are_looked_for_side_by_side(self, loop, objects):
        """Storage that takes a second an answer takes a second for all that are looked for."""
        again = await self.posted_again(loop, objects, keys=40)
        storage = Storage(objects, answers_after=32 * 3)

        assert await take_finished(loop.pool, storage)

        assert storage.asked == 32 * 3
        assert len(of(SegmentRendered, await loop.said())) == 32
        said = await serve(loop, objects)
        assert len(of(SegmentRendered, said)) == len(again) - 32

    async def test_storage_that_is_silent_about_some_keeps_no_others(self, loop, objects):
        again = await self.posted_again(loop, objects, keys=40)
        first = Storage(objects, is_silent=lambda key: True)
        await take_finished(loop.pool, first)
        silent = frozenset(first.keys)
        storage = Storage(objects, is_silent=lambda key: key in silent)

        assert await take_finished(loop.pool, storage)

        results = of(SegmentRendered, await loop.said())
        assert len(results) == 8
        assert {result.run_id for result in results} <= {run.run_id for run in again}

    async def posted_again(self, loop, objects, *, keys):
        """Runs whose recipes, each another one, have all been rendered; a worker is free."""
        recipes = [run_recipe(seed=number) for number in range(keys)]
        requests = await loop.hear(worker(slots=keys), *(shot(recipe=one) for one in recipes))
        results = [await store(objects, rendered(request)) for request in requests]
        await loop.hear(*results)
        again = [shot(recipe=one) for one in recipes]
        assert await loop.hear(*again) == []
        return again


class TestModels:
    """A model file that was replaced under its old name makes other pixels."""

    FILM = Needs(models={"loras": ("film.safetensors",)})

    def has(self, name="w1", *, film=None, other="1"):
        """A worker that says what it can of its model files."""
        files = {"other.safetensors": other} | ({"film.safetensors": film} if film else {})
        seen = worker(name, slots=4)
        return seen.model_copy(update={"model_hashes": {"loras": files} if film else {}})

    async def rendered_by(self, loop, objects, seen):
        (request,) = await loop.hear(seen, alike(needs=self.FILM))
        await loop.hear(await store(objects, rendered(request, worker=seen.worker)))

    async def ask_again(self, loop, objects):
        """What becomes of an identical run: a RenderRequested, or a reused SegmentRendered."""
        (first, *_) = await loop.hear(alike(needs=self.FILM)) or await serve(loop, objects)
        return first

    @pytest.mark.parametrize(
        ("before", "after"), [("a", "a"), (None, None), (None, "a"), ("a", None)]
    )
    async def test_a_file_that_is_the_same_or_not_told_of_changes_nothing(
        self, loop, objects, before, after
    ):
        await self.rendered_by(loop, objects, self.has(film=before))
        await loop.hear(self.has(film=after, other="2"))

        assert isinstance(await self.ask_again(loop, objects), SegmentRendered)

    async def test_another_file_is_rendered_with_and_taken_from_then_on(self, loop, objects):
        await self.rendered_by(loop, objects, self.has(film="a"))
        await loop.hear(self.has(film="b"))

        anew = await self.ask_again(loop, objects)
        assert isinstance(anew, RenderRequested)

        await loop.hear(await store(objects, rendered(anew)))
        result = await self.ask_again(loop, objects)
        assert isinstance(result, SegmentRendered)
        assert result.artefacts == rendered(anew).artefacts

    async def test_one_worker_that_has_it_still_is_enough(self, loop, objects):
        await self.rendered_by(loop, objects, self.has(film="a"))

        await loop.hear(self.has("w2", film="b"))
        assert isinstance(await self.ask_again(loop, objects), SegmentRendered)

        await loop.pool.execute(
            "update workers set seen_at = now() - interval '1 minute' where name = 'w1'"
        )
        assert isinstance(await self.ask_again(loop, objects), RenderRequested)

    async def test_what_is_replaced_while_its_files_are_looked_for_is_rendered(self, loop, objects):
        await self.rendered_by(loop, objects, self.has(film="a"))
        assert await loop.hear(alike(needs=self.FILM)) == [], "it is to take the finished render"
        await loop.hear(self.has(film="b"))

        assert await serve(loop, objects) == []
        assert len(await released(loop)) == 1


class Storage:
    """Storage that does not answer, or only once so many have asked."""

    def __init__(self, objects, *, is_silent=lambda key: False, answers_after=0):
        self._objects, self._is_silent, self._answers_after = objects, is_silent, answers_after
        self._answers = asyncio.Event()
        self.keys = []

    @property
    def asked(self):
        return len(self.keys)

    async def info(self, key):
        self.keys.append(key)
        if self._is_silent(key):
            raise TimeoutError
        if self.asked >= self._answers_after:
            self._answers.set()
        await self._answers.wait()
        return await self._objects.info(key)


async def long_after_the_first_look(loop):
    await loop.pool.execute(
        "update runs set unanswered_since = unanswered_since - interval '31 seconds'"
    )


async def released(loop):
    """What a sweep releases."""
    async with transaction(loop.pool) as tx:
        await release(tx)
    rows = await loop.pool.fetch("select run_id, reuse_key from renders where status = 'released'")
    await loop.said()
    return rows


class TestInFlight:
    async def test_two_share_one_render(self, loop, objects):
        first, second = alike(), alike()
        said = await loop.hear(worker(slots=2), first, second)
        (request,) = of(RenderRequested, said)

        said = await loop.hear(await store(objects, rendered(request)))
        said += await serve(loop, objects)

        assert {event.run_id for event in of(RunFinished, said)} == {first.run_id, second.run_id}
        assert [event.gpu_seconds for event in of(RunFinished, said)] == [1.5, 0]

    async def test_they_share_it_when_slots_come_late(self, loop):
        other = shot()
        await loop.hear(alike(), alike(), alike(), other)

        said = await loop.hear(worker(slots=2))

        assert len(of(RenderRequested, said)) == 2, "the slot that sharing left free is not idle"
        assert other.run_id in {request.run_id for request in said}

    async def test_fresh_shares_with_nobody_but_others_share_with_it(self, loop):
        said = await loop.hear(worker(slots=4), alike(), alike(fresh=True), alike(fresh=True))
        assert len(of(RenderRequested, said)) == 3

        assert await loop.hear(alike()) == []

    async def test_a_failure_lets_each_go_its_own_way(self, loop):
        first, second, third = alike(), alike(), alike()
        (request,) = await loop.hear(worker(slots=3), first, second, third)

        said = await loop.hear(failed(request, retryable=False))

        (finished,) = of(RunFinished, said)
        assert finished.run_id == first.run_id
        (again,) = of(RenderRequested, said)
        assert again.run_id in {second.run_id, third.run_id}

    async def test_a_retry_is_shared_too(self, loop, objects):
        (request,) = await loop.hear(worker(slots=2), alike(), alike())

        (again,) = await loop.hear(failed(request))

        said = await loop.hear(await store(objects, rendered(again)))
        said += await serve(loop, objects)
        assert len(of(RunFinished, said)) == 2

    async def test_cancelling_one_that_waits_changes_nothing_for_the_other(self, loop):
        first, second = alike(), alike()
        (request,) = await loop.hear(worker(), first, second)

        (ended,) = await loop.hear(cancelled(second))
        assert ended.run_id == second.run_id

        (finished,) = await loop.hear(rendered(request))
        assert finished.run_id == first.run_id

    async def test_cancelling_the_one_that_renders_leaves_the_render_to_the_other(
        self, loop, objects
    ):
        first, second, other = alike(), alike(), shot()
        (request,) = await loop.hear(worker(), first, second, other)

        (ended,) = await loop.hear(cancelled(first))
        assert (type(ended), ended.run_id) == (RunFinished, first.run_id)

        said = await loop.hear(await store(objects, rendered(request)))
        assert [event.run_id for event in of(RenderRequested, said)] == [other.run_id]
        result, finished = await serve(loop, objects)
        assert result.artefacts == rendered(request).artefacts
        assert (finished.run_id, finished.status) == (second.run_id, RunStatus.COMPLETED)

    async def test_who_gets_a_render_that_was_given_up_pays_for_it_and_saves_nothing(
        self, loop, objects
    ):
        """One render, and one that has it; from the second on it is saved."""
        first, second = alike(), alike()
        (request,) = await loop.hear(worker(), first, second)
        await loop.hear(cancelled(first))
        await loop.hear(await store(objects, rendered(request)))

        result, finished = await serve(loop, objects)
        assert result.run_id == finished.run_id == second.run_id
        assert result.taken_from == request.render_id
        assert (result.gpu_seconds, result.gpu_seconds_saved) == (1.5, 0)
        assert finished.gpu_seconds == 1.5

        await loop.hear(alike())
        later, _ = await serve(loop, objects)
        assert later.taken_from == request.render_id
        assert (later.gpu_seconds, later.gpu_seconds_saved) == (0, 1.5)

    async def test_the_last_to_be_cancelled_calls_the_render_back(self, loop):
        first, second = alike(), alike()
        (request,) = await loop.hear(worker(), first, second)
        await loop.hear(cancelled(first))

        said = await loop.hear(cancelled(second))

        assert of(RenderCancelled, said) == [
            RenderCancelled(render_id=request.render_id, run_id=first.run_id)
        ]

    async def test_a_render_left_to_others_that_fails_is_tried_for_them(self, loop):
        first, second = alike(), alike()
        (request,) = await loop.hear(worker(), first, second)
        await loop.hear(cancelled(first))

        (again,) = await loop.hear(failed(request))

        assert again.run_id == second.run_id


class TestReplicas:
    async def test_many_at_once_render_each_recipe_once(self, loop):
        recipes = [run_recipe(seed=seed) for seed in (1, 2, 3)]
        asked = [shot(recipe=recipe) for recipe in recipes for _ in range(8)]
        await loop.hear(worker(slots=24))

        said = await asyncio.gather(*(loop.hear(event) for event in asked))
        requests = of(RenderRequested, [*await loop.said(), *(e for each in said for e in each)])

        assert len(requests) == len({request.recipe_hash for request in requests}) == 3

    async def test_cancel_and_join_at_once(self, loop, objects):
        """Whoever comes first: the second run shares the render, or has one of its own."""
        for number in range(12):
            recipe = run_recipe(seed=100 + number)
            first, second = shot(recipe=recipe), shot(recipe=recipe)
            await loop.hear(worker(), first)

            await asyncio.gather(loop.hear(cancelled(first)), loop.hear(second))

            (live,) = await released(loop)
            owner = first if live["run_id"] == first.run_id else second
            request = await request_of(loop, owner)
            await loop.hear(await store(objects, rendered(request)))
            await serve(loop, objects)
            assert await open_runs(loop) == 0


async def request_of(loop, asked):
    """The live render of a run, as it was requested."""
    render_id = await loop.pool.fetchval(
        "select id from renders where run_id = $1 and status = 'released'", asked.run_id
    )
    request = open_run(asked).run.release(new_id()).request
    return request.model_copy(update={"render_id": render_id})


async def open_runs(loop):
    return await loop.pool.fetchval("select count(*) from runs where finished_at is null")


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
