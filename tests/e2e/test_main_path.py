"""From a photograph to a scene: the main job, through the REST API and real files alone."""

import json
from hashlib import sha256

from screentest.media.clips import probe
from screentest.media.join import stitch
from screentest.media.metadata import read_metadata
from screentest.media.stills import decode_image
from support.audit import stored_clips
from support.catalogue import LORA, Catalogue

VARIED = {"values": {"cfg": 7.5}, "loras": [{"name": LORA, "weight": 1.25}], "seed": 1000}


async def download(rest, key, path):
    answer = await rest.media(key)
    assert answer.status_code == 200
    path.write_bytes(answer.content)
    return path


def digest(path):
    return sha256(path.read_bytes()).hexdigest()


async def recipe_in(rest, key, path):
    """What a clip itself says it was made with: the filled graph by kind of node, and the rest."""
    tags = read_metadata(await download(rest, key, path))
    graph = json.loads(tags["prompt"])
    nodes = {node["class_type"]: node["inputs"] for node in graph.values()}
    return nodes, json.loads(tags["screentest"])


async def test_a_test_shot_renders_exactly_one_segment(stack, rest):
    catalogue = await Catalogue.create(rest)
    scene_id = await catalogue.add_scene()

    asked = await rest.ask("POST", f"/api/scenes/{scene_id}/test-shot", json=VARIED)

    assert asked.status_code == 202
    assert asked.headers["Location"] == f"/api/test-shots/{asked.json()['id']}"
    shot = await rest.until_status(asked.json()["id"], "scored")
    assert 0 <= shot["quality_score"] <= 1
    assert shot["verdict"] in {"pass", "warn", "fail"}
    measured = {check["name"]: check["value"] for check in shot["qa"]["checks"]}
    assert measured["black"] is not None
    assert measured["frozen"] is not None
    assert shot["gpu_seconds"] > 0
    assert shot["clip"]["frames"] == 17
    assert (shot["clip"]["width"], shot["clip"]["height"]) == (320, 192)
    assert [clip.partition("/")[0] for clip in stored_clips(stack, shot["run_id"])] == ["001"]
    chain = (await rest.get(f"/api/scenes/{scene_id}"))["chain"]
    assert chain["rendered_segments"] == 0
    assert chain["run"] is None


async def test_a_promoted_shot_is_segment_001_and_the_scene_goes_on_from_it(stack, rest, tmp_path):
    catalogue = await Catalogue.create(rest)
    scene_id = await catalogue.add_scene()
    (shot,) = await catalogue.finished([VARIED])
    before = await download(rest, shot["output_video_path"], tmp_path / "before.mp4")
    boundary = await download(rest, shot["last_frame_path"], tmp_path / "boundary.png")

    promotion = await rest.promote(shot["id"], scene_id)

    assert promotion["status"] == "done", promotion["message"]
    assert promotion["gpu_seconds"] == 0
    assert promotion["gpu_seconds_saved"] == shot["gpu_seconds"]
    key = f"scenes/{scene_id}/segments/001.mp4"
    after = await download(rest, key, tmp_path / "001.mp4")
    assert after.read_bytes() == before.read_bytes()
    assert promotion["sha256_before"] == promotion["sha256_after"] == digest(after)
    shot = await rest.shot(shot["id"])
    assert shot["is_promoted"]
    assert shot["promoted_to_scene_id"] == scene_id

    scene = await rest.generate(scene_id)

    chain = scene["chain"]
    first, second, third = chain["segments"]
    assert scene["status"] == "completed"
    assert chain["run"]["first_segment"] == 2
    rendered = [clip.partition("/")[0] for clip in stored_clips(stack, chain["run"]["run_id"])]
    assert rendered == ["002", "003"]
    assert (first["source"], first["gpu_seconds"], first["artefacts"]["video"]["key"]) == (
        "promotion",
        0,
        key,
    )
    assert digest(await download(rest, key, tmp_path / "again.mp4")) == digest(before)
    assert second["seed_image_sha256"] == first["artefacts"]["last_frame"]["sha256"]
    assert second["seed_image_sha256"] == digest(boundary)
    assert third["seed_image_sha256"] == second["artefacts"]["last_frame"]["sha256"]

    for segment in (first, second, third):
        path = tmp_path / "segment.mp4"
        nodes, facts = await recipe_in(rest, segment["artefacts"]["video"]["key"], path)
        assert nodes["KSampler"]["cfg"] == 7.5
        assert nodes["KSampler"]["seed"] == 1000 + segment["index"] - 1
        assert nodes["LoraLoaderModelOnly"]["strength_model"] == 1.25
        assert facts["loras"] == [{"name": LORA, "weight": 1.25}]
        assert facts["recipe_hash"] == segment["recipe_hash"]
        assert ("push-in" in facts["prompt"]) == (segment["index"] == 1)


async def test_a_stitched_scene_shows_each_boundary_frame_once(stack, rest, tmp_path):
    catalogue = await Catalogue.create(rest)
    scene_id = await catalogue.add_scene()

    chain = (await rest.generate(scene_id))["chain"]

    clips = [
        await download(rest, segment["artefacts"]["video"]["key"], tmp_path / f"{place}.mp4")
        for place, segment in enumerate(chain["segments"])
    ]
    frames = [probe(clip).frames for clip in clips]
    stitched = stitch(clips, tmp_path / "scene.mp4")
    assert len(clips) == 3
    assert frames == [segment["clip"]["frames"] for segment in chain["segments"]]
    assert stitched.frames == probe(tmp_path / "scene.mp4").frames == sum(frames) - 2
    frame = await rest.media(chain["segments"][0]["artefacts"]["last_frame"]["key"])
    assert decode_image(frame.content).shape == (192, 320, 3)


async def test_a_scene_without_a_promotion_begins_with_what_its_test_shot_showed(
    stack, rest, tmp_path
):
    catalogue = await Catalogue.create(rest)
    scene_id = await catalogue.add_scene()
    shot = await rest.post(f"/api/scenes/{scene_id}/test-shot")
    shot = await rest.until_status(shot["id"], "scored")

    scene = await rest.generate(scene_id, up_to_segment=1, fresh=True)

    (segment, *rest_of_strip) = scene["chain"]["segments"]
    assert [one["status"] for one in rest_of_strip] == ["planned", "planned"]
    assert segment["source"] == "run"
    assert segment["recipe_hash"] == shot["recipe_hash"]
    assert segment["seed_image_sha256"] == shot["parameters"]["seed_image_sha256"]
    clips = [
        await download(rest, one["artefacts"]["video"]["key"], tmp_path / name)
        for one, name in ((shot, "shot.mp4"), (segment, "segment.mp4"))
    ]
    assert segment["artefacts"]["video"]["key"] != shot["output_video_path"]
    assert digest(clips[0]) == digest(clips[1]) == segment["artefacts"]["video"]["sha256"]
    assert segment["quality_score"] == shot["quality_score"]
