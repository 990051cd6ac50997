"""Pictures and clips made from code, for the tests of the qa service."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from screentest.media.encode import Frame, encode

WIDTH, HEIGHT, FPS, FRAMES = 416, 240, 16, 24


def photograph(seed: int = 1, width: int = WIDTH * 2, height: int = HEIGHT * 2) -> Frame:
    """A picture with the spectrum of a photograph: coloured 1/f noise and some hard edges."""
    rng = np.random.default_rng(seed)
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    falloff = np.maximum(np.hypot(fy, fx), 1 / max(width, height)) ** -1.4
    channels = []
    shared = rng.normal(size=(height, width))
    for _ in range(3):
        noise = shared + 0.5 * rng.normal(size=(height, width))
        plane = np.fft.irfft2(np.fft.rfft2(noise) * falloff, s=(height, width))
        channels.append(128 + 45 * (plane - plane.mean()) / plane.std())
    picture = np.clip(np.stack(channels, axis=-1), 8, 247).astype(np.uint8)
    for _ in range(12):
        corner = rng.integers(0, [width - 60, height - 60])
        size = rng.integers(15, 60, 2)
        colour = tuple(int(each) for each in rng.integers(30, 220, 3))
        cv2.rectangle(picture, corner.tolist(), (corner + size).tolist(), colour, -1)
    return picture


def still(picture: Frame) -> Frame:
    """``picture`` at the size of the clips."""
    return np.asarray(cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))


def push_in(picture: Frame, frames: int = FRAMES, zoom: float = 0.12) -> list[Frame]:
    """A slow camera push into ``picture``; the first frame shows all of it."""
    height, width = picture.shape[:2]
    shots = []
    for index in range(frames):
        scale = 1 + zoom * index / frames
        crop_w, crop_h = width / scale, height / scale
        left, top = (width - crop_w) / 2, (height - crop_h) / 2
        window = np.float32([[crop_w / WIDTH, 0, left], [0, crop_h / HEIGHT, top]])
        flags = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
        shots.append(np.asarray(cv2.warpAffine(picture, window, (WIDTH, HEIGHT), flags=flags)))
    shots[0] = still(picture)
    return shots


def grained(frames: list[Frame], sigma: float, seed: int = 7) -> Iterator[Frame]:
    """The frames under fresh Gaussian grain."""
    rng = np.random.default_rng(seed)
    for frame in frames:
        noisy = frame + rng.normal(scale=sigma, size=frame.shape)
        yield np.clip(noisy, 0, 255).astype(np.uint8)


def write_clip(frames: list[Frame], path: Path, fps: int = FPS) -> Path:
    """Encode the frames as the product does."""
    encode(frames, path, fps=fps)
    return path


def write_png(picture: Frame, path: Path) -> Path:
    """A lossless PNG."""
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return path
