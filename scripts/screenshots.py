"""Pictures of every page for docs/screenshots, of the stack that `make up` or the demo runs here.

    make screenshots

Made for people who change a page: look at them before and after. Needs test shots, a batch and a
scene to show: `KEEP=1 make demo` has them. Only a scene that waits for a boundary frame shows the
picker.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TO = ROOT / "docs" / "screenshots"
sys.path.insert(0, str(ROOT / "tests"))

import httpx  # noqa: E402
from playwright.async_api import Page  # noqa: E402

from support.browser import signed_in  # noqa: E402

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
_PICTURES_ARE_THERE = """() => [...document.images].every((picture) =>
    picture.getBoundingClientRect().top > innerHeight || picture.naturalWidth > 0)"""


def main() -> None:
    """Find the stack of this checkout, and take all pictures."""
    folder = ROOT / ".screentest"
    try:
        key = (folder / "admin-key").read_text(encoding="utf-8").strip()
        base_url = json.loads((folder / "stack.json").read_text(encoding="utf-8"))["base_url"]
    except FileNotFoundError:
        sys.exit("No stack runs here: `KEEP=1 make demo` starts one with something to show.")
    asyncio.run(take_all(base_url, key))


async def take_all(base_url: str, key: str) -> None:
    """Every page in the dark theme; the gallery in the light one and on a phone as well."""
    headers = {"Authorization": f"Bearer {key}"}

    def ask(path: str) -> dict[str, Any]:
        answer = httpx.get(f"{base_url}/api/{path}", headers=headers)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    shots = ask("test-shots/gallery?status=scored&limit=4&sort=quality")["items"]
    scenes = ask("scenes?limit=50")["items"]
    compared = [shot["id"] for shot in shots]
    pages = {
        "gallery": "/shots",
        "test-shot": f"/shots/{shots[0]['id']}",
        "scenes": "/scenes",
        "scene": f"/scenes/{min(one['id'] for one in scenes if one['status'] == 'completed')}",
        "characters": "/characters",
        "scene-type": f"/scene-types/{shots[0]['scene_type']['id']}",
        "workflow": f"/workflows/{shots[0]['workflow_id']}",
        "workers": "/workers",
        "insights": "/insights",
        "blind": f"/compare/blind?scene_type_id={shots[0]['scene_type']['id']}",
    }
    if batches := ask("batches?limit=100")["items"]:
        # The widest has the most to show, and its first row to compare.
        grids = {one["id"]: ask(f"batches/{one['id']}")["grid"] for one in batches}
        widest = max(grids, key=lambda one: len(grids[one]["columns"]))
        pages["batch"] = f"/batches/{widest}"
        grid = grids[widest]
        row = [grid["cells"][index]["test_shot_id"] for index in grid["rows"][0]["cells"]]
        compared = row[:4] if len(row) > 1 and None not in row else compared
    pages["compare"] = f"/compare?shots={','.join(map(str, compared))}"
    for scene in scenes:
        chain = ask(f"scenes/{scene['id']}")["chain"]
        if chain and (awaited := chain["awaits_frame_of"]):
            pages["boundary"] = f"/scenes/{scene['id']}?segment={awaited}"
    TO.mkdir(exist_ok=True)
    async with signed_in(base_url, key, viewport=WIDE, color_scheme="dark") as context:
        page = await context.new_page()
        for name, path in pages.items():
            await take(page, name, path)
        await page.goto("/shots")
        await page.get_by_role("button", name="Test shot", exact=True).click()
        await take(page, "test-shot-panel")
        await page.emulate_media(color_scheme="light")
        await take(page, "gallery-light", "/shots")
        await page.set_viewport_size(PHONE)
        await page.emulate_media(color_scheme="dark")
        await take(page, "gallery-phone", "/shots")


async def take(page: Page, name: str, path: str | None = None) -> None:
    """One picture, of what is shown or of another page."""
    if path is not None:
        await page.goto(path)
    await page.get_by_role("heading").first.wait_for()
    if name == "compare":
        await page.get_by_text("0 frames apart").wait_for(timeout=60_000)
    # Live streams keep the network busy for ever; what a page asks for is there by then.
    await page.wait_for_timeout(2500)
    await page.wait_for_function(_PICTURES_ARE_THERE)
    if name == "compare":
        # What differs shows best at the end.
        await page.keyboard.press("Space")
        await page.keyboard.press("End")
        await page.wait_for_timeout(500)
    await page.screenshot(path=TO / f"{name}.jpg", type="jpeg", quality=85)
    print(TO / f"{name}.jpg")


if __name__ == "__main__":
    main()
