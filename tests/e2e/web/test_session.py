"""Signing in and out, and what happens when the connection goes."""

from playwright.async_api import expect

from support.browser import chromium


async def test_a_wrong_key_is_said_and_a_right_one_is_kept_from_scripts(stack):
    async with chromium() as browser:
        context = await browser.new_context(base_url=stack.base_url)
        page = await context.new_page()
        await page.goto("/shots")
        await page.get_by_label("API key").fill("st_nobody_knows_it")
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_text("unknown or was revoked")).to_be_visible()

        await page.get_by_label("API key").fill(stack.admin_key)
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("heading", name="Test shots")).to_be_visible()
        assert await page.evaluate("document.cookie") == ""
        assert stack.admin_key not in await page.evaluate("JSON.stringify({...localStorage})")

        await page.reload()
        await expect(page.get_by_role("heading", name="Test shots")).to_be_visible()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_label("API key")).to_be_visible()


async def test_signing_out_ends_what_every_tab_listens_to(stack, browsing):
    async with browsing(stack.admin_key) as context:
        tabs = [await context.new_page() for _ in range(2)]
        for tab in tabs:
            async with tab.expect_response("**/api/events") as listening:
                await tab.goto("/workers")
            assert (await listening.value).ok
        here, other = tabs

        async with other.expect_event(
            "requestfinished",
            lambda request: request.url.endswith("/api/events"),
            timeout=60_000,
        ):
            await here.get_by_role("button", name="Sign out").click()

        # It tries to listen again, is told that nobody is signed in, and asks who it is.
        for tab in tabs:
            await expect(tab.get_by_label("API key")).to_be_visible()


async def test_what_happened_while_the_connection_was_lost_is_caught_up(page, rest, catalogue):
    await page.goto(f"/shots?scene_type_id={catalogue.scene_type_id}")
    await expect(page.get_by_role("heading", level=2)).to_be_visible()
    await page.context.set_offline(True)
    (shot,) = await catalogue.finished(1)

    await page.context.set_offline(False)

    card = page.get_by_role("link", name=f"Test shot {shot['id']}:")
    await expect(card).to_be_visible()
    await expect(card).to_have_count(1)


async def test_what_happened_before_a_page_could_listen_is_caught_up(page, rest, catalogue):
    """The first attempt fails: the stream that begins later says nothing of what was before."""
    await page.route("**/api/events", lambda route: route.abort("connectionreset"))
    await page.goto(f"/shots?scene_type_id={catalogue.scene_type_id}")
    await expect(page.get_by_role("heading", level=2)).to_be_visible()
    (shot,) = await catalogue.finished(1)

    await page.unroute("**/api/events")

    card = page.get_by_role("link", name=f"Test shot {shot['id']}:")
    await expect(card).to_be_visible()
