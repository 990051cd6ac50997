"""Shots nobody would complain about: what cameras, people and light do."""

import math
from collections.abc import Callable

import cv2
import numpy as np
from qa.camera import Motion, camera, eased, look
from qa.sources import ROOM, clouds

from screentest.media.encode import Frame


def _handheld(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """Sways at up to 1.5 Hz by some pixels, and turns a little."""
    time = np.arange(frames) / 16
    phases, speeds = rng.uniform(0, 2 * math.pi, (3, 3)), rng.uniform(0.3, 1.5, (3, 3))
    sway = [
        sum(np.sin(2 * math.pi * f * time + p) / (0.5 + f) for f, p in zip(fs, ps, strict=True))
        for fs, ps in zip(speeds, phases, strict=True)
    ]
    reach = width / 260
    return [
        look(source, (width, height), x=reach * x, y=reach * y, turn=0.25 * turn, zoom=1.02)
        for x, y, turn in zip(*sway, strict=True)
    ]


def _parallax(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """A foreground that moves three times as far as what is behind it."""
    mask = np.zeros(source.shape[:2], np.float32)
    at = (int(source.shape[1] * rng.uniform(0.4, 0.6)), int(source.shape[0] * 0.65))
    cv2.ellipse(mask, at, (width // 5, height // 3), 0, 0, 360, 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), 6)[..., None]
    shots = []
    for index in range(frames):
        shift = width * 0.05 * (index / (frames - 1) - 0.5)
        back = look(source, (width, height), x=shift).astype(np.float32)
        front = look(source, (width, height), x=3 * shift).astype(np.float32)
        alpha = look(mask, (width, height), x=3 * shift)[..., None]
        shots.append((back * (1 - alpha) + front * alpha).astype(np.uint8))
    return shots


def _talking_head(
    source: Frame, width: int, height: int, frames: int, _: np.random.Generator
) -> list[Frame]:
    """Nothing moves but a mouth, and eyes that blink once."""
    still = look(source, (width, height))
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height))
    rows = rows.astype(np.float32)
    shots = []
    for index in range(frames):
        time = index / 16
        opening = height * 0.012 * (1 + math.sin(2 * math.pi * 3 * time)) * (time % 1.7 < 1.2)
        near = np.exp(
            -(((columns - width / 2) / (width * 0.05)) ** 2)
            - ((rows - height * 0.6) / (height * 0.05)) ** 2
        )
        moved = rows - opening * near * np.sign(rows - height * 0.6)
        frame = cv2.remap(still, columns, moved.astype(np.float32), cv2.INTER_LINEAR)
        middle = (width // 2, round(height * 0.6))
        lips = (width // 24, max(2, round(1.5 * opening)))
        cv2.ellipse(frame, middle, lips, 0, 0, 360, (70, 25, 30), -1, cv2.LINE_AA)
        if 14 <= index < 17:
            top, left = int(height * 0.36), int(width * 0.42)
            frame[top : top + height // 30, left : left + width // 6] //= 2
        shots.append(frame)
    return shots


def _fast_action(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """Things cross the picture by 4 % of its width a frame, blurred; the camera follows."""
    things = []
    for _ in range(3):
        high, wide = height // 3, width // 6
        top, left = rng.integers(0, [source.shape[0] - high, source.shape[1] - wide])
        thing = source[top : top + high, left : left + wide, ::-1]
        things.append(
            (cv2.blur(thing, (width // 50, 1)), rng.uniform(-0.3, 0.9), rng.uniform(0, 0.6))
        )
    shots = []
    for index in range(frames):
        t = index / (frames - 1)
        frame = look(source, (width, height), x=width * 0.15 * (t - 0.5), zoom=1 + 0.1 * t)
        for thing, start, low in things:
            left = int(((start + 0.04 * index) % 1.4 - 0.2) * width)
            top = int(low * height + 0.05 * height * math.sin(index / 3))
            _paste(frame, thing, left, max(0, top))
        shots.append(frame)
    return shots


def _paste(frame: Frame, thing: Frame, left: int, top: int) -> None:
    right = min(frame.shape[1], left + thing.shape[1])
    bottom = min(frame.shape[0], top + thing.shape[0])
    if right > max(left, 0) and bottom > top:
        frame[top:bottom, max(left, 0) : right] = thing[
            : bottom - top, max(0, -left) : right - left
        ]


def _waves(
    source: Frame, width: int, height: int, frames: int, _: np.random.Generator
) -> list[Frame]:
    """Water, hair, leaves: everything sways, each part in its own time."""
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height))
    still = look(source, (width, height), zoom=1.05)
    shots = []
    for index in range(frames):
        phase = 2 * math.pi * index / 16
        x = columns + width / 200 * np.sin(rows / height * 14 + phase * 0.8)
        y = rows + width / 200 * np.sin(columns / width * 17 + phase)
        shots.append(
            cv2.remap(
                still,
                x.astype(np.float32),
                y.astype(np.float32),
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REFLECT_101,
            )
        )
    return shots


def _lit(path: Callable[[float], tuple[float, ...]], motion: Motion) -> Motion:
    """``motion`` under a light whose colour is multiplied along ``path``."""

    def shoot(
        source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
    ) -> list[Frame]:
        shots = motion(source, width, height, frames, rng)
        return [
            np.clip(f * np.array(path(i / (frames - 1))), 0, 255).astype(np.uint8)
            for i, f in enumerate(shots)
        ]

    return shoot


def _breath(t: float) -> tuple[float, ...]:
    return (1 + 0.06 * math.sin(2 * math.pi * t),) * 3


def _warmer(t: float) -> tuple[float, ...]:
    return (1 + 0.04 * t, 1.0, 1 - 0.04 * t)


def _film(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """Grain, a frame that does not sit quite still in its gate, dark corners."""
    columns, rows = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    corners = (1 - 0.25 * (columns**2 + rows**2))[..., None]
    shots = []
    for index in range(frames):
        x, y = rng.normal(scale=0.25, size=2)
        frame = look(source, (width, height), x=x, y=y + 0.3 * index, zoom=1.02) * corners
        grain = cv2.GaussianBlur(rng.normal(size=(height, width)), (0, 0), 0.6)
        frame += 4.0 * (grain / grain.std())[..., None]
        shots.append(np.clip(frame, 0, 255).astype(np.uint8))
    return shots


def _dark(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """A moonlit scene: a fifth of the light, cold, with the noise of a sensor."""
    shots = []
    for index in range(frames):
        frame = look(source, (width, height), zoom=1 + 0.06 * index / frames) * (0.2, 0.22, 0.3)
        frame += 6 + rng.normal(scale=1.5, size=frame.shape)
        shots.append(np.clip(frame, 0, 255).astype(np.uint8))
    return shots


def _rack_focus(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """The focus wanders from one half of the picture to the other."""
    depth = clouds(rng, width, height, 2.0)
    near = (cv2.GaussianBlur((depth > 0).astype(np.float32), (0, 0), 8))[..., None]
    shots = []
    for index in range(frames):
        t = eased(index / (frames - 1))
        frame = look(source, (width, height), zoom=1 + 0.03 * t)
        one = cv2.GaussianBlur(frame, (0, 0), 0.1 + 3 * t).astype(np.float32)
        other = cv2.GaussianBlur(frame, (0, 0), 0.1 + 3 * (1 - t)).astype(np.float32)
        shots.append((one * near + other * (1 - near)).astype(np.uint8))
    return shots


def _soft_model(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """As a video model does it: the first frame is the photograph, the others are a bit softer."""
    shots = _handheld(source, width, height, frames, rng)
    return [shots[0]] + [cv2.GaussianBlur(each, (0, 0), 0.7) for each in shots[1:]]


def _boiling(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """A locked camera; fine texture shimmers a little from frame to frame, a branch moves."""
    shots = []
    for index, frame in enumerate(_waves(source, width, height, frames, rng)):
        still = look(source, (width, height), zoom=1.05)
        still[: height // 3, : width // 4] = frame[: height // 3, : width // 4]
        shimmer = cv2.resize(rng.normal(size=(height // 4, width // 4)), (width, height))
        detail = np.abs(cv2.Laplacian(cv2.cvtColor(still, cv2.COLOR_RGB2GRAY), cv2.CV_64F))
        amount = np.minimum(cv2.blur(detail, (9, 9)) / 8, 3) * min(1, index)
        shots.append(np.clip(still + (amount * shimmer)[..., None], 0, 255).astype(np.uint8))
    return shots


def _fireworks(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """Bright bursts grow and fade over a darkened scene."""
    bursts = [(rng.uniform(0.1, 0.9, 2) * (width, height), 5 + 9 * k) for k in range(3)]
    shots = []
    for index in range(frames):
        frame = look(source, (width, height), x=0.3 * index).astype(np.float32) * 0.35
        for (x, y), start in bursts:
            age = index - start
            if 0 <= age < 14:
                glow = np.zeros((height, width), np.float32)
                for ray in range(24):
                    reach = height * 0.03 * (1 + age)
                    angle = 2 * math.pi * ray / 24
                    at = (int(x + reach * math.cos(angle)), int(y + reach * math.sin(angle)))
                    cv2.circle(glow, at, 3, 1.0, -1)
                glow = glow + 4 * cv2.GaussianBlur(glow, (0, 0), 9)
                frame += glow[..., None] * np.float32((255, 190, 120)) * (1 - age / 14)
        shots.append(np.clip(frame, 0, 255).astype(np.uint8))
    return shots


def _storm(
    source: Frame, width: int, height: int, frames: int, rng: np.random.Generator
) -> list[Frame]:
    """Two lightnings light up a dark scene for a frame or two."""
    shots = _dark(source, width, height, frames, rng)
    lit = {frames // 3, frames // 3 + 1, frames // 2}
    return [
        np.clip(f * (2.2 if i in lit else 1.0), 0, 255).astype(np.uint8)
        for i, f in enumerate(shots)
    ]


_RIM = (ROOM - 1) / 2

MOTIONS: dict[str, Motion] = {
    "ken_burns": camera(lambda t: {"zoom": 1 + 0.15 * t, "x": 0.03 * t}),
    "pull_out": camera(lambda t: {"zoom": 1.3 - 0.28 * eased(t)}),
    "pan": camera(lambda t: {"x": _RIM * (2 * t - 1) * 0.6}),
    "fast_pan": camera(lambda t: {"x": 1.6 * _RIM * (2 * t - 1), "zoom": 1.5}),
    "whip": camera(
        lambda t: {"x": _RIM * (2 / (1 + math.exp(-40 * (t - 0.5))) - 1), "zoom": 1.1 + 0.05 * t}
    ),
    "crash_zoom": camera(lambda t: {"zoom": 1 + 1.0 * eased(t)}),
    "orbit": camera(lambda t: {"turn": 14 * t - 7, "zoom": 1.15, "x": 0.08 * t}),
    "tilt": camera(lambda t: {"y": _RIM * (2 * eased(t) - 1)}),
    "slow_motion": camera(lambda t: {"zoom": 1 + 0.012 * t}),
    "handheld": _handheld,
    "parallax": _parallax,
    "talking_head": _talking_head,
    "fast_action": _fast_action,
    "waves": _waves,
    "breathing_light": _lit(_breath, _handheld),
    "warmer": _lit(_warmer, _parallax),
    "film": _film,
    "dark": _dark,
    "rack_focus": _rack_focus,
    "soft_model": _soft_model,
    "boiling": _boiling,
    "fireworks": _fireworks,
    "storm": _storm,
}
