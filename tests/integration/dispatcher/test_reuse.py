"""Identical recipes that are finished are taken, on a real database and storage."""

import asyncio
from collections import Counter

from screentest.common.events import RenderRequested, RunFinished, RunStatus, SegmentRendered
from screentest.dispatcher.handlers.reuse import take_finished
from support.dispatching import rendered, run_recipe, scene, shot, worker
from support.reusing import RECIPE, alike, cancelled, of, released, serve, store


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
