"""Pictures of every page for docs/screenshots, of the stack that `make up` or the demo runs here.

    make screenshots

Made for people who change a page: look at them before and after. Needs test shots, a batch and a
scene to show: `KEEP=1 make demo` has them.
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

    def ask(path: str) -> list[dict[str, Any]]:
        answer = httpx.get(f"{base_url}/api/{path}", headers=headers)
        answer.raise_for_status()
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    shots = ask("test-shots/gallery?status=scored&limit=4&sort=quality")
    scenes = ask("scenes?limit=50")
    pages = {
        "gallery": "/shots",
        "test-shot": f"/shots/{shots[0]['id']}",
        "compare": f"/compare?shots={','.join(str(shot['id']) for shot in shots)}",
        "scenes": "/scenes",
        "scene": f"/scenes/{min(one['id'] for one in scenes if one['status'] == 'completed')}",
        "characters": "/characters",
        "scene-type": f"/scene-types/{shots[0]['scene_type']['id']}",
        "workflow": f"/workflows/{shots[0]['workflow_id']}",
        "workers": "/workers",
        "insights": "/insights",
    }
    if batches := ask("batches?limit=1"):
        pages["batch"] = f"/batches/{batches[0]['id']}"
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
    await page.screenshot(path=TO / f"{name}.jpg", type="jpeg", quality=85)
    print(TO / f"{name}.jpg")


if __name__ == "__main__":
    main()
