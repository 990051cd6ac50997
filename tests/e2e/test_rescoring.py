"""From an opinion to a limit to another verdict, without rendering or measuring anything again."""

from http import HTTPStatus

from support.catalogue import SMALL, Catalogue
from support.waiting import until


async def test_a_shot_is_reviewed_and_judged_again_by_other_limits(stack, rest, colleague):
    catalogue = await Catalogue.create(rest, **SMALL)
    shot = await rest.until_status((await catalogue.shoot())["id"], "scored")
    path = f"/api/test-shots/{shot['id']}"
    before = await rest.get(f"{path}/qa")
    texture = next(
        measure
        for check in before["checks"]
        for measure in check["measures"]
        if measure["name"] == "noise_texture"
    )
    reviewed = await colleague.ask("PATCH", path, json={"decision": "rejected", "tags": ["grain"]})
    assert reviewed.status_code == HTTPStatus.OK

    # Just beyond what was measured: smaller is worse.
    limits = {"noise_texture": {"warn": texture["value"] + 2e-3, "fail": texture["value"] + 1e-3}}
    changed = await rest.ask(
        "PATCH", f"/api/scene-types/{catalogue.scene_type_id}", json={"qa": {"limits": limits}}
    )
    assert changed.status_code == HTTPStatus.OK
    asked = await rest.post(f"/api/scene-types/{catalogue.scene_type_id}/rescore")
    assert asked["requested"] == 1

    async def failed():
        now = await rest.shot(shot["id"])
        return now if now["verdict"] == "fail" else None

    now = await until(failed, what="the new verdict")
    after = await rest.get(f"{path}/qa")
    assert (after["rescored"], after["decided_by"]) == (True, ["noise_texture"])
    assert (now["status"], now["gpu_seconds_spent"]) == ("scored", shot["gpu_seconds_spent"])
    assert now["review"]["tags"] == ["grain"]
    found = await rest.gallery(
        scene_type_id=catalogue.scene_type_id, decision="rejected", verdict="fail"
    )
    assert [one["id"] for one in found] == [shot["id"]]
