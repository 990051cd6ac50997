"""Files dragged into a page, as from the desktop: the browser itself begins the drag."""

from pathlib import Path

from playwright.async_api import Locator, Page


async def drop_files(page: Page, target: Locator, *paths: Path) -> None:
    """Drag files over the middle of ``target``, and let go."""
    await target.scroll_into_view_if_needed()
    box = await target.bounding_box()
    assert box is not None, "what is dropped on can be seen"
    session = await page.context.new_cdp_session(page)
    drag = {
        "x": box["x"] + box["width"] / 2,
        "y": box["y"] + box["height"] / 2,
        "data": {
            "items": [],
            "files": [str(path) for path in paths],
            "dragOperationsMask": 1,
        },
    }
    for kind in ("dragEnter", "dragOver", "drop"):
        await session.send("Input.dispatchDragEvent", {"type": kind, **drag})
    await session.detach()
