"""A scene whose segment 1 is promoted, heard of in any order, on a real database."""

from screentest.common.recipes import Renderer
from support.dispatching import promoted, run_recipe, scene, worker


async def test_the_scene_goes_on_with_the_promoted_recipe(loop):
    chain = promoted(scene_id=5)
    asked = scene(scene_id=5, first_segment=2, segments=3)

    (request,) = await loop.hear(worker(), chain, chain, asked)

    assert (request.segment, request.recipe.seed) == (2, chain.recipe.seed + 1)
    assert request.seed_image == chain.artefacts.last_frame


async def test_heard_of_after_the_request(loop):
    chain = promoted(scene_id=5)
    await loop.hear(scene(scene_id=5, first_segment=2, segments=3), chain)

    (request,) = await loop.hear(worker())

    assert request.recipe.seed == chain.recipe.seed + 1
    assert request.seed_image == chain.artefacts.last_frame


async def test_heard_of_after_the_request_with_another_renderer(loop):
    chain = promoted(scene_id=5, recipe=run_recipe(renderer=Renderer.COMFYUI))
    await loop.hear(scene(scene_id=5, first_segment=2), chain)

    assert await loop.hear(worker()) == []
    assert len(await loop.hear(worker("gpu", renderer=Renderer.COMFYUI))) == 1


async def test_a_request_that_agrees_needs_nothing(loop):
    chain = promoted(scene_id=5)
    asked = scene(
        scene_id=5,
        first_segment=2,
        recipe=chain.recipe,
        seed_image=chain.artefacts.last_frame.key,
    )

    (request,) = await loop.hear(worker(), asked)
    assert await loop.hear(chain) == []

    assert request.seed_image == chain.artefacts.last_frame
