from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from screentest.common.recipes import Lora, Recipe, Renderer
from screentest.gpu_runner.engine.backend import RenderJob

PHOTOS = Path(str(files("screentest.demo"))) / "photos"


@pytest.fixture
def photo() -> Callable[[str], Path]:
    """The path of one of the demo's photographs."""
    return lambda name: PHOTOS / f"{name}.jpg"


@pytest.fixture
def recipe() -> Callable[..., Recipe]:
    """Makes a recipe for a small clip; keywords are slot values unless Recipe knows them."""

    def make(prompt: str = "a slow push-in", **given: object) -> Recipe:
        loras = tuple(Lora(name=n, weight=w) for n, w in given.pop("loras", ()))
        own = {k: given.pop(k) for k in ("seed", "negative_prompt") if k in given}
        return Recipe(
            renderer=Renderer.BUILTIN,
            graph={},
            slots=(),
            values={"width": 208, "height": 120, "frames": 9} | given,
            loras=loras,
            prompt=prompt,
            seed_image_sha256="0" * 64,
            **({"seed": 1} | own),
        )

    return make


@pytest.fixture
def job(tmp_path, photo) -> Callable[[Recipe], RenderJob]:
    """Wraps a recipe into a job of its own folder, seeded with a photograph unless told."""

    def make(recipe: Recipe, seed_image: Path | None = None) -> RenderJob:
        workdir = tmp_path / f"job-{len(list(tmp_path.iterdir()))}"
        workdir.mkdir()
        return RenderJob(
            render_id=workdir.name,
            run_id="run",
            segment=1,
            recipe=recipe,
            seed_image=seed_image or photo("chelsea"),
            workdir=workdir,
        )

    return make
