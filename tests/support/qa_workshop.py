"""Rendered segments for the qa service: stored clips, and the events that announce them."""

import hashlib
from pathlib import Path
from uuid import uuid4

import numpy as np

from screentest.common.events import (
    Artefact,
    ClipFacts,
    ExpectedClip,
    SegmentArtefacts,
    SegmentRendered,
)
from screentest.common.objects import Objects
from screentest.media.encode import encode
from screentest.media.stills import png
from support.face_models import FACE_PX

WIDTH, HEIGHT, FPS, FRAMES = 208, 120, 16, 16


def moving_shot(seed: int = 1) -> list[np.ndarray]:
    """Big soft shapes that drift by a pixel a frame."""
    rng = np.random.default_rng(seed)
    cells = rng.integers(30, 220, (10, 16, 3)).astype(np.float64)
    wide = np.repeat(np.repeat(cells, 16, axis=0), 16, axis=1)
    fine = rng.normal(scale=6, size=wide.shape)
    picture = np.clip(wide + fine, 0, 255).astype(np.uint8)
    return [picture[:HEIGHT, index : index + WIDTH].copy() for index in range(FRAMES)]


def magenta(frame: np.ndarray) -> np.ndarray:
    """The frame in grey, with a square that the tests' detector takes for a face."""
    grey = np.repeat(frame.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    grey[:FACE_PX, 32 : 32 + FACE_PX] = (200, 0, 60)
    return grey


class Workshop:
    """Stores clips and makes the events that announce them."""

    def __init__(self, objects: Objects, folder: Path) -> None:
        self.objects, self._folder = objects, folder

    async def store(self, picture: np.ndarray, key: str) -> Artefact:
        return await self.objects.put(key, png(picture), media_type="image/png")

    async def render(self, frames: list[np.ndarray], **changes: object) -> SegmentRendered:
        """A rendered segment 1, seeded by the first frame of `moving_shot`."""
        run_id, render_id = uuid4(), uuid4()
        clip = self._folder / f"{render_id}.mp4"
        encode(frames, clip, fps=FPS)
        prefix = f"renders/{run_id}/1/{render_id}"
        video = await self.objects.put(f"{prefix}.mp4", clip, media_type="video/mp4")
        seed = await self.objects.put(
            f"images/{render_id}.png", png(moving_shot()[0]), media_type="image/png"
        )
        other = Artefact(key="x", sha256=hashlib.sha256(b"").hexdigest(), size_bytes=0)
        facts = {
            "run_id": run_id,
            "segment": 1,
            "render_id": render_id,
            "recipe_hash": hashlib.sha256(b"recipe").hexdigest(),
            "artefacts": SegmentArtefacts(video=video, last_frame=other, poster=other),
            "clip": ClipFacts(
                duration_s=FRAMES / FPS, fps=FPS, frames=FRAMES, width=WIDTH, height=HEIGHT
            ),
            "expected": ExpectedClip(fps=FPS, frames=FRAMES, width=WIDTH, height=HEIGHT),
            "seed_image": seed,
            "gpu_seconds": 1.0,
            "worker": "test",
        }
        return SegmentRendered(**(facts | changes))
