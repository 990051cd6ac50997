"""Whether the compare page shows the due frame in every cell, read from the pixels it draws.

    python bench/compare_player.py [--url http://127.0.0.1:8400] [--key KEY] [--clips 4]
                                   [--seconds 10] [--without-webcodecs]

Against a running Screentest with that many scored test shots. Their clips are replaced on the way
to the browser by clips whose pixels say which frame they are. At every frame callback of the
browser the frame numbers are read from all canvases: they must be equal, and be those that the page
says it drew. Target: 0 frames apart in 100 % of samples; exit status 1 otherwise.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from playwright.sync_api import Page, Route, sync_playwright

from screentest.media.encode import Frame, encode

WIDTH, HEIGHT, FPS, FRAMES = 832, 480, 16, 41
#: A frame number is so many blocks, black or white, at the top of the picture.
BITS, BLOCK, LEFT = 8, 64, 32

#: Reads the number of every canvas at every frame callback, for so many milliseconds.
LOOK = """([ms, bits, block, left, width]) => new Promise((done) => {
  const small = Object.assign(document.createElement("canvas"), { width: bits, height: 1 });
  const to = small.getContext("2d", { willReadFrequently: true });
  const number = (canvas) => {
    const k = canvas.width / width;
    for (let bit = 0; bit < bits; bit += 1) {
      const x = (left + (bit + 0.5) * block - 4) * k;
      to.drawImage(canvas, x, 44 * k, 8 * k, 8 * k, bit, 0, 1, 1);
    }
    const { data } = to.getImageData(0, 0, bits, 1);
    let frame = 0;
    for (let bit = 0; bit < bits; bit += 1) if (data[bit * 4] > 127) frame |= 1 << bit;
    return frame;
  };
  const seen = { samples: 0, apart: 0, untrue: 0, frames: new Set() };
  const end = performance.now() + ms;
  const look = () => {
    const numbers = [...document.querySelectorAll("main canvas")].map(number);
    const said = window.screentestCompare.drawn;
    seen.samples += 1;
    seen.frames.add(numbers[0]);
    if (new Set(numbers).size > 1) seen.apart += 1;
    if (numbers.some((frame, index) => frame !== said[index])) seen.untrue += 1;
    if (performance.now() < end) requestAnimationFrame(look);
    else done({ ...seen, frames: seen.frames.size, page: { ...window.screentestCompare } });
  };
  requestAnimationFrame(look);
})"""


def numbered(clip: int) -> Iterator[Frame]:
    """Moving squares, and above them the number of the frame."""
    squares = np.random.default_rng(clip).integers(0, 256, (15, 26, 1), dtype=np.uint8)
    picture = squares.repeat(32, 0).repeat(32, 1).repeat(3, 2)
    for number in range(FRAMES):
        frame = np.roll(picture, number * 3, 1)
        frame[:120] = 0
        for bit in range(BITS):
            start = LEFT + bit * BLOCK
            frame[:96, start : start + BLOCK] = 255 * (number >> bit & 1)
        yield frame


def scored_shots(url: str, headers: dict[str, str], count: int) -> list[int]:
    """Ids of test shots that have a clip, each with a clip of its own."""
    query = {"status": "scored", "limit": 100}
    answer = httpx.get(f"{url}/api/test-shots/gallery", params=query, headers=headers)
    by_clip = {shot["output_video_path"]: shot["id"] for shot in answer.json()["items"]}
    if len(by_clip) < count:
        sys.exit(f"There are {len(by_clip)} different clips of scored test shots, not {count}.")
    return list(by_clip.values())[:count]


def watch(page: Page, url: str, ids: list[int], clips: list[Path], seconds: int) -> dict[str, Any]:
    """Play the comparison of ``ids``, with ``clips`` in the place of theirs."""
    served: dict[str, Path] = {}

    def serve(route: Route) -> None:
        clip = served.setdefault(route.request.url, clips[len(served) % len(clips)])
        route.fulfill(body=clip.read_bytes(), content_type="video/mp4")

    page.route("**/api/media/**/*.mp4", serve)
    page.goto(f"{url}/compare?shots={','.join(map(str, ids))}")
    page.wait_for_function("window.screentestCompare?.samples > 5", timeout=120_000)
    seen: dict[str, Any] = page.evaluate(LOOK, [seconds * 1000, BITS, BLOCK, LEFT, WIDTH])
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8400")
    parser.add_argument("--key", help="An API key; none where the server signs one in by itself.")
    parser.add_argument("--clips", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--without-webcodecs", action="store_true")
    options = parser.parse_args()
    headers = {"Authorization": f"Bearer {options.key}"} if options.key else {}
    ids = scored_shots(options.url, headers, options.clips)
    browser_path = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        clips = [Path(folder, f"{clip}.mp4") for clip in range(options.clips)]
        for clip, path in enumerate(clips):
            encode(numbered(clip), path, fps=FPS)
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(extra_http_headers=headers)
        page.set_viewport_size({"width": 1440, "height": 1000})
        if options.without_webcodecs:
            page.add_init_script("delete window.VideoDecoder")
        seen = watch(page, options.url, ids, clips, options.seconds)
        browser.close()
    page_says = seen["page"]
    samples, told = seen["samples"], page_says["samples"]
    print(f"pixels    equal in {samples - seen['apart']} of {samples} samples")
    print(f"          as the page says in {samples - seen['untrue']}")
    print(f"frames    {seen['frames']} of {FRAMES} different ones seen")
    print(f"page      {page_says['maxSkewFrames']} frames apart at most,")
    print(f"          0 in {told - page_says['skewed']} of {told} samples")
    print(f"drawing   {page_says['drawMs']:.2f} ms of the main thread for all cells")
    if seen["apart"] or seen["untrue"] or page_says["skewed"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
