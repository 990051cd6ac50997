"""The web app in a real browser, on the stack that all end-to-end tests share."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest
from playwright.async_api import BrowserContext, Page, expect

from support.browser import signed_in
from support.catalogue import Catalogue

# A machine with other work takes its time; what is wrong stays wrong.
expect.set_options(timeout=30_000)

Browsing = Callable[[str], AbstractAsyncContextManager[BrowserContext]]


@pytest.fixture
def browsing(stack) -> Browsing:
    """A browser signed in with an API key."""
    return lambda key: signed_in(stack.base_url, key)


@pytest.fixture
async def page(stack, browsing) -> AsyncIterator[Page]:
    """A page of the administrator's."""
    async with browsing(stack.admin_key) as context:
        yield await context.new_page()


@pytest.fixture
async def catalogue(stack, rest) -> Catalogue:
    return await Catalogue.create(rest)
