"""Clips side by side: as far apart as the player says, which is not at all."""

from playwright.async_api import expect

from support.browser import signed_in

#: Notes, at every callback in which the page is drawn, which frame each cell shows: for ten seconds
#: at least, and longer on a machine that draws so seldom that there is little to see in those.
_WATCH = """
(frames) => new Promise((done) => {
  const seen = [];
  const began = performance.now();
  const before = screentestCompare.samples;
  const look = () => {
    seen.push([...screentestCompare.drawn]);
    const samples = screentestCompare.samples - before;
    const isEnough = samples > 100 && new Set(seen.flat()).size === frames;
    const lasted = performance.now() - began;
    if (lasted < 10_000 || (!isEnough && lasted < 60_000)) requestAnimationFrame(look);
    else done({ seen, samples,
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
    watched = await page.evaluate(_WATCH, shots[0]["clip"]["frames"])

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


_PIXELS = "[...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())"

#: A browser without frame decoder, on a machine so busy that a seek lasts for five frames.
_SLOW_AND_INSECURE = """
delete window.VideoDecoder;
const own = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "currentTime");
Object.defineProperty(HTMLMediaElement.prototype, "currentTime", {
  ...own,
  set(to) { setTimeout(() => own.set.call(this, to), 300); },
});
"""


async def test_clips_play_without_a_frame_decoder_however_long_seeks_last(page, catalogue):
    shots = await catalogue.finished(2)
    frames = shots[0]["clip"]["frames"]
    await page.add_init_script(_SLOW_AND_INSECURE)
    await page.goto(f"/compare?shots={','.join(str(shot['id']) for shot in shots)}")

    await expect(page.get_by_text("not frame-exact").first).to_be_visible()
    await page.evaluate(
        """() => {
          window.seen = new Set();
          const look = () => {
            for (const frame of window.screentestCompare?.drawn ?? []) seen.add(frame);
            requestAnimationFrame(look);
          };
          look();
        }"""
    )
    # Frames are passed over on a busy machine; one that only seeks shows next to none.
    await page.wait_for_function(f"() => window.seen.size > {frames // 2}", timeout=60_000)


async def test_two_fingers_zoom_all_cells(stack, catalogue):
    shots = await catalogue.finished(2)
    async with signed_in(stack.base_url, stack.admin_key, has_touch=True) as context:
        page = await context.new_page()
        await page.goto(f"/compare?shots={','.join(str(shot['id']) for shot in shots)}&frame=0")
        await page.wait_for_function(
            "() => window.screentestCompare?.drawn.length === 2 "
            "&& screentestCompare.drawn.every((frame) => frame === 0)",
            timeout=60_000,
        )
        box = await page.locator("canvas").first.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        before = await page.evaluate(_PIXELS)
        cdp = await context.new_cdp_session(page)

        async def touch(kind, *offsets):
            points = [
                {"x": x + offset, "y": y, "id": finger} for finger, offset in enumerate(offsets)
            ]
            await cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        await touch("touchStart", -20, 20)
        for far in range(20, 61, 4):
            await touch("touchMove", -far, far)
        await touch("touchEnd")

        # Fingers three times as far apart show a third of the picture, in every cell.
        await expect(page.get_by_text("3.0\N{MULTIPLICATION SIGN}")).to_be_visible()
        after = await page.evaluate(_PIXELS)
        assert len(after) == 2
        assert all(one != other for one, other in zip(before, after, strict=True))
