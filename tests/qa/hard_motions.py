"""Good shots that look like faults to a careless measure. Broken clips are not made of them."""

import math

import cv2
import numpy as np
from qa.camera import Motion, look
from qa.sources import ROOM, clouds

from screentest.media.encode import Frame

_RIM = (ROOM - 1) / 2


def _lightning(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """Strikes that fade over some frames, and light up one side of a dim scene more."""
    slope = np.linspace(0.4, 1.6, width)[None, :, None]
    strikes = np.zeros(frames)
    for start in rng.choice(np.arange(3, frames - 5), 2, replace=False):
        for age, power in enumerate((1.0, 0.4, 0.8, 0.3)):
            strikes[start + age] = max(strikes[start + age], power * rng.uniform(1.0, 2.5))
    shots = []
    for index in range(frames):
        frame = look(source, (width, height), zoom=1.02 + 0.002 * index) * (0.35, 0.37, 0.42)
        shots.append(_clipped(frame * (1 + strikes[index] * slope)))
    return shots


def _whip_blurred(
    source: Frame, width: int, height: int, frames: int, _: np.random.Generator
) -> list[Frame]:
    """A whip pan of up to 12 % of the width a frame, with the blur of an open shutter."""

    def at(t: float) -> float:
        return _RIM * width * (2 / (1 + math.exp(-36 * (t - 0.4))) - 1)

    shots = []
    for index in range(frames):
        zoom = 1.02 + 0.002 * index
        parts = [
            look(source, (width, height), x=at((index + part / 8) / (frames - 1)), zoom=zoom)
            for part in range(5)
        ]
        shots.append(np.mean(parts, axis=0).astype(np.uint8))
    return shots


def _focus_pull(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """The focus leaves most of the picture for a thing in front, within half a second."""
    near = np.zeros((height, width), np.float32)
    at = (round(width * rng.uniform(0.3, 0.7)), round(height * 0.6))
    cv2.ellipse(near, at, (width // 6, height // 4), 0, 0, 360, 1.0, -1)
    near = cv2.GaussianBlur(near, (0, 0), 6)[..., None]
    shots = []
    for index in range(frames):
        t = min(1.0, max(0.0, (index - 10) / 8))
        frame = look(source, (width, height), zoom=1.02 + 0.002 * index)
        front = cv2.GaussianBlur(frame, (0, 0), 0.1 + 4 * (1 - t)).astype(np.float32)
        back = cv2.GaussianBlur(frame, (0, 0), 0.1 + 3 * t).astype(np.float32)
        shots.append(_clipped(front * near + back * (1 - near)))
    return shots


def _snow(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """Three hundred flakes fall, each in its own time."""
    places = rng.uniform(0, 1, (300, 2)) * (width, height)
    sizes = rng.uniform(1, 3.5, 300)
    shots = []
    for index in range(frames):
        frame = look(source, (width, height), zoom=1 + 0.001 * index)
        for (x, y), size in zip(places, sizes, strict=True):
            left = (x + 4 * math.sin(index / 5 + y)) % width
            top = (y + index * 2.2 * size) % height
            cv2.circle(frame, (int(left), int(top)), int(size), (238, 240, 245), -1, cv2.LINE_AA)
        shots.append(frame)
    return shots


def _fire(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """Flames rise in the middle of a dim scene, and their light wavers on everything."""
    texture = clouds(rng, width, 4 * height, 1.6)
    columns, rows = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    flame = np.exp(-((columns / 0.25) ** 2) - ((rows - 0.6) / 0.5) ** 2)
    light, shots = 1.0, []
    for index in range(frames):
        light = 0.7 * light + 0.3 * rng.uniform(0.85, 1.15)
        frame = look(source, (width, height), zoom=1.02) * (0.42 * light)
        top = (index * height // 20) % (3 * height)
        heat = flame * np.clip(1 + 0.9 * texture[top : top + height], 0, 2)
        shots.append(_clipped(frame + heat[..., None] * (190, 90, 20)))
    return shots


def _water(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """The lower half is a river: it runs, and the sun glitters on it."""
    texture = clouds(rng, 2 * width, height, 1.2)
    shore = (np.arange(height) / height > 0.5)[:, None, None]
    shots = []
    for index in range(frames):
        frame = look(source, (width, height), zoom=1.02).astype(np.float32)
        waves = np.roll(texture, 7 * index, axis=1) + np.roll(texture[::-1], -4 * index, axis=1)
        waves = waves[:, :width, None]
        river = np.float32((40, 80, 100)) + 22 * waves + 120 * (waves > 2.6)
        shots.append(_clipped(np.where(shore, river, frame)))
    return shots


def _crowd(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """Forty people walk about in front of a still background."""
    high, wide = height // 4, width // 16
    people = []
    for _ in range(40):
        top, left = rng.integers(0, [source.shape[0] - high, source.shape[1] - wide])
        person = source[top : top + high, left : left + wide, ::-1]
        people.append((person, *(rng.uniform(0, 1, 2) * (width, height)), rng.uniform(-5, 5)))
    shots = []
    for index in range(frames):
        frame = look(source, (width, height))
        for person, x, y, speed in people:
            left = int(x + speed * index) % (width - wide)
            top = int(y * 0.7 + 2 * math.sin(index * abs(speed) / 4))
            top = min(max(0, top), height - high)
            frame[top : top + high, left : left + wide] = person
        shots.append(frame)
    return shots


def _dolly(
    source: Frame, width: int, height: int, frames: int, _: np.random.Generator
) -> list[Frame]:
    """A dolly runs in and aside, and gathers speed."""
    shots = []
    for index in range(frames):
        t = (index / (frames - 1)) ** 1.5
        shots.append(look(source, (width, height), zoom=1 + 0.6 * t, x=0.12 * width * t))
    return shots


def _dusk(
    source: Frame, width: int, height: int, frames: int, _: np.random.Generator
) -> list[Frame]:
    """Clouds before the sun: an eighth darker and a little colder by the end."""
    shots = []
    for index in range(frames):
        t = index / (frames - 1)
        light = np.float32((1 - 0.14 * t, 1 - 0.13 * t, 1 - 0.11 * t))
        shots.append(_clipped(look(source, (width, height), zoom=1 + 0.04 * t) * light))
    return shots


def _breath_only(
    source: Frame, width: int, height: int, frames: int, _: np.random.Generator
) -> list[Frame]:
    """A portrait that breathes: the chest moves by four pixels, nothing else at all."""
    still = look(source, (width, height))
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height))
    near = np.exp(
        -(((columns - width / 2) / (width * 0.15)) ** 2)
        - ((rows - height * 0.75) / (height * 0.12)) ** 2
    )
    shots = []
    for index in range(frames):
        reach = 4 * math.sin(2 * math.pi * index / 40)
        moved = (rows + reach * near).astype(np.float32)
        shots.append(cv2.remap(still, columns, moved, cv2.INTER_LINEAR))
    return shots


def _clipped(frame: np.ndarray) -> Frame:
    return np.clip(frame, 0, 255).astype(np.uint8)


HARD_MOTIONS: dict[str, Motion] = {
    "lightning": _lightning,
    "whip_blurred": _whip_blurred,
    "focus_pull": _focus_pull,
    "snow": _snow,
    "fire": _fire,
    "water": _water,
    "crowd": _crowd,
    "dolly": _dolly,
    "dusk": _dusk,
    "breath": _breath_only,
}
