"""A scene as one clip, joined once and kept under one key; and what is saved of it beside that."""

import asyncio
import json
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZipFile

import numpy as np
import pytest

from screentest.api import footage
from screentest.api.handlers.progress import on_run_finished, on_segment_rendered
from screentest.api.stitching import Stitching
from screentest.common.db import transaction
from screentest.common.events import RunStatus, ShotRequested
from screentest.media.clips import probe
from screentest.media.encode import encode
from screentest.media.metadata import read_metadata
from support.shots import CLIP, add_catalogue, finished, rendered, said


@pytest.fixture
async def scene_id(pool):
    return (await add_catalogue(pool, seed=42)).scene_ids[0]


@pytest.fixture
def clip(tmp_path):
    frames = [np.full((64, 64, 3), 40 + 5 * index, np.uint8) for index in range(25)]
    tags = {"prompt": '{"3": {}}', "screentest": json.dumps({"recipe_hash": "b" * 64})}
    path = tmp_path / "clip.mp4"
    encode(frames, path, fps=CLIP.fps, metadata=tags)
    return path


@pytest.fixture
def make(api, creator, pool, scene_id, clip):
    """Let the scene's segments be rendered, and its run end."""

    async def made(*segments, status=RunStatus.COMPLETED, begin=True):
        if begin:
            await creator.post(f"/api/scenes/{scene_id}/generate")
        run = (await said(pool, ShotRequested))[-1]
        for index in segments:
            event = rendered(run.run_id, segment=index)
            key = event.artefacts.video.key
            video = await api.deps.objects.put(key, clip, media_type="video/mp4")
            # Every render has bytes of its own.
            video = video.model_copy(update={"sha256": f"{event.render_id.int:064x}"})
            files = event.artefacts.model_copy(update={"video": video})
            async with transaction(pool) as tx:
                await on_segment_rendered(event.model_copy(update={"artefacts": files}), tx)
        async with transaction(pool) as tx:
            await on_run_finished(finished(run, status, segments=len(segments)), tx)
        return run

    return made


@pytest.fixture
def joins(monkeypatch):
    """How many clips were joined, each time."""
    counts = []
    join = footage.join

    async def counted(objects, key, scene_id, videos):
        counts.append(len(videos))
        await join(objects, key, scene_id, videos)

    monkeypatch.setattr(footage, "join", counted)
    return counts


@pytest.fixture
def stored(objects_url, scene_id):
    """What is stored of the scene itself."""

    def names():
        folder = Path(urlsplit(objects_url).path, "scenes", str(scene_id))
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

    return names


async def wanted(pool):
    return await pool.fetchval("select count(*) from scene_videos where wanted > seen_to")


async def test_a_complete_scene_is_joined_before_anybody_asks(
    api, creator, pool, scene_id, make, joins, stored
):
    await make(1, 2, 3)

    await Stitching().catch_up(pool, api.deps.objects)

    assert (stored(), joins) == (["scene.mp4"], [3])
    assert await wanted(pool) == 0
    assert (await creator.get(f"/api/scenes/{scene_id}/video")).status_code == 200
    await Stitching().catch_up(pool, api.deps.objects)
    assert joins == [3]


async def test_a_scene_that_is_not_complete_is_not_joined_unasked(api, pool, make, joins):
    await make(1, 2, status=RunStatus.CANCELLED)

    await Stitching().catch_up(pool, api.deps.objects)

    assert joins == []


async def test_what_could_not_be_joined_is_at_the_next_look(api, pool, make, joins, monkeypatch):
    await make(1, 2, 3)

    async def away(*_):
        raise TimeoutError("storage is away")

    with monkeypatch.context() as broken:
        broken.setattr(footage, "join", away)
        with pytest.raises(TimeoutError):
            await Stitching().catch_up(pool, api.deps.objects)
    assert await wanted(pool) == 1

    await Stitching().catch_up(pool, api.deps.objects)

    assert (joins, await wanted(pool)) == ([3], 0)


async def test_a_segment_that_is_heard_after_the_end_is_joined_as_well(api, pool, make, joins):
    run = await make(1, 2)
    await Stitching().catch_up(pool, api.deps.objects)
    await pool.execute("update scenes set status = 'completed'")
    event = rendered(run.run_id, segment=3)
    async with transaction(pool) as tx:
        await on_segment_rendered(event, tx)

    assert await wanted(pool) == 1


async def test_many_who_ask_at_once_have_it_joined_once(api, creator, pool, scene_id, make, joins):
    await make(1, 2, 3)
    colleague = Stitching()

    answers = await asyncio.gather(
        *(creator.get(f"/api/scenes/{scene_id}/video") for _ in range(6)),
        *(colleague.ensure(pool, api.deps.objects, scene_id) for _ in range(3)),
    )

    assert [answer.status_code for answer in answers[:6]] == [200] * 6
    assert joins == [3]


async def test_a_clip_is_replaced_when_the_scene_changes(
    creator, scene_id, make, stored, joins, tmp_path
):
    await make(1, 2, 3)
    path = f"/api/scenes/{scene_id}/video"
    whole = await creator.get(path)
    part = await creator.get(path, headers={"Range": "bytes=0-9"})
    known = await creator.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    head = await creator.head(path)
    await creator.post(f"/api/scenes/{scene_id}/regenerate", json={"from_segment": 3})
    shorter = await creator.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    await make(3, begin=False)
    again = await creator.get(path)

    (tmp_path / "whole.mp4").write_bytes(whole.content)
    (tmp_path / "shorter.mp4").write_bytes(shorter.content)
    assert probe(tmp_path / "whole.mp4").frames == 3 * 25 - 2
    assert probe(tmp_path / "shorter.mp4").frames == 2 * 25 - 1
    assert (part.status_code, part.content) == (206, whole.content[:10])
    assert known.status_code == 304
    assert head.headers["Content-Length"] == str(len(whole.content))
    assert again.headers["ETag"] not in (whole.headers["ETag"], shorter.headers["ETag"])
    assert (stored(), joins) == (["scene.mp4"], [3, 2, 3])


async def test_a_clip_has_a_name_and_says_where_it_comes_from(creator, scene_id, make, tmp_path):
    await make(1, 2, 3)

    answer = await creator.get(f"/api/scenes/{scene_id}/video")

    assert answer.headers["Content-Disposition"] == 'inline; filename="scene.mp4"'
    (tmp_path / "scene.mp4").write_bytes(answer.content)
    tags = read_metadata(tmp_path / "scene.mp4")
    facts = json.loads(tags["screentest"])
    assert (tags["prompt"], facts["scene_id"]) == ('{"3": {}}', scene_id)
    assert [one["segment"] for one in facts["segments"]] == [1, 2, 3]
    assert {one["recipe_hash"] for one in facts["segments"]} == {"b" * 64}
    assert len({one["video_sha256"] for one in facts["segments"]}) == 3


async def test_a_clip_that_is_replaced_while_it_is_sent_breaks_off(api):
    objects = api.deps.objects
    await objects.put("x", b"a" * 3_000_000, media_type="")
    info = await objects.info("x")
    stream = objects.stream("x", e_tag=info.e_tag)
    await anext(stream)
    await objects.put("x", b"b" * 3_000_001, media_type="")

    with pytest.raises(Exception, match="precondition"):
        await anext(stream)


async def test_lost_footage_is_told_and_not_looked_for_for_ever(api, creator, pool, scene_id, make):
    await make(1, 2, 3)
    (segment, *_) = await pool.fetch("select artefacts from scene_segments")
    await api.deps.objects.delete(segment["artefacts"]["video"]["key"])

    await Stitching().catch_up(pool, api.deps.objects)

    assert await wanted(pool) == 0
    answer = await creator.get(f"/api/scenes/{scene_id}/video")
    assert answer.json()["type"].endswith("footage-lost")


async def test_a_scene_without_segments_has_no_video(creator, scene_id):
    answer = await creator.get(f"/api/scenes/{scene_id}/video")

    assert answer.json()["type"].endswith("nothing-to-show")


async def test_everything_of_a_scene_in_one_archive(api, viewer, pool, scene_id, make, clip):
    await make(1, 2, 3)
    await pool.execute("update scenes set name = 'Mina in Zürich'")
    files = await pool.fetch("select artefacts from scene_segments order by index")
    for row in files:
        key = row["artefacts"]["last_frame"]["key"]
        await api.deps.objects.put(key, key.encode(), media_type="image/png")

    answer = await viewer.get(f"/api/scenes/{scene_id}/export.zip")
    recipe = (await viewer.get(f"/api/scenes/{scene_id}/export")).json()
    joined = await viewer.get(f"/api/scenes/{scene_id}/video")

    assert answer.status_code == 200, answer.text
    assert "filename*=UTF-8''Mina%20in%20Z%C3%BCrich.zip" in answer.headers["Content-Disposition"]
    with ZipFile(BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == [
            "recipe.json",
            "scene.mp4",
            *(f"segments/00{n}.{kind}" for n in (1, 2, 3) for kind in ("last.png", "mp4")),
        ]
        assert archive.read("scene.mp4") == joined.content
        assert archive.read("segments/002.mp4") == clip.read_bytes()
        last = files[1]["artefacts"]["last_frame"]["key"]
        assert archive.read("segments/002.last.png").decode() == last
        saved = json.loads(archive.read("recipe.json"))
    assert saved | {"exported_at": None} == recipe | {"exported_at": None}


async def test_a_scene_is_exported_with_how_each_segment_was_made(creator, viewer, scene_id, make):
    await make(1, 2, 3)
    await creator.post(f"/api/scenes/{scene_id}/regenerate", json={"from_segment": 3})

    made = (await viewer.get(f"/api/scenes/{scene_id}/export")).json()

    # What is stale is not in the joined clip either.
    assert [one["index"] for one in made["segments"]] == [1, 2]
    assert made["parameters"]["seed"] != 42
    assert made["parameters"]["workflow"]["version"] == 1
    assert made["scene_type"]["name"] == "portrait"
    for segment in made["segments"]:
        assert segment["recipe"]["recipe_hash"] == "b" * 64
        assert segment["graph"] == {"3": {}}
        assert segment["artefacts"]["last_frame"]["sha256"]
        assert segment.keys() >= {"qa", "worker", "gpu_seconds", "seed_image_sha256", "clip"}


async def test_what_is_lost_or_not_there_is_told_before_an_archive_begins(
    api, viewer, pool, scene_id, make
):
    none = await viewer.get(f"/api/scenes/{scene_id}/export.zip")
    await make(1, 2)
    # No boundary frame is stored.
    lost = await viewer.get(f"/api/scenes/{scene_id}/export.zip")
    unknown = await viewer.get("/api/scenes/999999/export")

    assert none.json()["type"].endswith("nothing-to-show")
    assert lost.json()["type"].endswith("footage-lost")
    assert unknown.json()["type"].endswith("scene-not-found")


async def test_a_test_shot_is_exported_with_the_recipe_its_clip_carries(
    api, creator, viewer, pool, clip
):
    catalogue = await add_catalogue(pool)
    path = f"/api/scene-types/{catalogue.scene_type_id}/test-shot"
    asked = await creator.post(path, json={"character_id": catalogue.character_ids[0]})
    shot_id = asked.json()["id"]
    early = await viewer.get(f"/api/test-shots/{shot_id}/export")
    event = rendered((await said(pool, ShotRequested))[-1].run_id)
    await api.deps.objects.put(event.artefacts.video.key, clip, media_type="video/mp4")
    async with transaction(pool) as tx:
        await on_segment_rendered(event, tx)

    made = await viewer.get(f"/api/test-shots/{shot_id}/export")

    assert early.json()["type"].endswith("not-rendered")
    assert made.status_code == 200, made.text
    assert f"test-shot-{shot_id}.json" in made.headers["Content-Disposition"]
    body = made.json()
    assert body["recipe"] == {"recipe_hash": "b" * 64}
    assert body["graph"] == {"3": {}}
    assert body["test_shot"]["parameters"]["seed"] == asked.json()["parameters"]["seed"]
