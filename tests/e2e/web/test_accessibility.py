"""Every page by axe's rules for WCAG 2.2 A and AA in both themes, and on a phone."""

import pytest

from support.axe import violations
from support.browser import open_page


@pytest.fixture
async def paths(rest, catalogue):
    """An address of every page, with something to show."""
    (one, two) = await catalogue.finished(2)
    scene_id = await catalogue.add_scene()
    await rest.promote(one["id"], scene_id)
    return [
        f"/shots?scene_type_id={catalogue.scene_type_id}",
        f"/shots/{one['id']}",
        f"/compare?shots={one['id']},{two['id']}",
        f"/compare/blind?scene_type_id={catalogue.scene_type_id}",
        "/batches",
        f"/batches/{one['batch_id']}",
        "/scenes",
        f"/scenes/{scene_id}",
        "/characters",
        f"/characters/{catalogue.character_id}",
        "/scene-types",
        f"/scene-types/{catalogue.scene_type_id}",
        "/workflows",
        f"/workflows/{catalogue.workflow_id}",
        "/workers",
        "/insights",
    ]


# A page after the other, each looked at by a few thousand lines of rules.
@pytest.mark.timeout(400)
@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_no_page_violates_wcag(page, paths, theme):
    await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    found = []
    for path in paths:
        await open_page(page, path)
        found += [f"{path}: {one}" for one in await violations(page)]

    assert not found, "\n".join(found)


@pytest.mark.timeout(400)
async def test_no_page_scrolls_sideways_on_a_phone(page, paths):
    await page.set_viewport_size({"width": 390, "height": 844})
    for path in paths:
        await open_page(page, path)
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{path} is {width} px wide"
