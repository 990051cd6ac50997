"""A batch by hand: held, put first, ended, run again; and ranges of test shots."""

from playwright.async_api import expect

from support.fleet import WORKERS, drained
from support.waiting import until


async def test_a_batch_is_held_put_first_ended_and_run_again(page, rest, catalogue):
    def button(name):
        return page.get_by_role("button", name=name)

    async def until_batch(what, is_so):
        async def seen():
            batch = await rest.get(f"/api/batches/{batch_id}")
            return batch if is_so(batch) else None

        return await until(seen, what=f"the batch to be {what}")

    # So that it is not over before the last button is pressed.
    async with drained(rest, *WORKERS):
        batch_id, requested = await catalogue.shoot_batch(6)
        await page.goto(f"/batches/{batch_id}")

        await button("Pause").click()
        await expect(button("Go on")).to_be_visible()
        await until_batch("paused", lambda batch: batch["paused_at"])
        await button("Put first").click()
        await expect(button("No longer first")).to_be_visible()
        await until_batch("first", lambda batch: batch["priority"] > 0)
        await button("Go on").click()
        await expect(button("Pause")).to_be_visible()
        await until_batch("going on", lambda batch: not batch["paused_at"])

        await button("Cancel").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_role("button", name="Not now").click()
        await expect(dialog).to_be_hidden()
        await button("Cancel").click()
        await dialog.get_by_role("button", name="Cancel the rest").click()
        ended = await until_batch("over", lambda batch: batch["status"] == "finished")
        assert ended["counts"]["cancelled"] == len(requested)

        await button(f"Run {len(requested)} again").click()
        await until_batch("asked for again", lambda batch: not batch["counts"].get("cancelled"))
        await expect(button("Pause")).to_be_visible()

    shots = await rest.until_ended(batch_id, timeout_s=60)
    assert {shot["status"] for shot in shots} == {"scored"}


async def test_a_range_is_selected_with_shift_and_run_again_with_new_seeds(page, rest, catalogue):
    shots = await catalogue.finished(5)
    await page.goto(f"/shots?scene_type_id={catalogue.scene_type_id}")
    boxes = page.get_by_role("checkbox", name="Select test shot")
    await expect(boxes).to_have_count(5)

    await boxes.nth(3).click(force=True)
    await boxes.nth(1).click(force=True, modifiers=["Shift"])
    bar = page.get_by_role("region", name="Selected test shots")
    await expect(bar).to_contain_text("3 selected")
    for place, is_chosen in enumerate((False, True, True, True, False)):
        await expect(boxes.nth(place)).to_be_checked(checked=is_chosen)

    await bar.get_by_role("button", name="Run again").click()
    await page.get_by_role("dialog").get_by_role("button", name="Run again").click()
    await expect(page.get_by_text("3 test shots asked for again")).to_be_visible()
    await expect(bar).to_be_hidden()

    everything = await rest.gallery(scene_type_id=catalogue.scene_type_id)
    before = {shot["id"] for shot in shots}
    seeds = {one["parameters"]["seed"] for one in everything if one["id"] not in before}
    assert len(everything) == 8
    assert len(seeds) == 3
    assert not seeds & {shot["parameters"]["seed"] for shot in shots}
