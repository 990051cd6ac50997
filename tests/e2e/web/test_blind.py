"""Blind comparison: what one would rather not vote on makes room for the other pairs."""

from playwright.async_api import expect


async def test_skipping_shows_every_pair_before_one_comes_again(page, catalogue):
    shots = await catalogue.finished(
        [{"name": f"cfg {cfg}", "values": {"cfg": cfg}} for cfg in (3, 6, 9)]
    )
    clips = {shot["artefacts"]["video"]["key"] for shot in shots}
    shown = []

    async def next_pair(act):
        async with page.expect_response(
            lambda answer: "/api/votes/next" in answer.url and answer.ok
        ) as answering:
            await act
        pair = await (await answering.value).json()
        shown.append(frozenset(pair[side]["video"] for side in ("left", "right")))
        return pair

    skip = page.get_by_role("button", name="Skip", exact=True)
    await next_pair(page.goto(f"/compare/blind?scene_type_id={catalogue.scene_type_id}"))
    for _ in range(2):
        await next_pair(skip.click())
    assert len(set(shown)) == 3
    assert all(pair < clips for pair in shown)

    # All three are skipped: the first comes again, and the page says why.
    await next_pair(skip.click())
    assert shown[-1] in shown[:2]
    await expect(page.get_by_text("Here are the pairs again that you skipped")).to_be_visible()

    # A vote counts for what is on the screen.
    better = page.get_by_role("button", name="Left is better")
    await expect(better).to_be_enabled()
    async with page.expect_request("**/api/votes") as voting:
        await better.click()
    said = (await voting.value).post_data_json
    assert said["winner"] == "left"
    await page.get_by_role("button", name="Ranking").click()
    await expect(page.get_by_text("1 vote of 1 person")).to_be_visible()
