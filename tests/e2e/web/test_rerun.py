"""A test shot's parameters taken up again, beside what is being edited."""

import re

from playwright.async_api import expect

from support.catalogue import SMALL, Catalogue


async def test_what_is_edited_stays_when_a_shot_is_run_again_with_changes(page, rest, stack):
    catalogue = await Catalogue.create(rest, "Hal once more", **SMALL)
    (shot,) = await catalogue.finished([{"name": "strong", "seed": 77, "values": {"cfg": 9.0}}])
    panel = page.get_by_role("dialog", name="Test shot", exact=True)
    cfg = panel.get_by_label("cfg", exact=True)
    tabs = panel.get_by_role("region", name="Configurations")
    edited = tabs.get_by_role("button", name="A", exact=True)
    opened = tabs.get_by_role("button", name=f"Shot {shot['id']}", exact=True)

    # Something is being edited, and not asked for.
    await page.goto(f"/scene-types/{catalogue.scene_type_id}")
    await page.get_by_role("button", name="Test shot", exact=True).click()
    await cfg.fill("4.5")
    await panel.get_by_label("Prompt", exact=True).fill("{name} by the sea")
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()

    again = page.get_by_role("button", name="Run again with changes")
    await page.goto(f"/shots/{shot['id']}")
    await again.click()
    await expect(opened).to_have_attribute("aria-pressed", "true")
    await expect(cfg).to_have_value("9")
    await expect(panel.get_by_label("Seed, as a number")).to_have_value("77")
    await cfg.fill("12")
    await edited.click()
    await expect(cfg).to_have_value("4.5")
    await expect(panel.get_by_label("Prompt", exact=True)).to_have_value("{name} by the sea")

    # Taken up a second time it stands beside both, also in a page loaded anew.
    await page.reload()
    await again.click()
    await expect(opened).to_have_count(2)
    await expect(edited).to_have_count(1)
    await expect(opened.nth(1)).to_have_attribute("aria-pressed", "true")
    await expect(cfg).to_have_value("9")
    await opened.nth(0).click()
    await expect(cfg).to_have_value("12")

    # What is rendered is what is in front, and the rest is still there to go on with.
    await tabs.get_by_role("button", name=f"Remove Shot {shot['id']}").click()
    await expect(opened).to_have_count(1)
    await edited.click()
    await tabs.get_by_role("button", name="Remove A", exact=True).click()
    await expect(opened).to_have_attribute("aria-pressed", "true")
    await cfg.fill("11")
    await panel.get_by_role("button", name="Render test shot").click()
    link = page.get_by_role("link", name=re.compile(r"^Test shot \d+$"))
    await expect(link).to_be_visible()
    (new,) = [
        one
        for one in await rest.gallery(scene_type_id=catalogue.scene_type_id)
        if one["id"] != shot["id"]
    ]
    assert new["parameters"]["values"]["cfg"] == 11
    assert new["parameters"]["seed"] == 77
    assert (await rest.shot(shot["id"]))["parameters"]["values"]["cfg"] == 9
