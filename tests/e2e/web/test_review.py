"""Culling by keyboard, and what a role may not do."""

from playwright.async_api import expect

from support.waiting import until

#: What a page of ours would send, had it a button for it.
_PROMOTE = """
(id) => fetch(`/api/test-shots/${id}/promote`, {
  method: "POST", body: '{"scene_id": 1}', headers: {"Content-Type": "application/json"},
}).then(({ status }) => status)
"""


async def test_a_shot_is_rated_and_approved_without_the_mouse(page, rest, catalogue):
    (shot,) = await catalogue.finished(1)
    await page.goto(f"/shots?scene_type_id={catalogue.scene_type_id}")
    await expect(page.get_by_role("link", name=f"Test shot {shot['id']}:")).to_be_visible()

    for key in ("ArrowRight", "4", "a"):
        await page.keyboard.press(key)

    await expect(page.get_by_role("img", name="Approved")).to_be_visible()
    await expect(page.get_by_role("img", name="4 of 5")).to_be_visible()

    # The page shows at once what it only then tells the api.
    async def kept() -> bool:
        approved = await rest.gallery(scene_type_id=catalogue.scene_type_id, decision="approved")
        return [(one["id"], one["review"]["rating"]) for one in approved] == [(shot["id"], 4)]

    await until(kept, what="the review to be kept")

    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Approve it")


async def test_a_viewer_is_offered_nothing_that_changes(browsing, rest, catalogue):
    (shot,) = await catalogue.finished(1)
    key = await rest.key_of_new_user("viewer")

    async with browsing(key) as context:
        page = await context.new_page()
        await page.goto(f"/shots/{shot['id']}")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await expect(page.locator("video").first).to_be_visible()
        for name in ("Promote", "Run again", "Delete", "Test shot"):
            await expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
        refused = await page.evaluate(_PROMOTE, shot["id"])

    assert refused == 403
