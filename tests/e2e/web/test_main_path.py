"""What a creator does in the browser, from a photograph to a scene that goes on."""

import re
from importlib.resources import as_file

from playwright.async_api import expect

from support.catalogue import DEMO


async def test_from_a_photograph_to_a_scene_that_goes_on(page, rest, catalogue):
    await page.goto("/characters")
    await page.get_by_role("button", name="New character").click()
    await page.get_by_label("Name").fill("Ada")
    with as_file(DEMO / "photos" / "astronaut.jpg") as photo:
        await (
            page.locator("dialog, [role=dialog]")
            .locator("input[type=file]")
            .first.set_input_files(photo)
        )
    await page.get_by_role("button", name="Make the character").click()
    await page.wait_for_url(re.compile(r"/characters/\d+$"))
    character_id = int(page.url.rpartition("/")[2])
    await rest.ask(
        "PATCH", f"/api/characters/{character_id}", json={"metadata": {"light": "daylight"}}
    )
    await page.reload()

    # A test shot, followed live.
    await page.get_by_role("button", name="Test shot", exact=True).click()
    panel = page.get_by_role("dialog", name="Test shot")
    await panel.get_by_label("Scene type").select_option(str(catalogue.scene_type_id))
    await panel.get_by_role("button", name="Render test shot").click()
    await page.get_by_role("link", name=re.compile(r"^Test shot \d+$")).click()
    await page.wait_for_url(re.compile(r"/shots/\d+$"))
    shot_id = int(page.url.rpartition("/")[2])
    await expect(page.get_by_role("button", name="Promote")).to_be_visible(timeout=60_000)
    shot = await rest.shot(shot_id)
    assert shot["status"] == "scored"

    # Promoted into a new scene, with the proof.
    await page.get_by_role("button", name="Promote").click()
    dialog = page.get_by_role("dialog", name=f"Promote test shot {shot_id}")
    await dialog.get_by_role("button", name="Promote").click()
    await expect(dialog.get_by_text("byte for byte the same")).to_be_visible()
    sha256 = shot["artefacts"]["video"]["sha256"]
    await expect(dialog.get_by_text(sha256)).to_have_count(2)

    # The scene goes on from segment 002, and shows itself filling.
    await dialog.get_by_role("button", name=re.compile("from segment 002")).click()
    await page.wait_for_url(re.compile(r"/scenes/\d+"))
    await expect(page.get_by_text("3 of 3 segments")).to_be_visible(timeout=90_000)
    scene_id = int(re.search(r"/scenes/(\d+)", page.url)[1])
    chain = (await rest.get(f"/api/scenes/{scene_id}"))["chain"]
    assert chain["segments"][0]["test_shot_id"] == shot_id
    assert chain["segments"][0]["artefacts"]["video"]["sha256"] == sha256
    assert [segment["source"] for segment in chain["segments"]] == ["promotion", "run", "run"]
