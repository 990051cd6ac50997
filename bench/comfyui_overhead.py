"""What a render on ComfyUI costs beside the server's own time, and how long the server stands idle.

    python bench/comfyui_overhead.py [--shots 40] [--seconds 0.2] [--url http://127.0.0.1:8188]

Every shot is done twice, in turn: by a bare script (upload, submit, ask every 5 ms, download), and
by the worker's own steps (stage, render, finish: last frame, poster, tags, storage). The overhead
is the difference. Then renders follow one another as on a worker's line, each staged while the one
before renders and finished while the next one does: the idle share is the time between the end of
one prompt and the start of the next, over the time of the prompts. Postgres and RabbitMQ are left
out; bench/idle_gap.py and bench/test_shot_overhead.py have them.

Without an address the server is the simulated one of the tests, in a thread, each of whose prompts
takes --seconds; a real one runs docs/examples/model-free-image-to-video.json.
"""

import argparse
import asyncio
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any, cast

import httpx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from screentest.common.db import Pool  # noqa: E402
from screentest.common.events import Artefact, RenderRequested  # noqa: E402
from screentest.common.graphs import Graph  # noqa: E402
from screentest.common.ids import new_id  # noqa: E402
from screentest.common.leases import Lease  # noqa: E402
from screentest.common.objects import Objects  # noqa: E402
from screentest.common.recipes import Position, Prompts, Renderer, RunRecipe  # noqa: E402
from screentest.common.workflows import discover_slots  # noqa: E402
from screentest.gpu_runner.domain import Claim  # noqa: E402
from screentest.gpu_runner.engine.comfyui import ComfyUIBackend, ComfyUIOptions  # noqa: E402
from screentest.gpu_runner.settings import Settings  # noqa: E402
from screentest.gpu_runner.worker import Studio  # noqa: E402
from screentest.gpu_runner.worker.gap import IdleGap  # noqa: E402
from screentest.gpu_runner.worker.production import Production  # noqa: E402
from screentest.media.encode import encode  # noqa: E402
from screentest.media.stills import png  # noqa: E402
from support.comfyui_recording import Recording  # noqa: E402
from support.comfyui_server import ComfyUIServer  # noqa: E402
from support.comfyui_workflow import example_graph, pictures  # noqa: E402

SIZE, FRAMES, FPS = (512, 320), 40, 16
WARM_UP = 2


@contextmanager
def simulated(seconds: float, folder: Path) -> Iterator[str]:
    """The address of a simulated server with an event loop of its own."""
    clip = folder / "clip.mp4"
    encode(pictures(FRAMES, SIZE), clip, fps=FPS)
    started, loop = threading.Event(), asyncio.new_event_loop()
    addresses: list[str] = []

    async def serve() -> None:
        server = ComfyUIServer()
        server.prompts_take_s = seconds
        server.will(Recording.named("success_mp4", clip.read_bytes()))
        async with server.running():
            addresses.append(server.url)
            started.set()
            await asyncio.Event().wait()

    serving = asyncio.run_coroutine_threadsafe(serve(), loop)
    threading.Thread(target=loop.run_forever, daemon=True).start()
    started.wait()
    try:
        yield addresses[0]
    finally:
        serving.cancel()


class Bare:
    """A script that does the least."""

    def __init__(self, url: str, seed_image: bytes) -> None:
        self._http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=60)
        self._seed_image = seed_image

    async def shot(self, graph: Graph, folder: Path) -> None:
        """Upload, submit, wait, download."""
        files = {"image": ("bare.png", self._seed_image, "image/png")}
        stored = (await self._http.post("/upload/image", files=files)).json()
        graph["1"]["inputs"]["image"] = stored["name"]
        body = {"prompt": graph, "prompt_id": str(new_id())}
        prompt_id = (await self._http.post("/prompt", json=body)).json()["prompt_id"]
        while not (body := (await self._http.get(f"/history/{prompt_id}")).json()):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        file = body[prompt_id]["outputs"]["9"]["images"][0]
        names = {key: file[key] for key in ("filename", "subfolder", "type")}
        video = (await self._http.get("/view", params=names)).content
        (folder / "bare.mp4").write_bytes(video)

    async def seconds_idle(self, prompts: int) -> tuple[float, float]:
        """Of the latest prompts: seconds between them, and seconds of them."""
        body = (await self._http.get("/history", params={"max_items": prompts})).json()
        spans = [dict(entry["status"]["messages"]) for entry in body.values()]
        starts = [span["execution_start"]["timestamp"] / 1000 for span in spans]
        ends = [span["execution_success"]["timestamp"] / 1000 for span in spans]
        idle_s = sum(start - end for end, start in zip(ends, starts[1:], strict=False))
        return idle_s, sum(ends) - sum(starts)


class Ours:
    """A worker without its database."""

    def __init__(self, url: str, folder: Path) -> None:
        self._folder = folder
        options = ComfyUIOptions(url=url, worker="bench")
        self.objects = Objects.open(f"file://{folder}/objects")
        self._studio = Studio(
            settings=Settings(
                pg_dsn="", amqp_url="", objects_url="", backend=Renderer.COMFYUI, worker="bench"
            ),
            backend=ComfyUIBackend(options),
            pool=cast(Pool, None),
            objects=self.objects,
            publish_transient=_not_said,
        )

    def production(self, seed: int, seed_image: Artefact) -> Production:
        """One render, not begun."""
        graph = example_graph()
        recipe = RunRecipe(
            renderer=Renderer.COMFYUI,
            graph=graph,
            slots=discover_slots(graph),
            seed=seed,
            prompts=Prompts(full="a boat in fog"),
        ).for_segment(1, Position.FULL, seed_image.sha256)
        request = RenderRequested(
            render_id=new_id(),
            run_id=new_id(),
            segment=1,
            recipe=recipe,
            recipe_hash=recipe.hash,
            seed_image=seed_image,
        )
        claim = Claim(request=request, lease=Lease(str(request.render_id), "bench", 1))
        folder = self._folder / str(request.render_id)
        folder.mkdir()
        return Production(claim, self._studio, IdleGap(), folder)

    async def back_to_back(self, productions: list[Production]) -> None:
        """As on the line: staged ahead, finished behind."""
        finishing: asyncio.Task[Any] | None = None
        staged = asyncio.create_task(productions[0].stage())
        for production, following in zip(productions, [*productions[1:], None], strict=True):
            job = await staged
            rendering = asyncio.create_task(production.render(job, _not_reported))
            if following is not None:
                staged = asyncio.create_task(following.stage())
            clip = await rendering
            if finishing is not None:
                await finishing
            finishing = asyncio.create_task(production.finish(clip))
        if finishing is not None:
            await finishing


async def _not_said(_event: object) -> None:
    pass


def _not_reported(_progress: object) -> None:
    pass


async def measure(url: str, folder: Path, arguments: argparse.Namespace) -> None:
    """Print overhead and idle share."""
    seed_image = png(pictures(1, SIZE)[0])
    bare, ours = Bare(url, seed_image), Ours(url, folder)
    stored = await ours.objects.put("images/seed.png", seed_image, media_type="image/png")
    overheads, renders = [], []
    for seed in range(WARM_UP + arguments.shots):
        graph = example_graph()
        graph["3"]["inputs"]["value"] = 10_000 + seed
        began = perf_counter()
        await bare.shot(graph, folder)
        bare_s, began = perf_counter() - began, perf_counter()
        production = ours.production(seed, stored)
        clip = await production.render(await production.stage(), _not_reported)
        renders.append(perf_counter() - began - bare_s)
        await production.finish(clip)
        overheads.append(perf_counter() - began - bare_s)
    print(f"bare script                  {bare_s * 1000:7.1f} ms the latest")
    for name, seconds in (
        ("until the clip is fetched", renders),
        ("until it is stored", overheads),
    ):
        counted = [one * 1000 for one in seconds[WARM_UP:]]
        p95 = quantiles(counted, n=20)[-1]
        print(f"added {name:26s}p50 {median(counted):6.1f} ms, p95 {p95:6.1f} ms")
    productions = [ours.production(50_000 + n, stored) for n in range(arguments.shots)]
    await ours.back_to_back(productions)
    idle_s, busy_s = await bare.seconds_idle(arguments.shots)
    print(
        f"idle between prompts         {idle_s / (arguments.shots - 1) * 1000:7.1f} ms each, "
        f"{idle_s / busy_s:.1%} of {busy_s / arguments.shots:.2f} s"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shots", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=0.2, help="of a simulated prompt")
    parser.add_argument("--url", help="a real server nobody else uses")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arguments.url:
            asyncio.run(measure(arguments.url, folder, arguments))
            return
        with simulated(arguments.seconds, folder) as url:
            asyncio.run(measure(url, folder, arguments))


if __name__ == "__main__":
    main()
