"""Limits proposed from reviews, and put into the scene type."""

import pytest

from screentest.api.handlers.progress import on_qa_scored, on_segment_rendered
from screentest.common.db import transaction
from screentest.common.events import CheckResult, Verdict
from support.shots import rendered, scored


@pytest.fixture
def path(catalogue):
    return f"/api/scene-types/{catalogue.scene_type_id}/qa-calibration"


@pytest.fixture
def decided(creator, pool, catalogue):
    """Make scored test shots that somebody decided about."""

    async def decide(decision, *values):
        for value in values:
            shot = (
                await creator.post(
                    f"/api/scenes/{catalogue.scene_ids[0]}/test-shot", json={"seed": "random"}
                )
            ).json()
            clip = rendered(shot["run_id"])
            check = CheckResult(
                name="noise_sigma", check="noise", value=value, ideal=0, warn=8, fail=15,
                verdict=Verdict.PASS,
            )  # fmt: skip
            said = scored(clip.run_id, clip.render_id).model_copy(update={"checks": (check,)})
            async with transaction(pool) as tx:
                await on_segment_rendered(clip, tx)
                await on_qa_scored(said, tx)
            body = {"decision": decision}
            await creator.patch(f"/api/test-shots/{shot['id']}", json=body)

    return decide


async def test_a_proposal_is_made_taken_and_audited(creator, viewer, admin, decided, path):
    await decided("approved", 1, 2, 2, 3, 3)
    await decided("rejected", 5, 6, 7, 8, 9)

    proposal = (await viewer.get(path)).json()

    assert (proposal["approved"], proposal["rejected"]) == (5, 5)
    assert proposal["limits"] == {"noise_sigma": {"warn": 4.0, "fail": 4.0}}
    assert (proposal["present"]["caught"], proposal["proposed"]["caught"]) == (0, 5)

    taken = await creator.post(path, json={"limits": proposal["limits"]})

    assert taken.status_code == 200, taken.text
    assert taken.json()["qa"]["limits"] == proposal["limits"]
    assert (await viewer.get(path)).json()["limits"] == {}  # nothing is left to be better
    entries = (await admin.get("/api/audit", params={"action": "scene-type.calibrated"})).json()
    assert entries["items"][0]["after"] == proposal["limits"]


async def test_other_limits_of_the_type_stay(creator, decided, path, catalogue):
    await decided("approved", 1)
    qa = {"mode": "halt", "limits": {"frozen": {"warn": 0.2, "fail": 0.5}}}
    type_path = f"/api/scene-types/{catalogue.scene_type_id}"
    await creator.patch(type_path, json={"qa": qa})

    await creator.post(path, json={"limits": {"noise_sigma": {"warn": 5, "fail": 9}}})

    now = (await creator.get(type_path)).json()["qa"]
    assert (now["mode"], now["limits"]["frozen"]["fail"]) == ("halt", 0.5)
    assert now["limits"]["noise_sigma"] == {"warn": 5, "fail": 9}


async def test_too_few_decisions_propose_nothing(creator, decided, path):
    await decided("approved", 1, 2)

    proposal = (await creator.get(path)).json()

    assert proposal["limits"] == {}
    (measure,) = proposal["measures"]
    assert (measure["approved"], measure["proposed"]) == (2, None)
    assert "Too few labels" in measure["reason"]


@pytest.mark.parametrize(
    "limits",
    [
        {"noise_sigma": {"warn": 9, "fail": 5}},
        {"noise_sigma": {"warn": -9, "fail": 5}},
        {"nonsense": {"warn": 1, "fail": 2}},
        {"noise_sigma": {"warn": 1}},
        {},
    ],
)
async def test_limits_that_make_no_sense_are_refused(creator, decided, path, limits):
    await decided("approved", 1)

    answer = await creator.post(path, json={"limits": limits})

    assert answer.status_code == 422
    assert (await creator.get(path.removesuffix("/qa-calibration"))).json()["qa"]["limits"] == {}


async def test_viewers_only_look(viewer, path):
    assert (await viewer.get(path)).status_code == 200
    assert (
        await viewer.post(path, json={"limits": {"x": {"warn": 1, "fail": 2}}})
    ).status_code == (403)


async def test_of_no_scene_type(creator):
    assert (await creator.get("/api/scene-types/999/qa-calibration")).status_code == 404
