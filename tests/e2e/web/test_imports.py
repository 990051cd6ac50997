"""What is dropped on a page comes in, and a workflow that came in is tried."""

import json
import re
from importlib.resources import as_file

from playwright.async_api import expect

from support.catalogue import DEMO
from support.dropping import drop_files
from support.waiting import until


async def test_a_photograph_is_dropped_on_a_character(page, rest, catalogue):
    path = f"/api/characters/{catalogue.character_id}"
    await page.goto(f"/characters/{catalogue.character_id}")
    images = page.get_by_role("region", name="Source images")
    await expect(images.get_by_role("img")).to_have_count(1)

    with as_file(DEMO / "photos" / "chelsea.jpg") as photo:
        await drop_files(page, images.get_by_text("Drop images here."), photo)

    await expect(images.get_by_role("img")).to_have_count(2)
    found = (await rest.get(path))["images"]
    assert len({image["sha256"] for image in found}) == 2

    # The same once more is said, and changes nothing.
    with as_file(DEMO / "photos" / "chelsea.jpg") as photo:
        await drop_files(page, images.get_by_text("Drop images here."), photo)
    await expect(page.get_by_text("has this picture already")).to_be_visible()
    assert len((await rest.get(path))["images"]) == 2


async def test_a_workflow_is_dropped_and_tried(page, rest, catalogue, tmp_path):
    graph = json.loads((DEMO / "workflow.json").read_text())
    next(node for node in graph.values() if "steps" in node["inputs"])["inputs"]["steps"] = 3
    file = tmp_path / f"Dropped {catalogue.workflow_id}.json"
    file.write_text(json.dumps(graph))
    await page.goto("/workflows")
    await page.get_by_label("Rendered by").select_option("builtin")

    await drop_files(page, page.get_by_text("Drop a workflow here"), file)

    await page.wait_for_url(re.compile(r"/workflows/\d+$"))
    await expect(page.get_by_role("heading", level=1)).to_have_text(file.stem)
    workflow_id = int(page.url.rpartition("/")[2])
    slots = {slot["name"] for slot in (await rest.get(f"/api/workflows/{workflow_id}"))["slots"]}
    assert {"prompt", "seed", "steps"} <= slots

    # Dry run: a few small frames with its own values.
    await page.get_by_role("button", name="Dry run…").click()
    dialog = page.get_by_role("dialog", name="Dry run")
    await dialog.get_by_label("Prompts and LoRAs of").select_option(str(catalogue.scene_type_id))
    await dialog.get_by_label("Character").select_option(str(catalogue.character_id))
    await dialog.get_by_role("button", name="Render a few frames").click()
    await page.wait_for_url(re.compile(r"/shots/\d+$"))
    shot = await rest.until_status(int(page.url.rpartition("/")[2]), "scored")
    assert shot["parameters"]["workflow"]["id"] == workflow_id
    assert shot["parameters"]["values"]["frames"] < 17

    async def is_shown() -> bool:
        return await page.locator("video").first.is_visible()

    await until(is_shown, what="the clip of the dry run to be shown")
