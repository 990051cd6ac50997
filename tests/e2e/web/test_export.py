"""What people take along: clips, and how they were made."""

import json
from zipfile import ZipFile


async def downloaded(page, link):
    """The path of the file that a link saves, and the name it is offered by."""
    async with page.expect_download() as downloading:
        await link.click()
    download = await downloading.value
    return await download.path(), download.suggested_filename


async def test_a_scene_and_a_test_shot_are_taken_along(page, rest, catalogue):
    (shot,) = await catalogue.finished(1)
    scene_id = await catalogue.add_scene("Eileen at the window")
    chain = (await rest.generate(scene_id, up_to_segment=2))["chain"]

    await page.goto(f"/scenes/{scene_id}")
    await page.get_by_role("button", name="Download").click()
    dialog = page.get_by_role("dialog")
    whole, name = await downloaded(page, dialog.get_by_role("link", name="Everything"))
    assert name == "Eileen at the window.zip"
    with ZipFile(whole) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 6
        recipe = json.loads(archive.read("recipe.json"))
        last_frame = archive.read("segments/002.last.png")
    made = recipe["segments"][1]
    assert made["recipe"]["recipe_hash"] == chain["segments"][1]["recipe_hash"]
    # Each segment has the seed after that of the one before.
    assert made["recipe"]["seed"] == recipe["parameters"]["seed"] + 1
    assert made["recipe"]["loras"]
    assert made["graph"]

    frame, _ = await downloaded(page, dialog.get_by_role("link", name="Last frame of segment 002"))
    assert frame.read_bytes() == last_frame

    await page.goto(f"/shots/{shot['id']}")
    saved, name = await downloaded(page, page.get_by_role("link", name="Recipe, JSON"))
    assert name == f"test-shot-{shot['id']}.json"
    assert json.loads(saved.read_text())["recipe"]["recipe_hash"] == shot["recipe_hash"]
