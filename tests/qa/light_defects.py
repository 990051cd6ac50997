"""What goes wrong with light and colour, in three strengths: 0 weak, 1 medium, 2 strong."""

import cv2
import numpy as np
from qa.defect import each, tail


def flicker(frames, strength, rng, _):
    height = (2.5, 6, 14)[strength]
    pump = rng.choice([-1, 1], len(frames)) * height
    return [np.clip(f + p, 0, 255).astype(np.uint8) for f, p in zip(frames, pump, strict=True)]


def flicker_part(frames, strength, rng, _):
    height, width = frames[0].shape[:2]
    mask = np.zeros((height, width, 1), np.float32)
    top, left = height // 8, width // 2
    mask[top : top + height // 2, left : left + width // 3] = (6, 14, 28)[strength]
    mask = cv2.GaussianBlur(mask, (0, 0), 12)[..., None]
    signs = rng.choice([-1, 1], len(frames))
    return [
        np.clip(f + s * mask, 0, 255).astype(np.uint8) for f, s in zip(frames, signs, strict=True)
    ]


def pop(frames, strength, rng, _):
    return tail(frames, 0.5, lambda f, _: f.astype(np.float32) + (8, 18, 36)[strength])


def tint(frames, strength, rng, _):
    direction = np.float32([(1, -0.5, -0.5), (-0.5, 1, -0.5), (-0.5, -0.5, 1)][rng.integers(3)])
    return each(frames, lambda f, t: f + direction * t * (10, 24, 48)[strength])


def hue(frames, strength, rng, _):
    degrees = (20, 45, 100)[strength]

    def change(f: np.ndarray, t: float) -> np.ndarray:
        hsv = cv2.cvtColor(f.astype(np.uint8), cv2.COLOR_RGB2HSV)
        hsv[..., 0] = (hsv[..., 0].astype(int) + round(degrees * t / 2)) % 180
        return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)

    return each(frames, change)


def saturation(frames, strength, rng, _):
    factor = (1.5, 2.2, 4.0)[strength]

    def change(f: np.ndarray, t: float) -> np.ndarray:
        grey = f.mean(axis=-1, keepdims=True)
        return grey + (f - grey) * (1 + (factor - 1) * t)

    return each(frames, change)


def brighter(frames, strength, rng, _):
    return each(frames, lambda f, t: f + t * (25, 55, 100)[strength])


def darker(frames, strength, rng, _):
    return each(frames, lambda f, t: f * (1 - t * (0.3, 0.6, 0.9)[strength]))


def burnt(frames, strength, rng, _):
    factor = (1.4, 2.0, 3.5)[strength]
    return each(frames, lambda f, t: (f - 110) * (1 + (factor - 1) * t) + 110)


def seam_tint(frames, strength, rng, _):
    return each(frames, lambda f, _: f + np.float32((1, -1, 1)) * (5, 12, 25)[strength])
