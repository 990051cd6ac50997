"""How long the built-in renderer and the media library take: CPU seconds of one core.

Run: .venv/bin/python bench/builtin_renderer.py
"""

import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from screentest.common.recipes import Recipe, Renderer
from screentest.gpu_runner.engine.builtin.film import film
from screentest.gpu_runner.engine.builtin.parameters import parameters_of
from screentest.media.clips import read_frames
from screentest.media.encode import encode
from screentest.media.join import stitch
from screentest.media.metadata import write_metadata
from screentest.media.stills import decode_image, last_frame, png, poster

REPEATS = 5


def cost(name: str, work: Callable[[], object]) -> None:
    """Print the smallest CPU time of `REPEATS` runs."""
    taken = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    print(f"{name:34s} {min(taken) * 1000:8.1f} ms")


def main() -> None:
    photo = Path(str(files("screentest.demo"))) / "photos" / "astronaut.jpg"
    seed = decode_image(photo.read_bytes())
    recipe = Recipe(
        renderer=Renderer.BUILTIN,
        graph={},
        slots=(),
        values={},
        seed=1,
        prompt="push-in",
        seed_image_sha256="0" * 64,
    )
    parameters = parameters_of(recipe)
    print(f"{parameters.frames} frames of {parameters.width}x{parameters.height}")
    with tempfile.TemporaryDirectory() as folder:
        clip, out = Path(folder) / "clip.mp4", Path(folder) / "out.mp4"
        frames = list(film(seed, parameters))
        cost("film", lambda: list(film(seed, parameters)))
        cost("encode", lambda: encode(frames, clip, fps=16))
        cost("film and encode", lambda: encode(film(seed, parameters), clip, fps=16))
        cost("decode to RGB", lambda: list(read_frames(clip)))
        cost("last frame", lambda: last_frame(clip))
        cost("PNG", lambda: png(frames[-1]))
        cost("poster", lambda: poster(frames[-1]))
        cost("retag", lambda: write_metadata(clip, out, {"prompt": "x" * 80_000}))
        cost("stitch 3, copying", lambda: stitch([clip] * 3, out))


if __name__ == "__main__":
    main()
