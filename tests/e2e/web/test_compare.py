"""Clips side by side: as far apart as the player says, which is not at all."""

from playwright.async_api import expect

#: Notes for ten seconds, at every callback in which the page is drawn, which frame each cell shows.
_WATCH = """
() => new Promise((done) => {
  const seen = [];
  const began = performance.now();
  const before = screentestCompare.samples;
  const look = () => {
    seen.push([...screentestCompare.drawn]);
    if (performance.now() - began < 10_000) requestAnimationFrame(look);
    else done({ seen, samples: screentestCompare.samples - before,
                skewed: screentestCompare.skewed, apart: screentestCompare.maxSkewFrames });
  };
  requestAnimationFrame(look);
})
"""


async def test_four_clips_stay_on_the_same_frame_while_they_play(page, catalogue):
    shots = await catalogue.finished(4)
    await page.goto(f"/shots?scene_type_id={catalogue.scene_type_id}")
    for shot in shots:
        await page.get_by_label(f"Select test shot {shot['id']}", exact=True).check(force=True)
    await page.get_by_role("button", name="Compare", exact=True).click()
    await page.wait_for_function(
        "() => window.screentestCompare?.drawn.length === 4 "
        "&& screentestCompare.drawn.every((frame) => frame !== null)",
        timeout=60_000,
    )

    # It plays as soon as all are decoded.
    await expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    watched = await page.evaluate(_WATCH)

    assert watched["samples"] > 100
    assert watched["skewed"] == 0
    assert watched["apart"] == 0
    assert all(len(set(cells)) == 1 for cells in watched["seen"])
    frames = {cells[0] for cells in watched["seen"]}
    assert frames == set(range(shots[0]["clip"]["frames"]))
    await expect(page.get_by_text("0 frames apart")).to_be_visible()

    await page.keyboard.press(" ")
    await expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    before = (await page.evaluate("screentestCompare.drawn"))[0]
    await page.keyboard.press(".")
    wanted = (before + 1) % shots[0]["clip"]["frames"]
    await page.wait_for_function(
        f"() => screentestCompare.drawn.every((frame) => frame === {wanted})"
    )


async def test_a_link_shows_another_person_the_same(page, catalogue):
    shots = await catalogue.finished([{"name": "soft", "values": {"cfg": 3.0}}, {"name": "strong"}])
    ids = ",".join(str(shot["id"]) for shot in shots)

    await page.goto(f"/compare?shots={ids}&layout=difference")

    difference = page.get_by_role("button", name="Difference")
    await expect(difference).to_have_attribute("aria-pressed", "true")
    table = page.get_by_role("table")
    await expect(table.get_by_role("row", name="cfg")).to_contain_text("3")
