"""axe's rules for WCAG 2.2 A and AA, on what a page shows now."""

from pathlib import Path

from playwright.async_api import Page

_AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """
() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
  .then(({ violations }) => violations.map(({ id, nodes }) =>
    `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`))
"""


async def violations(page: Page) -> list[str]:
    """One line for every rule that is broken, with what breaks it."""
    await page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[str] = await page.evaluate(_RUN)
    return found
