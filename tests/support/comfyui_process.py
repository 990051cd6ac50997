"""The simulated ComfyUI server as a process of its own: `python -m support.comfyui_process`.

Says its address, and serves until it is ended. Every prompt is the model-free workflow, which
saves an MP4 or, in node 8, an animated WebP: it makes the clip that its graph asks for, and takes
the longer the more frames that has.
"""

import asyncio
import copy
import io
import json
import signal
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from screentest.common.graphs import Place, class_of, inputs_of, literal_behind
from screentest.media.encode import Frame, encode
from support.comfyui_recording import FIXTURES, Recording
from support.comfyui_server import ComfyUIServer

_ANIMATION = "SaveAnimatedWEBP"
_PAUSE_PER_FRAME_S = 0.0007


class StandIn(ComfyUIServer):
    """A server that looks at the graphs it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.object_info = {
            name: node
            for file in ("library_nodes.json", "webp_node.json")
            for name, node in json.loads((FIXTURES / file).read_text())["nodes"].items()
        }
        self.will(Recording.named("success_mp4"))

    def enqueue(
        self, prompt_id: str, number: int, body: dict[str, Any], recording: Recording
    ) -> None:
        """Put a prompt into the queue, with a clip of its own for its result."""
        is_animation = _saver(body["prompt"]) == _ANIMATION
        own = Recording.named("webp") if is_animation else copy.deepcopy(recording)
        for output in own.outputs():
            output["filename"] = f"clip_{number:05}_.{'webp' if is_animation else 'mp4'}"
        make = _animation if is_animation else _clip
        own.fill(make(*_measures(body["prompt"])))
        self.files |= own.files
        super().enqueue(prompt_id, number, body, own)

    async def _wait_at(self, kind: str) -> None:
        if self.current is not None:
            await asyncio.sleep(_PAUSE_PER_FRAME_S * _measures(self.current.graph)[2])
        await super()._wait_at(kind)


def _measures(graph: dict[str, Any]) -> tuple[int, int, int, float]:
    """Width, height, number of frames and frame rate of the clip that a graph makes."""
    nodes = {class_of(graph, node): node for node in graph}
    scale = inputs_of(graph, nodes["ImageScale"])
    amount = inputs_of(graph, nodes["RepeatImageBatch"])["amount"]
    written = literal_behind(graph, Place(nodes[_saver(graph)], "fps"), (int, float))
    assert written is not None
    return int(scale["width"]), int(scale["height"]), int(amount), float(written[1])


def _saver(graph: dict[str, Any]) -> str:
    """The class of the node that says how many frames a second are saved."""
    classes = {class_of(graph, node) for node in graph}
    return _ANIMATION if _ANIMATION in classes else "CreateVideo"


@lru_cache
def _clip(width: int, height: int, frames: int, fps: float) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "clip.mp4")
        encode(_pictures(width, height, frames), path, fps=fps)
        return path.read_bytes()


@lru_cache
def _animation(width: int, height: int, frames: int, fps: float) -> bytes:
    first, *others = map(Image.fromarray, _pictures(width, height, frames))
    out = io.BytesIO()
    # As the node does: whole milliseconds.
    first.save(out, "WEBP", save_all=True, append_images=others, duration=int(1000 / fps))
    return out.getvalue()


def _pictures(width: int, height: int, frames: int) -> Iterator[Frame]:
    """Coarse noise that moves: cheap to encode, and neither black nor frozen."""
    coarse = np.random.default_rng(0).integers(0, 255, (height // 16, width // 16, 3), np.uint8)
    noise = coarse.repeat(16, axis=0).repeat(16, axis=1)
    return (np.roll(noise, 2 * frame, axis=1) for frame in range(frames))


async def main() -> None:
    """Serve until SIGTERM."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with StandIn().running() as server:
        print(server.url, flush=True)  # noqa: T201 - whoever started it reads this
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(main())
