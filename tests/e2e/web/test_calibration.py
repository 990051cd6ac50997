"""Limits learned from what people approved and rejected are taken in the page, and then count."""

import re

from playwright.async_api import expect

from support.catalogue import SMALL, Catalogue
from support.waiting import until

#: How many test shots of each kind it takes to propose anything.
LABELS = 5
#: What sets the two kinds apart: the fewer the steps, the more grain.
STEPS = {"approved": 60, "rejected": 1}


async def test_a_proposal_is_taken_and_then_judged_by(page, rest, stack):
    catalogue = await Catalogue.create(rest, "Gil with grain", **SMALL)
    shots = await catalogue.finished(
        [
            {"name": f"{decision} {seed}", "seed": seed, "values": {"steps": steps}}
            for decision, steps in STEPS.items()
            for seed in range(LABELS)
        ]
    )
    rejected = set()
    for shot in shots:
        is_grainy = shot["parameters"]["values"]["steps"] == STEPS["rejected"]
        decision = "rejected" if is_grainy else "approved"
        rejected |= {shot["id"]} if is_grainy else set()
        path = f"/api/test-shots/{shot['id']}"
        answer = await rest.ask("PATCH", path, json={"decision": decision})
        assert answer.is_success, answer.text
    type_path = f"/api/scene-types/{catalogue.scene_type_id}"
    proposal = await rest.get(f"{type_path}/qa-calibration")
    assert (proposal["proposed"]["caught"], proposal["proposed"]["wronged"]) == (LABELS, 0)
    assert (await rest.get(type_path))["qa"]["limits"] == {}

    await page.goto(f"/scene-types/{catalogue.scene_type_id}")
    panel = page.get_by_role("region", name="Calibration")
    await expect(panel).to_contain_text(f"{LABELS} approved and {LABELS} rejected test shots")
    table = panel.get_by_role("region", name="Proposed limits")
    await expect(table.get_by_role("row")).to_have_count(len(proposal["limits"]) + 1)

    await panel.get_by_role("button", name=re.compile(r"^Take \d+ limits?$")).click()

    async def own_limits():
        return (await rest.get(type_path))["qa"]["limits"] == proposal["limits"]

    await until(own_limits, what="the limits to be the scene type's own")
    await expect(panel).to_contain_text("Nothing is proposed")
    own = f"{len(proposal['limits'])} of this scene type's own"
    await expect(page.get_by_role("region", name="QA", exact=True)).to_contain_text(own)
    # The form shows what is saved now: there is nothing to save in it.
    await expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)

    # What was made before is judged by them once that is asked for.
    await panel.get_by_role("button", name="Judge everything again").click()

    async def failed():
        found = await rest.gallery(scene_type_id=catalogue.scene_type_id, verdict="fail")
        return {shot["id"] for shot in found} == rejected

    await until(failed, what="the rejected to fail, and no other", timeout_s=60)
