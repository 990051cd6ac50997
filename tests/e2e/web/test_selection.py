"""Several test shots deleted at once, but for those that must stay."""

from playwright.async_api import expect

from support.waiting import until


async def test_the_selected_are_deleted_but_for_the_promoted(page, rest, catalogue):
    shots = await catalogue.finished(4)
    promoted, kept, *others = (shot["id"] for shot in shots)
    await rest.promote(promoted, await catalogue.add_scene())
    await page.goto(f"/shots?scene_type_id={catalogue.scene_type_id}")
    for shot_id in (promoted, *others):
        await page.get_by_label(f"Select test shot {shot_id}", exact=True).check(force=True)
    bar = page.get_by_role("region", name="Selected test shots")
    await expect(bar).to_contain_text("3 selected")

    # Asked first; nothing is gone after a no.
    delete = bar.get_by_role("button", name="Delete", exact=True)
    dialog = page.get_by_role("dialog", name="Delete 2 test shots?")
    await delete.click()
    await expect(dialog).to_contain_text("were promoted are kept as they are")
    await dialog.get_by_role("button", name="Not now").click()
    await expect(dialog).to_be_hidden()
    assert len(await rest.gallery(scene_type_id=catalogue.scene_type_id)) == 4

    await delete.click()
    await dialog.get_by_role("button", name="Delete", exact=True).click()
    await expect(page.get_by_text("2 test shots deleted.")).to_be_visible()

    async def are_gone() -> bool:
        left = await rest.gallery(scene_type_id=catalogue.scene_type_id)
        return {shot["id"] for shot in left} == {promoted, kept}

    await until(are_gone, what="only the selected to be gone")
    await expect(page.get_by_role("article")).to_have_count(2)
    for shot_id in (promoted, kept):
        await expect(page.get_by_role("link", name=f"Test shot {shot_id}:")).to_be_visible()
    # What could not go is still selected.
    await expect(bar).to_contain_text("1 selected")
    await page.reload()
    await expect(page.get_by_role("article")).to_have_count(2)
