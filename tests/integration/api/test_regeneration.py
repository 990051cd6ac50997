"""Scenes made anew from one of their segments, and what they await meanwhile."""

import numpy as np
import pytest

from screentest.api.handlers.progress import (
    on_qa_scored,
    on_run_finished,
    on_segment_rendered,
)
from screentest.common.db import transaction
from screentest.common.events import BoundaryChosen, ShotRequested, Verdict
from screentest.media.clips import probe, read_frames
from screentest.media.encode import encode
from support.shots import CLIP, add_catalogue, finished, rendered, said, scored


@pytest.fixture
async def scene_id(pool):
    return (await add_catalogue(pool, seed=42)).scene_ids[0]


async def render(pool, run, *segments, end=True):
    async with transaction(pool) as tx:
        for index in segments:
            await on_segment_rendered(rendered(run.run_id, segment=index), tx)
        if end:
            await on_run_finished(finished(run, segments=len(segments)), tx)


async def made(creator, pool, scene_id):
    """A scene with three segments; returns its run."""
    await creator.post(f"/api/scenes/{scene_id}/generate")
    run = (await said(pool, ShotRequested))[-1]
    await render(pool, run, 1, 2, 3)
    return run


async def strip_of(creator, scene_id):
    chain = (await creator.get(f"/api/scenes/{scene_id}")).json()["chain"]
    return [(one["index"], one["is_stale"], one["run_id"]) for one in chain["segments"]]


async def test_later_segments_are_stale_until_they_are_replaced(creator, pool, scene_id):
    first = await made(creator, pool, scene_id)

    answer = await creator.post(
        f"/api/scenes/{scene_id}/regenerate",
        json={"from_segment": 2, "overrides": {"values": {"cfg": 9}, "seed": 7}},
    )

    assert answer.status_code == 202, answer.text
    run = (await said(pool, ShotRequested))[-1]
    assert (run.first_segment, run.segments, run.elapsed_s) == (2, 3, 2.0)
    assert (run.recipe.values["cfg"], run.recipe.seed) == (9, 7)
    assert run.recipe.prompts == first.recipe.prompts
    assert not run.follows_promotion
    old, new = str(first.run_id), str(run.run_id)
    assert await strip_of(creator, scene_id) == [(1, False, old), (2, True, old), (3, True, old)]
    await render(pool, run, 2, end=False)
    assert await strip_of(creator, scene_id) == [(1, False, old), (2, False, new), (3, True, old)]
    await render(pool, run, 3)
    scene = (await creator.get(f"/api/scenes/{scene_id}")).json()
    assert scene["status"] == "completed"
    assert scene["chain"]["parameters"]["values"]["cfg"] == 9


async def test_without_a_seed_another_one_is_drawn(creator, pool, scene_id):
    first = await made(creator, pool, scene_id)

    await creator.post(f"/api/scenes/{scene_id}/regenerate", json={"from_segment": 1})

    run = (await said(pool, ShotRequested))[-1]
    assert (run.first_segment, first.recipe.seed) == (1, 42)
    assert run.recipe.seed != 42


@pytest.mark.parametrize("fresh", [True, False])
async def test_it_is_rendered_afresh_when_asked(creator, pool, scene_id, fresh):
    await made(creator, pool, scene_id)

    body = {"from_segment": 2, "overrides": {"seed": 7}, "fresh": fresh}
    await creator.post(f"/api/scenes/{scene_id}/regenerate", json=body)

    assert (await said(pool, ShotRequested))[-1].fresh is fresh


async def test_a_late_result_of_an_older_run_does_not_replace_what_is_stale(
    creator, pool, scene_id
):
    first = await made(creator, pool, scene_id)
    await creator.post(f"/api/scenes/{scene_id}/regenerate", json={"from_segment": 2})

    await render(pool, first, 2, end=False)

    assert (await strip_of(creator, scene_id))[1][1]


async def test_generating_goes_on_from_the_last_good_segment(creator, pool, scene_id):
    await made(creator, pool, scene_id)
    await creator.post(f"/api/scenes/{scene_id}/regenerate", json={"from_segment": 2})
    changed = (await said(pool, ShotRequested))[-1]
    await render(pool, changed, 2)

    await creator.post(f"/api/scenes/{scene_id}/generate")

    run = (await said(pool, ShotRequested))[-1]
    assert (run.first_segment, run.recipe) == (3, changed.recipe)


async def test_what_is_not_there_cannot_be_made_anew(creator, scene_id):
    answer = await creator.post(f"/api/scenes/{scene_id}/regenerate", json={"from_segment": 1})

    assert answer.json()["type"].endswith("segment-not-made")


async def test_a_promoted_segment_is_replaced_only_when_that_is_said(creator, pool, scene_id):
    await made(creator, pool, scene_id)
    await pool.execute("update scene_segments set source = 'promotion' where index = 1")
    path = f"/api/scenes/{scene_id}/regenerate"

    refused = await creator.post(path, json={"from_segment": 1})
    taken = await creator.post(path, json={"from_segment": 1, "replace_promoted": True})

    assert refused.json()["type"].endswith("segment-promoted")
    assert taken.status_code == 202
    await render(pool, (await said(pool, ShotRequested))[-1], 1, end=False)
    assert not (await strip_of(creator, scene_id))[0][1]


async def test_a_halting_scene_shows_that_it_awaits_a_verdict(creator, pool, scene_id):
    await pool.execute("""update scene_types set qa = '{"mode": "halt"}'""")
    await creator.post(f"/api/scenes/{scene_id}/generate")
    run = (await said(pool, ShotRequested))[-1]
    event = rendered(run.run_id)

    async def status():
        return (await creator.get(f"/api/scenes/{scene_id}")).json()["chain"]["run"]["status"]

    async with transaction(pool) as tx:
        await on_segment_rendered(event, tx)
    assert await status() == "awaiting_qa"
    verdict = scored(run.run_id, event.render_id).model_copy(update={"verdict": Verdict.WARN})
    async with transaction(pool) as tx:
        await on_qa_scored(verdict, tx)
    assert await status() == "waiting"


@pytest.mark.parametrize(("window", "first"), [(6, 19), (24, 12)])
async def test_a_person_chooses_the_frame_and_the_clip_ends_on_it(
    api, creator, pool, scene_id, tmp_path, scene_frames, window, first
):
    """Among those of the window, and never in the first half of the clip."""
    manual = {"mode": "manual", "window": window}
    await pool.execute("update scene_types set boundary = $1", manual)
    await creator.post(f"/api/scenes/{scene_id}/generate")
    run = (await said(pool, ShotRequested))[-1]
    event = rendered(run.run_id)
    encode(scene_frames, tmp_path / "clip.mp4", fps=CLIP.fps)
    video = await api.deps.objects.put(
        event.artefacts.video.key, tmp_path / "clip.mp4", media_type="video/mp4"
    )
    files = event.artefacts.model_copy(update={"video": video})
    async with transaction(pool) as tx:
        await on_segment_rendered(event.model_copy(update={"artefacts": files}), tx)
    path = f"/api/scenes/{scene_id}/segments/1/boundary"

    chain = (await creator.get(f"/api/scenes/{scene_id}")).json()["chain"]
    shown = (await creator.get(path)).json()
    still = await creator.get(shown["candidates"][0]["still"])
    refused = await creator.post(path, json={"frame": first - 1})
    answer = await creator.post(path, json={"frame": 20})
    again = await creator.post(path, json={"frame": 20})

    assert (chain["awaits_frame_of"], chain["run"]["status"]) == (1, "awaiting_frame")
    assert [one["frame"] for one in shown["candidates"]] == list(range(first, 25))
    assert still.headers["content-type"] == "image/webp"
    assert refused.json()["type"].endswith("no-such-frame")
    assert f"one of the frames {first} to 24" in refused.json()["detail"]
    assert answer.status_code == 200, answer.text
    assert again.json()["type"].endswith("frame-not-awaited")
    (chosen,) = await said(pool, BoundaryChosen)
    assert (chosen.run_id, chosen.segment, chosen.clip.frames) == (run.run_id, 1, 21)
    cut = await api.deps.objects.download(chosen.artefacts.video.key, tmp_path / "cut.mp4")
    assert probe(cut).frames == 21
    pairs = zip(read_frames(cut), read_frames(tmp_path / "clip.mp4"), strict=False)
    assert all((one == other).all() for one, other in pairs)
    segment = answer.json()["segments"][0]
    assert segment["artefacts"]["video"]["key"] == chosen.artefacts.video.key
    assert segment["trimmed_frames"] == 4


@pytest.fixture
def scene_frames():
    return [np.full((64, 64, 3), 40 + 5 * index, np.uint8) for index in range(25)]


async def test_a_scene_whose_picture_was_deleted_is_quoted_and_made_anew(scene, pool):
    """It goes on from the segments it keeps: nothing is begun with the picture."""
    await scene.generate()
    await scene.made(1, 2, 3)
    await pool.execute("delete from source_images")
    asked = {"scene": {"scene_id": scene.id, "from_segment": 2}}

    quoted = await scene.creator.post("/api/estimates", json=asked)
    answer = await scene.regenerate(2)

    assert quoted.status_code == 200, quoted.text
    assert quoted.json()["renders"] == 2
    assert answer.status_code == 202, answer.text
