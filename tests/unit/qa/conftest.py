"""Pictures and clips made from code, for the tests of the qa service."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from screentest.media.encode import Frame, encode
from screentest.media.stills import png
from screentest.qa.domain import ClipScore, judge
from screentest.qa.engine.job import ClipJob, Expected
from screentest.qa.engine.measure import measure_clip

WIDTH, HEIGHT, FPS, FRAMES = 416, 240, 16, 24


@cache
def _photograph(seed: int, width: int, height: int) -> Frame:
    """A picture with the spectrum of a photograph: coloured 1/f noise, and some hard edges."""
    rng = np.random.default_rng(seed)
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    falloff = np.maximum(np.hypot(fy, fx), 1 / max(width, height)) ** -1.4
    shared = rng.normal(size=(height, width))
    channels = []
    for _ in range(3):
        noise = shared + 0.5 * rng.normal(size=(height, width))
        plane = np.fft.irfft2(np.fft.rfft2(noise) * falloff, s=(height, width))
        channels.append(128 + 45 * (plane - plane.mean()) / plane.std())
    picture = np.clip(np.stack(channels, axis=-1), 8, 247).astype(np.uint8)
    for _ in range(12):
        left, top = (int(each) for each in rng.integers(0, [width - 60, height - 60]))
        wide, high = (int(each) for each in rng.integers(15, 60, 2))
        picture[top : top + high, left : left + wide] = rng.integers(30, 220, 3)
    picture.flags.writeable = False
    return picture


class Studio:
    """Makes pictures, shots and clips below one folder, and scores them."""

    width, height, fps, frames = WIDTH, HEIGHT, FPS, FRAMES

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.picture = self.photograph()
        self.good = self.push_in(self.picture)
        self.seed = self.write_png(self.good[0])

    @staticmethod
    def photograph(seed: int = 1, width: int = WIDTH * 2, height: int = HEIGHT * 2) -> Frame:
        return _photograph(seed, width, height)

    @staticmethod
    def push_in(picture: Frame, frames: int = FRAMES, zoom: float = 0.12) -> list[Frame]:
        """A slow camera push into ``picture``; the first frame shows all of it."""
        height, width = picture.shape[:2]
        shots = []
        for index in range(frames):
            scale = 1 + zoom * index / frames
            wide, high = round(width / scale), round(height / scale)
            left, top = (width - wide) // 2, (height - high) // 2
            window = picture[top : top + high, left : left + wide]
            shots.append(cv2.resize(window, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))
        return shots

    @staticmethod
    def each(frames: list[Frame], change: Callable[[np.ndarray, int], np.ndarray]) -> list[Frame]:
        """The frames after ``change(frame as float, index)``, clipped to 0..255."""
        return [
            np.clip(change(frame.astype(np.float64), index), 0, 255).astype(np.uint8)
            for index, frame in enumerate(frames)
        ]

    def write_clip(self, frames: list[Frame] | Iterator[Frame], fps: int = FPS) -> Path:
        path = self.folder / "clip.mp4"
        encode(frames, path, fps=fps)
        return path

    def write_png(self, picture: Frame, name: str = "seed.png") -> Path:
        path = self.folder / name
        path.write_bytes(png(picture))
        return path

    def job(self, video: Path, **changes: object) -> ClipJob:
        """A job for ``video`` as segment 2, seeded by the first frame of the good shot."""
        facts = {
            "video": str(video),
            "seed_image": str(self.seed),
            "segment": 2,
            "expected": Expected(width=WIDTH, height=HEIGHT, fps=FPS, frames=FRAMES),
        }
        return ClipJob(**(facts | changes))

    def score(self, frames: list[Frame], *, fps: int = FPS, **changes: object) -> ClipScore:
        """Encode, measure and judge, in this process."""
        report = measure_clip(self.job(self.write_clip(frames, fps), **changes))
        assert not report.broken_checks
        return judge(report.measurements)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)
