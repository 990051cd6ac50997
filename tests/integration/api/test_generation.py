"""Scenes: from where they stand, with the recipe they began with."""

import asyncio

import pytest

from screentest.api.handlers.progress import on_run_finished, on_segment_rendered
from screentest.common.db import transaction
from screentest.common.events import Lane, RunKind, RunStatus, ShotCancelled, ShotRequested
from support.shots import add_catalogue, finished, rendered, said


@pytest.fixture
async def scene_id(pool):
    return (await add_catalogue(pool, seed=None)).scene_ids[0]


async def end(pool, *, segments, status=RunStatus.COMPLETED):
    """Let the latest run render these segments and end; returns what it was asked."""
    run = (await said(pool, ShotRequested))[-1]
    async with transaction(pool) as tx:
        for index in segments:
            await on_segment_rendered(rendered(run.run_id, segment=index), tx)
        await on_run_finished(finished(run, status, segments=len(segments)), tx)
    return run


async def replace_primary_image(pool) -> None:
    """Give every character another picture to begin with; the one of before stays."""
    await pool.execute("update source_images set is_primary = false")
    await pool.execute(
        "insert into source_images "
        "(character_id, key, sha256, size_bytes, media_type, width, height, is_primary) "
        "select character_id, 'images/newer.png', repeat('b', 64), 1, 'image/png', 1, 1, true "
        "from source_images"
    )


async def test_a_scene_is_generated_from_segment_1(creator, pool, scene_id):
    answer = await creator.post(f"/api/scenes/{scene_id}/generate")

    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/api/scenes/{scene_id}"
    (run,) = await said(pool, ShotRequested)
    assert (run.kind, run.lane) == (RunKind.SCENE, Lane.PRODUCTION)
    assert (run.first_segment, run.segments, run.planned_segments) == (1, 3, 3)
    assert (run.target_duration_s, run.elapsed_s) == (6.0, 0.0)
    scene = (await creator.get(f"/api/scenes/{scene_id}")).json()
    assert scene["status"] == "generating"
    assert [one["status"] for one in scene["chain"]["segments"]] == ["waiting"] * 3


async def test_it_goes_on_with_its_recipe_whatever_becomes_of_the_scene_type(
    creator, pool, scene_id
):
    await creator.post(f"/api/scenes/{scene_id}/generate", json={"up_to_segment": 1})
    first = await end(pool, segments=[1])
    assert (await creator.get(f"/api/scenes/{scene_id}")).json()["status"] == "draft"
    await pool.execute("update scene_types set slot_values = '{\"cfg\": 19}', negative_prompt = ''")
    await replace_primary_image(pool)

    await creator.post(f"/api/scenes/{scene_id}/generate")
    second = await end(pool, segments=[2, 3])

    assert second.recipe == first.recipe
    assert (second.first_segment, second.segments) == (2, 3)
    assert second.elapsed_s == 2.0
    assert second.seed_image.key.endswith(".last.png")
    assert second.reference_image == first.reference_image == first.seed_image
    scene = (await creator.get(f"/api/scenes/{scene_id}")).json()
    assert scene["status"] == "completed"
    assert scene["chain"]["rendered_segments"] == 3
    assert scene["chain"]["gpu_seconds"] == 9.0
    complete = await creator.post(f"/api/scenes/{scene_id}/generate")
    assert complete.json()["type"].endswith("scene-complete")


async def test_a_chain_without_segments_begins_anew(creator, pool, scene_id):
    await creator.post(f"/api/scenes/{scene_id}/generate")
    first = await end(pool, segments=[], status=RunStatus.FAILED)
    failed = (await creator.get(f"/api/scenes/{scene_id}")).json()
    await pool.execute("update scene_types set slot_values = '{\"cfg\": 19}'")

    await creator.post(f"/api/scenes/{scene_id}/generate")

    assert failed["status"] == "failed"
    failure = failed["chain"]["run"]["failure"]
    assert (failure["code"], failure["detail"]["node_type"]) == ("out_of_memory", "KSampler")
    again = (await said(pool, ShotRequested))[-1]
    assert (first.recipe.values["cfg"], again.recipe.values["cfg"]) == (6.0, 19)


async def test_ten_who_generate_one_scene_yield_one_run(creator, pool, scene_id):
    answers = await asyncio.gather(
        *(creator.post(f"/api/scenes/{scene_id}/generate") for _ in range(10))
    )

    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 9
    assert len(await said(pool, ShotRequested)) == 1


async def test_more_than_the_plan_is_refused_with_the_plan(creator, scene_id):
    answer = await creator.post(f"/api/scenes/{scene_id}/generate", json={"up_to_segment": 4})

    assert answer.status_code == 422
    assert answer.json()["planned_segments"] == 3


async def test_cancelling_needs_a_run_and_is_asked_for_once(creator, pool, scene_id):
    idle = await creator.post(f"/api/scenes/{scene_id}/cancel")
    await creator.post(f"/api/scenes/{scene_id}/generate")

    answers = [await creator.post(f"/api/scenes/{scene_id}/cancel") for _ in range(2)]

    assert idle.json()["type"].endswith("scene-not-running")
    assert [answer.status_code for answer in answers] == [202, 202]
    (asked,) = await said(pool, ShotRequested)
    assert [one.run_id for one in await said(pool, ShotCancelled)] == [asked.run_id]


async def test_a_scene_that_runs_stays(creator, pool, scene_id):
    await creator.post(f"/api/scenes/{scene_id}/generate")
    refused = await creator.delete(f"/api/scenes/{scene_id}")
    await end(pool, segments=[1], status=RunStatus.CANCELLED)

    deleted = await creator.delete(f"/api/scenes/{scene_id}")

    assert refused.json()["type"].endswith("scene-running")
    assert deleted.status_code == 204
    assert await pool.fetchval("select count(*) from scene_segments") == 0
