"""The test shot panel: presets, A/B, and a batch that is seen and priced before it is paid."""

import re
from functools import partial

import pytest
from playwright.async_api import Locator, Page, expect

from support.axe import violations
from support.catalogue import SMALL, Catalogue
from support.waiting import until

#: Whether what is in the middle of an element is the element.
_IS_SEEN = """one => {
    const { x, y, width, height } = one.getBoundingClientRect()
    return document.elementFromPoint(x + width / 2, y + height / 2) === one
}"""


async def open_panel(page: Page, catalogue: Catalogue) -> Locator:
    """The panel, opened where the scene type is."""
    await page.goto(f"/scene-types/{catalogue.scene_type_id}")
    await page.get_by_role("button", name="Test shot", exact=True).click()
    panel = page.get_by_role("dialog", name="Test shot")
    await expect(panel.get_by_label("Scene type")).to_have_value(str(catalogue.scene_type_id))
    return panel


async def choose(panel: Locator, catalogue: Catalogue) -> None:
    """All characters of the catalogue, and nobody else."""
    characters = panel.get_by_role("group", name="Characters")
    ticked = characters.get_by_role("checkbox", checked=True)
    while await ticked.count():
        await ticked.first.uncheck(force=True)
    for name in catalogue.characters.values():
        await characters.get_by_role("checkbox", name=name, exact=True).check(force=True)


async def test_two_configurations_stand_against_each_other(page, rest, stack):
    catalogue = await Catalogue.create(rest, "Ada of A and B", **SMALL)
    panel = await open_panel(page, catalogue)
    await choose(panel, catalogue)
    await panel.get_by_role("button", name="Add a configuration").click()
    await panel.get_by_label("cfg", exact=True).fill("9")
    await expect(panel.get_by_role("status").filter(has_text="of the scene")).to_be_visible()

    await panel.get_by_role("button", name="A against B").click()
    await page.get_by_role("link", name="Compare them").click()
    await page.wait_for_url(re.compile(r"/compare\?shots="))

    shots = await rest.gallery(scene_type_id=catalogue.scene_type_id)
    assert sorted(shot["parameters"]["values"]["cfg"] for shot in shots) == [6.0, 9.0]
    assert len({shot["parameters"]["seed"] for shot in shots}) == 1
    for shot in shots:
        await rest.until_status(shot["id"], "scored")
    await expect(page.get_by_role("row").filter(has_text="cfg")).to_contain_text("9")


async def test_each_side_can_have_a_workflow_of_its_own(page, rest, stack):
    catalogue = await Catalogue.create(rest, "Gil of two versions", **SMALL)
    path = f"/api/workflows/{catalogue.workflow_id}"
    graph = (await rest.get(path))["graph"]
    shift = next(key for key, node in graph.items() if "shift" in node["inputs"])
    graph[shift]["inputs"]["shift"] = 3.0
    answer = await rest.ask("PATCH", path, json={"graph": graph})
    assert answer.json()["version"] == 2, answer.text
    panel = await open_panel(page, catalogue)
    await choose(panel, catalogue)
    await expect(panel.get_by_label("Workflow", exact=True)).to_have_count(0)

    await panel.get_by_role("button", name="Add a configuration").click()
    await panel.get_by_label("Workflow", exact=True).select_option(str(catalogue.workflow_id))
    await expect(panel.get_by_label("shift", exact=True)).to_have_value("3")
    await panel.get_by_label("Version", exact=True).select_option("1")
    # What can be set, and what it is, follow the version.
    await expect(panel.get_by_label("shift", exact=True)).to_have_value("8")
    await expect(panel.get_by_role("button", name="Render B")).to_have_count(0)
    await panel.get_by_role("button", name="A against B").click()
    await page.get_by_role("link", name="Compare them").click()
    await page.wait_for_url(re.compile(r"/compare\?shots="))

    shots = await rest.gallery(scene_type_id=catalogue.scene_type_id)
    versions = {shot["label"]: shot["parameters"]["workflow"]["version"] for shot in shots}
    assert versions == {"A": 2, "B": 1}
    for shot in shots:
        await rest.until_status(shot["id"], "scored")
    await expect(page.get_by_role("row").filter(has_text="shift")).to_contain_text("8")


async def test_what_has_been_rendered_is_rendered_anew_when_asked(page, rest, stack):
    catalogue = await Catalogue.create(rest, "Hal once more", **SMALL)
    first = await catalogue.shoot()
    await rest.until_status(first["id"], "scored")
    panel = await open_panel(page, catalogue)
    await choose(panel, catalogue)
    await expect(panel.get_by_text("Nothing to pay: the same has been rendered")).to_be_visible()

    await panel.get_by_text("More", exact=True).click()
    await expect(panel.get_by_label("Priority of the batch")).to_have_count(0)
    # What is opened comes into view, and is not left under the footer.
    anew = panel.get_by_label("Render anew")
    await until(partial(anew.evaluate, _IS_SEEN), what="the part that was opened to be seen")
    await anew.check()
    await expect(panel.get_by_text("Nothing to pay")).to_have_count(0)
    await panel.get_by_role("button", name="Render test shot").click()
    await expect(page.get_by_role("link", name=re.compile(r"^Test shot \d+$"))).to_be_visible()

    shots = await rest.gallery(scene_type_id=catalogue.scene_type_id)
    (again,) = [shot for shot in shots if shot["id"] != first["id"]]
    assert not (await rest.until_status(again["id"], "scored"))["reused"]


async def test_a_batch_is_seen_and_priced_before_it_is_paid(page, rest, stack):
    catalogue = await Catalogue.create(rest, "Bea in a batch", "Cleo in a batch", **SMALL)
    panel = await open_panel(page, catalogue)
    await choose(panel, catalogue)
    await panel.get_by_role("button", name="Vary a parameter").click()
    await panel.get_by_label("Values").fill("4, 8")
    await panel.get_by_role("button", name="Vary another").click()
    await panel.get_by_label("What is varied").nth(1).select_option("lora")
    await panel.get_by_label("LoRAs").fill("film-look.safetensors")
    await panel.get_by_label("Weights").fill("0.5")
    await panel.get_by_label("For which model").select_option("high")
    await panel.get_by_label("Also without any of them").check()
    await panel.get_by_label("Also one with nothing varied").check()
    await panel.get_by_text("More", exact=True).click()
    await panel.get_by_label("Priority of the batch").select_option("First")

    await panel.get_by_role("button", name="See the batch").click()
    matrix = panel.get_by_role("table", name="Cells of the batch")
    await expect(matrix.get_by_role("columnheader")).to_have_text(
        ["unvaried", "no LoRA", "film-look high 0.5"]
    )
    await expect(matrix.get_by_label("To be rendered")).to_have_count(10)
    await expect(panel.get_by_text("10 test shots, 10 to be rendered")).to_be_visible()
    assert await rest.gallery(scene_type_id=catalogue.scene_type_id) == []

    await panel.get_by_label("Name").fill("cfg against LoRA")
    await panel.get_by_role("button", name="Render 10 shots").click()
    await page.wait_for_url(re.compile(r"/batches/\d+$"))
    batch = await rest.get(f"/api/batches/{page.url.rpartition('/')[2]}")
    assert batch["name"] == "cfg against LoRA"
    assert batch["priority"] > 0
    assert [axis["name"] for axis in batch["axes"]] == ["character", "cfg", "lora high"]
    shots = await rest.until_ended(batch["id"], timeout_s=60)
    assert {shot["status"] for shot in shots} == {"scored"}
    assert {shot["parameters"]["values"]["cfg"] for shot in shots} == {4.0, 6.0, 8.0}


async def test_a_preset_is_kept_for_everybody(page, rest, browsing, stack):
    catalogue = await Catalogue.create(rest, "Dora of a preset", **SMALL)
    panel = await open_panel(page, catalogue)
    await panel.get_by_label("cfg", exact=True).fill("4.5")
    await panel.get_by_label("Seed", exact=True).select_option("fixed")
    await panel.get_by_label("Seed, as a number").fill("77")
    await panel.get_by_role("button", name="Presets").click()
    menu = page.get_by_role("dialog", name="Presets")
    await expect(menu).to_contain_text("cfg 4.5, seed 77")
    await menu.get_by_label("Name of the preset").fill("soft")
    await menu.get_by_role("button", name="Keep").click()
    await expect(menu.get_by_role("button", name=re.compile("^soft"))).to_be_visible()

    # Another person, in another browser, takes it up and asks for a test shot with it.
    async with browsing(await rest.key_of_new_user("creator")) as context:
        other = await context.new_page()
        theirs = await open_panel(other, catalogue)
        await choose(theirs, catalogue)
        await theirs.get_by_role("button", name="Presets").click()
        shared = other.get_by_role("dialog", name="Presets")
        await shared.get_by_role("button", name=re.compile("^soft")).click()
        await expect(theirs.get_by_label("cfg", exact=True)).to_have_value("4.5")
        await theirs.get_by_role("button", name="Render test shot").click()
        await expect(other.get_by_role("link", name=re.compile(r"^Test shot \d+$"))).to_be_visible()
        (shot,) = await rest.gallery(scene_type_id=catalogue.scene_type_id)
        assert shot["parameters"]["seed"] == 77
        assert shot["parameters"]["values"]["cfg"] == 4.5

        # Renamed there, it has the new name here at once.
        await other.get_by_role("button", name="Test shot", exact=True).click()
        theirs = other.get_by_role("dialog", name="Test shot")
        await theirs.get_by_role("button", name="Presets").click()
        await shared.get_by_role("button", name="Rename soft").click()
        await shared.get_by_label("New name of soft").fill("softer")
        await shared.get_by_role("button", name="Rename", exact=True).click()
        await expect(menu.get_by_role("button", name=re.compile("^softer"))).to_be_visible()

    # Applied beside what is edited meanwhile, which stays.
    await page.keyboard.press("Escape")
    await panel.get_by_label("cfg", exact=True).fill("9")
    await panel.get_by_role("button", name="Presets").click()
    await menu.get_by_role("button", name=re.compile("^softer")).click()
    tabs = panel.get_by_role("region", name="Configurations").get_by_role("button", pressed=True)
    await expect(tabs).to_have_text("softer")
    await panel.get_by_role("button", name="A", exact=True).click()
    await expect(panel.get_by_label("cfg", exact=True)).to_have_value("9")

    await panel.get_by_role("button", name="Presets").click()
    await menu.get_by_role("button", name="Delete softer").click()
    await menu.get_by_role("button", name="Delete", exact=True).click()
    await expect(menu.get_by_text("No presets yet")).to_be_visible()
    path = f"/api/scene-types/{catalogue.scene_type_id}/presets"

    async def is_gone() -> bool:
        return (await rest.get(path))["items"] == []

    await until(is_gone, what="the preset to be gone")


async def test_edited_prompts_are_shown_as_they_would_be_rendered(page, rest, stack):
    catalogue = await Catalogue.create(rest, "Eva of the prompts", **SMALL)
    panel = await open_panel(page, catalogue)
    await choose(panel, catalogue)
    prompts = panel.get_by_role("region", name="Prompts")
    await expect(prompts).to_contain_text("Eva of the prompts in studio light, slow push-in")

    await prompts.get_by_label("Prompt", exact=True).fill("{name} in a {coat}, {light|dusk}")
    await expect(prompts).to_contain_text("Eva of the prompts in a {coat}, studio light")
    await expect(prompts.get_by_role("status")).to_contain_text(
        "Eva of the prompts has no value for {coat}. A test shot would be refused"
    )

    # The form of the scene type says the same of what is not saved.
    await page.keyboard.press("Escape")
    await page.get_by_label("First segment").fill("{name} with {hat}")
    form = page.get_by_role("region", name="Prompts")
    await form.get_by_label("Preview with").select_option(str(catalogue.character_id))
    await expect(form).to_contain_text("Eva of the prompts with {hat}")
    await expect(form.get_by_role("status")).to_contain_text("no value for {hat}")
    await page.get_by_label("First segment").fill("{name} with {hat|a hat}")
    await expect(form).to_contain_text("Eva of the prompts with a hat")
    saved = await rest.get(f"/api/scene-types/{catalogue.scene_type_id}")
    assert saved["prompts"]["start"] == "{name} in {light}, slow push-in"


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_the_panel_is_usable_by_everybody(page, rest, stack, theme):
    """With every kind of axis and the presets open: no rule of WCAG broken, also on a phone."""
    catalogue = await Catalogue.create(rest, f"Flo of the {theme}", **SMALL)
    path = f"/api/scene-types/{catalogue.scene_type_id}/presets"
    await rest.post(path, {"name": "soft", "overrides": {"values": {"cfg": 4.5}}})
    await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    await page.set_viewport_size({"width": 390, "height": 844})
    panel = await open_panel(page, catalogue)
    await panel.get_by_label("Prompt", exact=True).fill("{name} in a {coat}")
    await expect(panel.get_by_role("status").filter(has_text="{coat}")).to_be_visible()
    kinds = ("seed", "lora", "prompt", "negative_prompt", "workflow")
    for number, kind in enumerate(kinds):
        await panel.get_by_role("button", name=re.compile("^Vary a")).click()
        await panel.get_by_label("What is varied").nth(number).select_option(kind)
    await panel.get_by_text("More", exact=True).click()

    found = await violations(page)
    assert await panel.evaluate("panel => panel.scrollWidth - panel.clientWidth") == 0
    await panel.get_by_label("cfg", exact=True).fill("6.5")
    await panel.get_by_role("button", name="Presets").click()
    await page.get_by_role("dialog", name="Presets").get_by_label("Name of the preset").wait_for()
    found += await violations(page)

    assert not found, "\n".join(found)
