"""Identical recipes in flight share one render, on a real database and storage."""

import asyncio

from screentest.common.events import RenderCancelled, RenderRequested, RunFinished, RunStatus
from screentest.common.ids import new_id
from screentest.dispatcher.domain.run import open_run
from support.dispatching import failed, rendered, run_recipe, shot, worker
from support.reusing import alike, cancelled, of, open_runs, released, serve, store


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
