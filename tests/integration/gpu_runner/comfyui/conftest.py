"""A simulated ComfyUI server, backends bound to it, and jobs made of the documented example."""

import io
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from screentest.common.ids import new_id
from screentest.common.recipes import Lora, Position, Prompts, Renderer, RunRecipe
from screentest.common.workflows import discover_slots
from screentest.gpu_runner.engine.backend import Progress, RenderJob
from screentest.gpu_runner.engine.comfyui import ComfyUIBackend, ComfyUIOptions
from screentest.media.encode import encode
from screentest.media.stills import png
from support.comfyui_server import ComfyUIServer
from support.comfyui_workflow import example_graph, pictures


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "comfyui: needs a real ComfyUI server")


@pytest.fixture
def mp4(tmp_path: Path) -> bytes:
    """A whole H.264 clip of five frames."""
    path = tmp_path / "server-side.mp4"
    encode(pictures(5), path, fps=16)
    return path.read_bytes()


@pytest.fixture
def webp() -> bytes:
    """An animated WebP as SaveAnimatedWEBP writes it at 16 fps: whole milliseconds."""
    images = [Image.fromarray(frame) for frame in pictures(5)]
    buffer = io.BytesIO()
    images[0].save(
        buffer, "WEBP", save_all=True, append_images=images[1:], duration=62, lossless=True
    )
    return buffer.getvalue()


@pytest.fixture
async def server() -> AsyncIterator[ComfyUIServer]:
    async with ComfyUIServer().running() as running:
        yield running


@pytest.fixture
async def backend_for() -> AsyncIterator[Callable[..., ComfyUIBackend]]:
    """Backends with little patience, closed when the test is over."""
    async with AsyncExitStack() as stack:

        def make(server: ComfyUIServer, **options: Any) -> ComfyUIBackend:
            defaults: dict[str, Any] = {
                "url": server.url,
                "poll_interval_s": 0.05,
                "request_timeout_s": 10.0,
                "outage_patience_s": 10.0,
                "progress_interval_s": 0.0,
            }
            backend = ComfyUIBackend(ComfyUIOptions(**(defaults | options)))
            stack.push_async_callback(backend.close)
            return backend

        yield make


@dataclass
class Reports:
    """What a backend said on its way."""

    all: list[Progress] = field(default_factory=list)

    def __call__(self, progress: Progress) -> None:
        self.all.append(progress)

    @property
    def fractions(self) -> list[float]:
        return [report.fraction for report in self.all]

    @property
    def previews(self) -> list[bytes]:
        return [report.preview for report in self.all if report.preview]


@pytest.fixture
def reports() -> Reports:
    return Reports()


@pytest.fixture
def job_for(tmp_path: Path) -> Callable[..., RenderJob]:
    def make(graph: dict[str, Any] | None = None, loras: tuple[Lora, ...] = ()) -> RenderJob:
        graph = graph or example_graph()
        render_id = str(new_id())
        workdir = tmp_path / render_id
        workdir.mkdir()
        seed_image = tmp_path / f"{render_id}.seed"
        seed_image.write_bytes(png(pictures(1)[0]))
        recipe = RunRecipe(
            renderer=Renderer.COMFYUI,
            graph=graph,
            slots=discover_slots(graph),
            seed=7,
            prompts=Prompts(full="a boat in fog"),
            loras=loras,
        )
        return RenderJob(
            render_id=render_id,
            run_id=str(new_id()),
            segment=1,
            recipe=recipe.for_segment(1, Position.START, "0" * 64),
            seed_image=seed_image,
            workdir=workdir,
        )

    return make


@pytest.fixture
def saving() -> Callable[[str], dict[str, Any]]:
    """The example graph with another save node in place of CreateVideo and SaveVideo."""

    def make(class_type: str) -> dict[str, Any]:
        graph = example_graph()
        del graph["9"]
        inputs: dict[str, Any] = {"images": ["7", 0], "filename_prefix": "clip"}
        if class_type != "SaveImage":
            inputs["fps"] = ["4", 0]
        graph["8"] = {"class_type": class_type, "inputs": inputs}
        return graph

    return make
