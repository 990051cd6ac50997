"""Promotion: exactly one of a shot, exactly one into a scene, whoever asks when."""

import asyncio
from collections import Counter

import httpx
import pytest

from screentest.api.handlers.progress import (
    on_qa_scored,
    on_run_finished,
    on_segment_rendered,
)
from screentest.api.handlers.promotions import on_promotion_rejected, on_shot_promoted
from screentest.common.db import transaction
from screentest.common.events import (
    PromotionRejected,
    PromotionRequested,
    RunKind,
    RunStatus,
    ShotRequested,
)
from support.shots import add_catalogue, finished, promoted, rendered, said, scored


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=2)


@pytest.fixture
async def finished_shot(creator, pool, catalogue):
    async def make(**overrides) -> int:
        path = f"/api/scenes/{catalogue.scene_ids[0]}/test-shot"
        shot = (await creator.post(path, json=overrides)).json()
        event = rendered(shot["run_id"])
        async with transaction(pool) as tx:
            await on_segment_rendered(event, tx)
            await on_qa_scored(scored(shot["run_id"], event.render_id), tx)
        return shot["id"]

    return make


@pytest.fixture
def promote(creator):
    async def ask(shot_id: int, scene_id: int) -> httpx.Response:
        return await creator.post(f"/api/test-shots/{shot_id}/promote", json={"scene_id": scene_id})

    return ask


def kinds(answers) -> Counter[str]:
    return Counter(
        answer.json()["type"].removeprefix("/problems/")
        if answer.is_error
        else str(answer.status_code)
        for answer in answers
    )


async def test_a_promoted_shot_is_segment_001_and_costs_nothing(
    creator, pool, catalogue, finished_shot, promote
):
    shot_id, scene_id = await finished_shot(seed=7, values={"cfg": 9}), catalogue.scene_ids[0]

    answer = await promote(shot_id, scene_id)

    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/promotions/{answer.json()['id']}"
    (asked,) = await said(pool, PromotionRequested)
    async with transaction(pool) as tx:
        await on_shot_promoted(promoted(asked), tx)
    promotion = (await creator.get(answer.headers["Location"])).json()
    assert promotion["status"] == "done"
    assert promotion["sha256_before"] == promotion["sha256_after"]
    assert (promotion["gpu_seconds"], promotion["gpu_seconds_saved"]) == (0, 3.0)
    shot = (await creator.get(f"/api/test-shots/{shot_id}")).json()
    assert (shot["is_promoted"], shot["promoted_to_scene_id"]) == (True, scene_id)
    chain = (await creator.get(f"/api/scenes/{scene_id}")).json()["chain"]
    first = chain["segments"][0]
    assert (first["source"], first["test_shot_id"], first["gpu_seconds"]) == (
        "promotion",
        shot_id,
        0,
    )
    assert first["artefacts"]["video"]["key"] == f"scenes/{scene_id}/segments/001.mp4"
    assert first["seed_image_sha256"] == "0" * 64
    assert chain["gpu_seconds"] == 0

    await creator.post(f"/api/scenes/{scene_id}/generate")

    shot, run = await said(pool, ShotRequested)
    assert (run.kind, run.first_segment, run.segments) == (RunKind.SCENE, 2, 3)
    assert run.recipe == asked.recipe
    assert run.seed_image.key == f"scenes/{scene_id}/segments/001.last.png"
    assert run.reference_image == shot.seed_image
    assert run.elapsed_s == 2.0


async def test_twenty_who_promote_one_shot_yield_one_promotion(
    pool, catalogue, finished_shot, promote
):
    shot_id = await finished_shot()

    answers = await asyncio.gather(*(promote(shot_id, catalogue.scene_ids[0]) for _ in range(20)))

    assert kinds(answers) == {"202": 1, "promotion-in-progress": 19}
    assert len(await said(pool, PromotionRequested)) == 1


async def test_two_shots_into_one_scene_at_once_yield_one_promotion(
    pool, catalogue, finished_shot, promote
):
    shot_ids = [await finished_shot() for _ in range(2)]

    answers = await asyncio.gather(
        *(promote(shot_id, catalogue.scene_ids[0]) for shot_id in shot_ids * 5)
    )

    assert kinds(answers)["202"] == 1
    assert kinds(answers)["promotion-in-progress"] == 9
    assert len(await said(pool, PromotionRequested)) == 1


async def test_everything_in_the_way_is_named(creator, pool, catalogue, finished_shot, promote):
    scene_id, other_scene_id = catalogue.scene_ids
    waiting = (await creator.post(f"/api/scenes/{scene_id}/test-shot")).json()["id"]
    shot_id, second = await finished_shot(), await finished_shot()
    assert kinds([await promote(999, scene_id)]) == {"shot-not-found": 1}
    assert kinds([await promote(shot_id, 999)]) == {"scene-not-found": 1}
    assert kinds([await promote(waiting, scene_id)]) == {"shot-not-finished": 1}
    assert kinds([await promote(shot_id, other_scene_id)]) == {"scene-does-not-match": 1}

    await creator.post(f"/api/scenes/{scene_id}/generate")
    assert kinds([await promote(shot_id, scene_id)]) == {"scene-running": 1}
    run = (await said(pool, ShotRequested))[-1]
    async with transaction(pool) as tx:
        await on_run_finished(finished(run, RunStatus.CANCELLED, segments=0), tx)

    await promote(shot_id, scene_id)
    (asked,) = await said(pool, PromotionRequested)
    assert kinds([await creator.post(f"/api/scenes/{scene_id}/generate")]) == {
        "promotion-in-progress": 1
    }
    assert kinds([await creator.delete(f"/api/test-shots/{shot_id}")]) == {"shot-in-use": 1}
    async with transaction(pool) as tx:
        await on_shot_promoted(promoted(asked), tx)
    assert kinds([await promote(shot_id, scene_id)]) == {"already-promoted": 1}
    assert kinds([await promote(second, scene_id)]) == {"scene-has-segment-001": 1}
    assert kinds([await creator.delete(f"/api/test-shots/{shot_id}")]) == {"shot-in-use": 1}


async def test_a_rejected_promotion_leaves_room_for_another(
    creator, pool, catalogue, finished_shot, promote
):
    shot_id, scene_id = await finished_shot(), catalogue.scene_ids[0]
    answer = await promote(shot_id, scene_id)
    (asked,) = await said(pool, PromotionRequested)
    rejected = PromotionRejected(
        promotion_id=asked.promotion_id,
        test_shot_id=shot_id,
        scene_id=scene_id,
        code="artefact_missing",
        message="renders/x.mp4 is not there",
    )

    async with transaction(pool) as tx:
        await on_promotion_rejected(rejected, tx)
        await on_shot_promoted(promoted(asked), tx)  # an outcome is final

    promotion = (await creator.get(answer.headers["Location"])).json()
    assert (promotion["status"], promotion["code"]) == ("rejected", "artefact_missing")
    assert (await promote(shot_id, scene_id)).status_code == 202


async def test_the_database_itself_refuses_a_second_live_promotion(
    pool, catalogue, finished_shot, promote
):
    """The guards are kind; the unique indexes are what makes it true."""
    shot_id = await finished_shot()
    await promote(shot_id, catalogue.scene_ids[0])

    with pytest.raises(Exception, match="one_live_promotion_per_"):
        await pool.execute(
            "insert into promotions (id, test_shot_id, scene_id, requested_by_id)"
            " select gen_random_uuid(), test_shot_id, scene_id, requested_by_id from promotions"
        )
