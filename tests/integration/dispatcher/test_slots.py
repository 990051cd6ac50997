"""Who gets the slots of workers, on a real database."""

from screentest.common.events import RenderRequested, RunFinished
from screentest.common.recipes import Renderer
from screentest.dispatcher.store.workers import live_workers
from support.dispatching import rendered, run_recipe, scene, shot, worker


async def test_one_release_a_free_slot(loop):
    said = await loop.hear(*(shot() for _ in range(5)), worker("w1"), worker("w2", slots=2))

    assert len(said) == 3


async def test_preview_before_production_then_the_oldest(loop):
    film, early, late = scene(), shot(), shot()

    await loop.hear(film, early, late)
    said = [(await loop.hear(worker(slots=n)))[0] for n in (1, 2, 3)]

    assert [request.run_id for request in said] == [early.run_id, late.run_id, film.run_id]


async def test_work_waits_for_its_own_renderer(loop):
    asked = shot(recipe=run_recipe(renderer=Renderer.COMFYUI))

    assert await loop.hear(asked, worker()) == []
    (request,) = await loop.hear(worker("gpu", renderer=Renderer.COMFYUI))

    assert request.routing_key == "render.requested.v1.comfyui"


async def test_a_draining_worker_takes_nothing_and_its_render_blocks_nobody(loop):
    (held,) = await loop.hear(worker("old"), shot(), shot())

    assert await loop.hear(worker("old", slots=0, draining=True, busy_with=(held.render_id,))) == []
    (request,) = await loop.hear(worker("new"))

    assert request.run_id != held.run_id


async def test_a_worker_not_heard_of_for_15_s_has_no_slots(loop):
    await loop.hear(worker("gone"))
    await loop.pool.execute("update workers set seen_at = now() - interval '15 seconds'")

    assert await loop.hear(shot()) == []
    async with loop.pool.acquire() as connection:
        assert await live_workers(connection) == []
    assert len(await loop.hear(worker("gone"))) == 1, "it came back"


async def test_what_a_dead_worker_left_keeps_its_claim(loop):
    """The next worker finds it in the queue, or takes over its lease."""
    (left,) = await loop.hear(worker("gone"), shot(), shot())
    await loop.pool.execute("update workers set seen_at = now() - interval '1 minute'")

    assert await loop.hear(worker("fresh")) == []
    said = await loop.hear(rendered(left, worker="fresh"))

    assert [type(event) for event in said] == [RunFinished, RenderRequested]
