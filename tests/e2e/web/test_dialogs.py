"""Every dialog and menu by axe's rules for WCAG 2.2 A and AA in both themes, and on a phone."""

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from support.axe import violations
from support.browser import open_page

Opening = Callable[[Page], Awaitable[None]]


def click(name: str) -> Opening:
    async def act(page: Page) -> None:
        await page.get_by_role("button", name=name, exact=True).click()

    return act


def select_two_and(name: str) -> Opening:
    async def act(page: Page) -> None:
        boxes = page.get_by_role("checkbox", name="Select test shot")
        await expect(boxes).to_have_count(2)
        for place in range(2):
            await boxes.nth(place).check(force=True)
        bar = page.get_by_role("region", name="Selected test shots")
        await bar.get_by_role("button", name=name, exact=True).click()

    return act


async def ask_for_keys(page: Page) -> None:
    await page.keyboard.press("?")


async def leave_what_is_not_saved(page: Page) -> None:
    await page.get_by_label("First segment").fill("{name} and nothing else")
    await page.get_by_role("main").get_by_role("link", name="Scene types", exact=True).click()


@pytest.fixture
async def dialogs(rest, catalogue):
    """Where each dialog or menu is, and how it is opened."""
    one, two = await catalogue.finished(2)
    scene_id = await catalogue.add_scene("Eileen at the window")
    await rest.generate(scene_id, up_to_segment=2)
    # More than all workers take at once, so that some are left to be cancelled.
    held_id, _ = await catalogue.shoot_batch(40)
    await rest.post(f"/api/batches/{held_id}/pause")
    scene, selection = f"/scenes/{scene_id}", f"/shots?batch_id={one['batch_id']}"
    character = f"/characters/{catalogue.character_id}"
    scene_type = f"/scene-types/{catalogue.scene_type_id}"
    workflow = f"/workflows/{catalogue.workflow_id}"
    yield [
        (scene, click("Download")),
        (scene, click("Delete the scene")),
        (scene, click("Continue from segment 003")),
        (f"{scene}?segment=2", click("Make anew from here…")),
        ("/scenes", click("New scene")),
        (f"/shots/{one['id']}", click("Delete")),
        (f"/shots/{two['id']}", click("Promote")),
        (selection, select_two_and("Run again")),
        (selection, select_two_and("Delete")),
        (selection, click("Views")),
        (selection, click("Any state")),
        (selection, click("Any LoRA")),
        (selection, ask_for_keys),
        (f"/batches/{held_id}", click("Cancel")),
        ("/characters", click("New character")),
        (character, click("Rename")),
        (character, click("Delete the character")),
        ("/scene-types", click("New scene type")),
        (scene_type, click("New scene")),
        (scene_type, click("Delete the scene type")),
        (workflow, click("Change")),
        (workflow, click("Delete the workflow")),
        (workflow, click("New scene type")),
        (workflow, click("Dry run…")),
        # Last: it keeps what is not saved.
        (scene_type, leave_what_is_not_saved),
    ]
    await rest.post(f"/api/batches/{held_id}/cancel")


# A dialog after the other, each looked at by a few thousand lines of rules.
@pytest.mark.timeout(400)
@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_no_dialog_violates_wcag(page, dialogs, theme):
    """Each also has a name, fits on a phone, and closes with Escape."""
    await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    await page.set_viewport_size({"width": 390, "height": 844})
    found = []
    for path, open_it in dialogs:
        await open_page(page, path)
        await open_it(page)
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        name = await dialog.evaluate("it => it.ariaLabel ?? it.innerText.split('\\n')[0]")
        await expect(dialog.get_by_role("status", name=re.compile("^Loading"))).to_have_count(0)
        await expect(dialog.get_by_text("The cost is estimated…")).to_have_count(0)
        found += [f"{path}, {name}: {one}" for one in await violations(page)]
        if await dialog.evaluate("it => it.scrollWidth > it.clientWidth"):
            found.append(f"{path}, {name}: scrolls sideways")
        if await page.evaluate("document.documentElement.scrollWidth") > 390:
            found.append(f"{path}, {name}: wider than a phone")
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()

    assert not found, "\n".join(found)
