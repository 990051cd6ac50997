"""The order of what waits, on a real database: shares, classes, controls."""

from screentest.common.db import transaction
from screentest.common.events import Lane, Needs, QueueControlled, RenderCancelled, RenderRequested
from screentest.common.recipes import Renderer
from screentest.dispatcher.handlers.recalling import recall
from screentest.dispatcher.handlers.releasing import release
from support.dispatching import asked, failed, rendered, run_recipe, scene, shot, worker
from support.queue_report import report

FILM = Needs(models={"loras": ("film.safetensors",)})


FILM_LARGE = FILM.model_copy(update={"vram_bytes": 8 * 10**9})


def comfyui(name="w1", *, models=(), capability_class="", **facts):
    seen = worker(name, renderer=Renderer.COMFYUI)
    more = {"models": {"loras": tuple(models)}, "capability_class": capability_class, **facts}
    return seen.model_copy(update=more)


def comfyui_shot(needs=FILM):
    recipe = run_recipe(renderer=Renderer.COMFYUI, seed=int(needs.vram_bytes))
    return asked(event=shot(recipe=recipe), needs=needs)


async def render_all(loop, request):
    """One worker renders what it is given until nothing is left; returns the runs in order."""
    order = []
    while request:
        order.append(request.run_id)
        said = await loop.hear(rendered(request))
        request = next((each for each in said if isinstance(each, RenderRequested)), None)
    return order


class TestShares:
    async def test_a_colleagues_shot_waits_for_one_render_of_a_batch(self, loop):
        (first,) = await loop.hear(worker(), *(asked(1) for _ in range(6)))
        single = asked(2)
        await loop.hear(single)

        order = await render_all(loop, first)

        assert order.index(single.run_id) <= 2

    async def test_what_it_cost_takes_the_place_of_what_was_expected(self, loop):
        (first,) = await loop.hear(worker(), asked(1, estimate_s=100))
        await loop.hear(rendered(first).model_copy(update={"gpu_seconds": 7.0}))

        assert await loop.pool.fetchval("select virtual_s from user_shares") == 7
        assert await loop.pool.fetchval("select sum(charged_s) from renders") == 7

    async def test_production_is_rendered_while_previews_wait(self, loop):
        await loop.pool.execute("update lane_shares set guaranteed = 0.5")
        long = asked(2, event=scene(segments=3))
        (first,) = await loop.hear(worker(), *(asked(1) for _ in range(8)))
        await loop.hear(long)

        order = await render_all(loop, first)

        assert order[:6].count(long.run_id) >= 2


class TestClasses:
    async def test_released_to_who_has_the_models(self, loop):
        await loop.hear(
            comfyui("poor", models=["x"], capability_class="aa"),
            comfyui("rich", models=["film.safetensors"], capability_class="bb"),
        )

        (request,) = await loop.hear(comfyui_shot())

        assert request.routing_key == "render.requested.v1.comfyui.bb"
        assert request.needs == FILM

    async def test_a_class_that_is_gone_loses_what_was_released_to_it(self, loop):
        film = ["film.safetensors"]
        (first,) = await loop.hear(comfyui(models=film, capability_class="aa"), comfyui_shot())
        # The worker has learned a model: nobody takes from the old queue any more.
        await loop.hear(comfyui(models=[*film, "x"], capability_class="bb"))
        await loop.pool.execute("update renders set released_at = now() - interval '1 minute'")

        async with transaction(loop.pool) as tx:
            await recall(tx)
            await release(tx)
        cancelled, second = await loop.said()

        assert isinstance(cancelled, RenderCancelled)
        assert cancelled.render_id == first.render_id
        assert (second.capability_class, second.attempt) == ("bb", 1)
        assert second.render_id != first.render_id
        said = await loop.hear(rendered(first))
        assert said == [], "what was called back is not accepted"
        (finished,) = await loop.hear(rendered(second))
        assert finished.status == "completed"

    async def test_what_a_draining_worker_hands_back_goes_to_another_class(self, loop):
        film = ["film.safetensors"]
        old = comfyui("old", models=film, capability_class="aa", stages=1)
        begun, staged = await loop.hear(old, comfyui_shot(), comfyui_shot(FILM_LARGE))
        drains = old.model_copy(update={"draining": True, "busy_with": (begun.render_id,)})
        await loop.hear(comfyui("new", models=[*film, "x"], capability_class="bb"))
        await loop.pool.execute("update renders set released_at = now() - interval '1 minute'")

        async with transaction(loop.pool) as tx:
            await loop.handle(drains, tx)
            await recall(tx)
            await release(tx)
        cancelled, second = await loop.said()

        assert cancelled.render_id == staged.render_id
        assert (second.run_id, second.capability_class) == (staged.run_id, "bb")
        # The gpu-runner answers for what was handed back: it is of no interest any more.
        assert await loop.hear(failed(staged, retryable=False)) == []
        finished = await loop.hear(rendered(begun), rendered(second))
        assert [each.status for each in finished] == ["completed", "completed"]

    async def test_nothing_is_recalled_that_a_worker_holds_or_nobody_else_can_do(self, loop):
        seen = comfyui(models=["film.safetensors"], capability_class="aa")
        (request,) = await loop.hear(seen, comfyui_shot())
        await loop.pool.execute("update renders set released_at = now() - interval '1 minute'")
        changed = comfyui(capability_class="bb", models=["film.safetensors", "x"])
        lacking = comfyui("other", models=["x"], capability_class="cc")

        for now in (changed.model_copy(update={"busy_with": (request.render_id,)}), lacking):
            await loop.hear(now)
            async with transaction(loop.pool) as tx:
                await recall(tx)
            await loop.pool.execute("delete from workers")

        assert await loop.said() == []


class TestControls:
    async def test_a_paused_lane_keeps_its_runs(self, loop):
        await loop.hear(QueueControlled(version=1, lane=Lane.PREVIEW, paused=True, by=9))
        assert await loop.hear(worker(), shot()) == []

        (request,) = await loop.hear(
            QueueControlled(version=2, lane=Lane.PREVIEW, paused=False, by=9)
        )

        assert isinstance(request, RenderRequested)

    async def test_an_older_control_that_comes_late_is_ignored(self, loop):
        pause = QueueControlled(version=1, batch_id=4, paused=True, by=9)
        resume = QueueControlled(version=2, batch_id=4, paused=False, by=9)

        said = await loop.hear(worker(), asked(batch_id=4), resume, pause)

        assert len(said) == 1

    async def test_a_batch_is_paused_before_its_runs_are_heard_of(self, loop):
        await loop.hear(worker(), QueueControlled(version=1, batch_id=4, paused=True, by=9))

        other = asked(batch_id=5)
        said = await loop.hear(asked(batch_id=4), other)

        assert [each.run_id for each in said] == [other.run_id]

    async def test_priority_moves_what_waits(self, loop):
        (first,) = await loop.hear(worker(), *(asked() for _ in range(4)))
        last = asked(batch_id=7)
        await loop.hear(last, QueueControlled(version=1, batch_id=7, priority=1, by=9))

        order = await render_all(loop, first)

        assert order.index(last.run_id) == 1

    async def test_a_run_that_is_paused_goes_on_with_what_it_renders(self, loop):
        chain = scene(segments=2)
        (first,) = await loop.hear(worker(), chain)
        await loop.hear(QueueControlled(version=1, run_id=chain.run_id, paused=True, by=9))

        assert await loop.hear(rendered(first)) == []
        assert (await report(loop))[chain.run_id].code == "run_paused"
