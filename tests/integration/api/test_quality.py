"""Scores as people read them: of a shot, of a chain, of a batch; and the pictures they name."""

import pytest

from screentest.api.handlers.progress import on_qa_scored, on_segment_rendered
from screentest.common.db import transaction
from screentest.common.events import CheckResult, Verdict
from support.shots import add_catalogue, rendered, scored


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=3)


async def score(pool, run_id, *checks, verdict=Verdict.PASS, segment=1):
    """Let a segment be rendered and scored; returns the render's id."""
    clip = rendered(run_id, segment=segment)
    said = scored(clip.run_id, clip.render_id, segment=segment)
    said = said.model_copy(update={"checks": checks, "verdict": verdict})
    async with transaction(pool) as tx:
        await on_segment_rendered(clip, tx)
        await on_qa_scored(said, tx)
    return clip.render_id


def colour(value, verdict=Verdict.PASS, **facts):
    limits = {"warn": 4.0, "fail": 10.0, "ideal": 0.0}
    return CheckResult(
        name="colour_cast", check="colour", value=value, verdict=verdict, **limits, **facts
    )


async def test_a_shot_says_why_it_has_its_score(api, viewer, creator, pool, catalogue):
    shot = (await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot")).json()
    path = f"/api/test-shots/{shot['id']}/qa"
    assert (await viewer.get(path)).status_code == 409
    key = f"qa/{shot['run_id']}/colour_cast.webp"
    still = await api.deps.objects.put(key, b"RIFF", media_type="image/webp")
    await score(
        pool,
        shot["run_id"],
        colour(12.0, Verdict.FAIL, frame=9, still=still, message="it turns green"),
        verdict=Verdict.FAIL,
    )

    report = (await viewer.get(path)).json()

    assert (report["verdict"], report["decided_by"]) == ("fail", ["colour_cast"])
    (measure,) = report["checks"][0]["measures"]
    assert (measure["value"], measure["fail"], measure["frame"]) == (12.0, 10.0, 9)
    picture = await viewer.get(f"/api/media/{measure['still']}")
    assert (picture.content, picture.headers["content-type"]) == (b"RIFF", "image/webp")


async def test_a_chain_shows_what_drifts(scene, viewer):
    await scene.generate()
    run = await scene.run()
    for index, value in enumerate((0.0, 3.0, 6.0), start=1):
        await score(scene.pool, run.run_id, colour(value), segment=index)

    chain = (await viewer.get(f"/api/scenes/{scene.id}/qa")).json()

    assert [one["index"] for one in chain["segments"]] == [1, 2, 3]
    assert chain["drifting"] == ["colour_cast"]
    assert chain["trends"][0]["slope"] == pytest.approx(3.0)


async def test_a_batch_says_how_many_are_flagged(creator, viewer, pool, catalogue):
    batch = (
        await creator.post(
            "/api/test-shots/batch",
            json={
                "scene_type_id": catalogue.scene_type_id,
                "character_ids": catalogue.character_ids,
            },
        )
    ).json()
    first, second, _ = batch["shots"]
    await score(pool, first["run_id"], colour(1.0))
    await score(pool, second["run_id"], colour(5.0, Verdict.WARN), verdict=Verdict.WARN)

    report = (await viewer.get(f"/api/batches/{batch['id']}/qa")).json()

    assert (report["summary"], report["cells"]) == ("1 of 2 flagged, 1 not scored", 3)
    (check,) = report["checks"]
    assert (check["name"], check["flagged_shot_ids"]) == ("colour", [second["id"]])


@pytest.mark.parametrize("path", ["test-shots/999", "scenes/999", "batches/999"])
async def test_what_does_not_exist_is_not_found(viewer, path):
    assert (await viewer.get(f"/api/{path}/qa")).status_code == 404
