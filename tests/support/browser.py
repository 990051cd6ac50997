"""A real Chromium: the one of CHROMIUM_PATH, else the machine's, else the one apt installs.

`python tests/support/browser.py` installs it beforehand, so that no test waits for that.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    # Tests run as root in containers, and nothing but our own pages is opened.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


_NONE = "No Chromium was found: install one, or name it in CHROMIUM_PATH."


@cache
def find_chromium() -> str | None:
    """The path of a Chromium, installed where apt can."""
    if found := os.environ.get("CHROMIUM_PATH") or _on_path():
        return found
    sys.stderr.write("Installing Chromium with apt.\n")
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium"]):
        try:
            subprocess.run([*root, *command], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            break
    return _on_path()


def _on_path() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser with nothing in it; fails in one sentence where there is none."""
    path = find_chromium()
    if path is None:
        pytest.fail(_NONE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def signed_in(base_url: str, key: str, **options: object) -> AsyncIterator[BrowserContext]:
    """A browser in which somebody has signed in with an API key, as a person does."""
    async with chromium() as browser:
        context = await browser.new_context(base_url=base_url, **options)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto("/")
        await page.get_by_label("API key").fill(key)
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("navigation", name="Screentest").wait_for()
        await page.close()
        yield context


async def open_page(page: Page, path: str) -> None:
    """Go to an address of the web app, and wait until all of it is there."""
    await page.goto(path)
    await page.get_by_role("heading", level=1).wait_for()
    await expect(page.get_by_role("status", name=re.compile("^Loading"))).to_have_count(0)


if __name__ == "__main__" and find_chromium() is None:
    sys.stderr.write(f"{_NONE}\n")
