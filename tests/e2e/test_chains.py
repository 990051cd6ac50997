"""Chains: calm boundaries, chosen ones, halts, and scenes made anew, through the REST API."""

from hashlib import sha256
from itertools import pairwise

from screentest.media.clips import probe, read_frames
from support.catalogue import Catalogue
from support.waiting import until


async def until_run(rest, scene_id, *wanted):
    async def reached():
        scene = await rest.get(f"/api/scenes/{scene_id}")
        return scene if scene["chain"]["run"]["status"] in wanted else None

    return await until(reached, what=f"scene {scene_id} to be {wanted}", timeout_s=60)


async def _shown(rest, segment, tmp_path):
    """The frames of a segment's clip, as bytes."""
    path = tmp_path / "segment.mp4"
    path.write_bytes((await rest.media(segment["artefacts"]["video"]["key"])).content)
    return [frame.tobytes() for frame in read_frames(path)]


async def test_a_calm_boundary_is_the_seed_of_the_next_segment(stack, rest, tmp_path):
    """A camera that sways once a segment stands still for a moment at three quarters of it."""
    swaying = {"start": "{name}, static shot", "continuation": "{name}, static shot"}
    facts = {"prompts": swaying, "seed": 4711}
    plain = await Catalogue.create(rest, **facts)
    catalogue = await Catalogue.create(rest, **facts, boundary={"mode": "calmest", "window": 8})
    scene_id = await catalogue.add_scene()

    whole = (await rest.generate(await plain.add_scene()))["chain"]["segments"]
    chain = (await rest.generate(scene_id))["chain"]

    segments = [one for one in chain["segments"] if one["artefacts"]]
    assert [(one["clip"]["frames"], one["trimmed_frames"]) for one in whole] == [(17, 0)] * 3
    assert [one["trimmed_frames"] > 0 for one in segments] == [True] * 3
    for before, after in pairwise(segments):
        assert after["seed_image_sha256"] == before["artefacts"]["last_frame"]["sha256"]
        seam = [one for one in after["qa"]["checks"] if one["name"].startswith("boundary")]
        assert {one["verdict"] for one in seam} <= {"pass", "not_measured"}, seam
    for segment in segments:
        assert segment["clip"]["frames"] + segment["trimmed_frames"] == 17
    assert (
        await _shown(rest, segments[0], tmp_path)
        == (await _shown(rest, whole[0], tmp_path))[: segments[0]["clip"]["frames"]]
    )
    frames = sum(segment["clip"]["frames"] for segment in segments) - len(segments) + 1
    answer = await rest.ask("GET", f"/api/scenes/{scene_id}/video")
    (tmp_path / "scene.mp4").write_bytes(answer.content)
    assert probe(tmp_path / "scene.mp4").frames == frames


async def test_a_person_chooses_the_boundary(stack, rest):
    catalogue = await Catalogue.create(
        rest, boundary={"mode": "manual", "window": 6}, target_duration_s=2.0
    )
    scene_id = await catalogue.add_scene()
    await rest.post(f"/api/scenes/{scene_id}/generate")
    await until_run(rest, scene_id, "awaiting_frame")

    shown = await rest.get(f"/api/scenes/{scene_id}/segments/1/boundary")
    frame = shown["candidates"][2]["frame"]
    await rest.post(f"/api/scenes/{scene_id}/segments/1/boundary", {"frame": frame})

    scene = await until_run(rest, scene_id, "completed")
    first, second = scene["chain"]["segments"]
    boundary = await rest.media(first["artefacts"]["last_frame"]["key"])
    assert first["clip"]["frames"] == frame + 1
    assert sha256(boundary.content).hexdigest() == second["seed_image_sha256"]


async def test_a_failing_verdict_stops_the_chain_before_the_next_segment_is_paid_for(stack, rest):
    none_at_all = {"warn": 0.0, "fail": 0.0}
    limits = {"noise_sigma": none_at_all, "boundary_colour": none_at_all}
    impossible = {"mode": "halt", "limits": limits}
    catalogue = await Catalogue.create(rest, qa=impossible)
    scene_id = await catalogue.add_scene()
    await rest.post(f"/api/scenes/{scene_id}/generate")

    scene = await until_run(rest, scene_id, "halted_by_qa")

    chain = scene["chain"]
    assert chain["rendered_segments"] == 1
    assert chain["run"]["gpu_seconds_saved"] > 0
    assert chain["run"]["failure"]["code"] == "failed_qa"


async def test_a_scene_is_made_anew_from_its_second_segment(stack, rest):
    catalogue = await Catalogue.create(rest, target_duration_s=2.0)
    scene_id = await catalogue.add_scene()
    before = (await rest.generate(scene_id))["chain"]["segments"]

    body = {"from_segment": 2, "overrides": {"seed": 4711}}
    asked = await rest.post(f"/api/scenes/{scene_id}/regenerate", body)
    scene = await until_run(rest, scene_id, "completed")

    after = scene["chain"]["segments"]
    assert [one["is_stale"] for one in asked["segments"]] == [False, True]
    assert [one["is_stale"] for one in after] == [False, False]
    assert after[0] == before[0]
    assert after[1]["artefacts"]["video"]["sha256"] != before[1]["artefacts"]["video"]["sha256"]
    assert after[1]["seed_image_sha256"] == before[1]["seed_image_sha256"]
