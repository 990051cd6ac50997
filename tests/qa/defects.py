"""What goes wrong with clips, made on purpose, in three strengths: 0 weak, 1 medium, 2 strong."""

from pathlib import Path

import cv2
import numpy as np
from qa.defect import Defect, each, tail
from qa.light_defects import (
    brighter,
    burnt,
    darker,
    flicker,
    flicker_part,
    hue,
    pop,
    saturation,
    seam_tint,
    tint,
)

from screentest.media.encode import Frame


def black(frames, strength, rng, _):
    return tail(frames, (0.06, 0.15, 0.5)[strength], lambda f, _: np.zeros_like(f))


def one_colour(frames, strength, rng, _):
    colour = rng.integers(60, 200, 3)
    return tail(frames, (0.06, 0.15, 0.5)[strength], lambda f, _: np.full_like(f, colour))


def frozen(frames, strength, rng, _):
    start = len(frames) - round((0.2, 0.35, 0.7)[strength] * len(frames))
    return frames[:start] + [frames[start]] * (len(frames) - start)


def repeated(frames, strength, rng, _):
    every = (7, 4, 2)[strength]
    return [frames[i - 1] if i % every == every - 1 else f for i, f in enumerate(frames)]


def noise(frames, strength, rng, _):
    sigma = (9, 20, 45)[strength]
    return tail(frames, 0.5, lambda f, _: f + rng.normal(scale=sigma, size=f.shape))


def colour_noise(frames, strength, rng, _):
    def change(f: Frame, _: int) -> np.ndarray:
        grain = rng.normal(scale=(15, 35, 70)[strength], size=f.shape)
        return f + cv2.blur(grain - grain.mean(axis=-1, keepdims=True), (2, 2)) * 1.5

    return tail(frames, 0.5, change)


def latent_noise(frames, strength, rng, _):
    height, width = frames[0].shape[:2]

    def change(_: Frame, __: int) -> np.ndarray:
        latent = rng.normal(127, 55, (height // 8, width // 8, 3)).astype(np.float32)
        return cv2.resize(latent, (width, height), interpolation=cv2.INTER_CUBIC)

    return tail(frames, (0.1, 0.3, 1.0)[strength], change)


def garbage(frames, strength, rng, _):
    return tail(
        frames, (0.1, 0.3, 0.8)[strength], lambda f, _: rng.integers(0, 255, f.shape, np.uint8)
    )


def melting(frames, strength, rng, _):
    sigma = (1.0, 2.2, 5.0)[strength]
    return each(frames, lambda f, t: cv2.GaussianBlur(f, (0, 0), 0.01 + sigma * t))


def soft(frames, strength, rng, _):
    return each(frames, lambda f, _: cv2.GaussianBlur(f, (0, 0), (1.0, 2.2, 5.0)[strength]))


def jpeg(frames, strength, rng, _):
    quality = [cv2.IMWRITE_JPEG_QUALITY, (15, 7, 2)[strength]]
    return [cv2.imdecode(cv2.imencode(".jpg", f, quality)[1], cv2.IMREAD_COLOR) for f in frames]


def mosaic(frames, strength, rng, _):
    side = (4, 8, 16)[strength]
    height, width = frames[0].shape[:2]
    small = (width // side, height // side)
    return [
        cv2.resize(
            cv2.resize(f, small, interpolation=cv2.INTER_AREA),
            (width, height),
            interpolation=cv2.INTER_NEAREST,
        )
        for f in frames
    ]


def banding(frames, strength, rng, _):
    step = (8, 16, 32)[strength]
    return [(cv2.GaussianBlur(f, (0, 0), 0.7) // step * step + step // 2) for f in frames]


def jitter(frames, strength, rng, _):
    reach = frames[0].shape[1] / 832 * (2.0, 4.0, 10.0)[strength]
    moved = []
    for frame in frames:
        x, y = rng.normal(scale=reach, size=2)
        matrix = np.float32([[1, 0, x], [0, 1, y]])
        size = (frame.shape[1], frame.shape[0])
        moved.append(cv2.warpAffine(frame, matrix, size, borderMode=cv2.BORDER_REFLECT_101))
    return moved


def cut(frames, strength, rng, other):
    start = round(len(frames) * (0.8, 0.5, 0.3)[strength])
    return frames[:start] + other[start:]


def flash_frame(frames, strength, rng, other):
    start, length = len(frames) // 2, (1, 2, 4)[strength]
    return frames[:start] + other[start : start + length] + frames[start + length :]


def dissolve(frames, strength, rng, other):
    share = (0.4, 0.7, 1.0)[strength]

    def mixed(index: int) -> Frame:
        t = share * min(1.0, index / (0.8 * len(frames)))
        return (frames[index] * (1 - t) + other[index] * t).astype(np.uint8)

    return [mixed(index) for index in range(len(frames))]


def seam_shift(frames, strength, rng, _):
    pixels = (2, 5, 14)[strength]
    return [np.roll(f, (pixels, -pixels), axis=(0, 1)) for f in frames]


def other_picture(frames, strength, rng, other):
    return other


def shuffled(frames, strength, rng, _):
    block = (3, 5, len(frames))[strength]
    order = [
        start + int(each)
        for start in range(0, len(frames), block)
        for each in rng.permutation(min(block, len(frames) - start))
    ]
    return [frames[index] for index in order]


def still_with_grain(frames, strength, rng, _):
    sigma = (4, 2, 1)[strength]
    return [
        np.clip(frames[0] + rng.normal(scale=sigma, size=frames[0].shape), 0, 255).astype(np.uint8)
        for _ in frames
    ]


def torn(frames, strength, rng, _):
    """Bands of rows shifted aside in some frames."""
    result = []
    for index, frame in enumerate(frames):
        broken = frame.copy()
        if index % (6, 3, 1)[strength] == 0:
            for _ in range((1, 3, 6)[strength]):
                top = int(rng.integers(0, frame.shape[0] - 40))
                aside = int(rng.integers(20, 120))
                broken[top : top + 40] = np.roll(broken[top : top + 40], aside, axis=1)
        result.append(broken)
    return result


def truncate(path: Path, strength: int, _: np.random.Generator) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: round(len(data) * (0.95, 0.7, 0.4)[strength])])


def rot(path: Path, strength: int, rng: np.random.Generator) -> None:
    data = bytearray(path.read_bytes())
    for position in rng.integers(len(data) // 4, len(data) - 1, (4, 16, 80)[strength]):
        data[position] ^= 0xFF
    path.write_bytes(bytes(data))


_LIVELY = ("ken_burns", "pan", "orbit", "parallax", "handheld", "waves", "film", "tilt")
_COLOURFUL = (
    "astronaut",
    "coffee",
    "chelsea",
    "drawing:1",
    "landscape:1",
    "motorcycle",
    "immunohistochemistry",
    "drawing:2",
    "landscape:2",
    "rocket",
)
_SMOOTH = ("landscape:1", "landscape:2", "rocket", "retina", "drawing:1", "drawing:2")

DEFECTS: dict[str, Defect] = {
    "black": Defect(("black",), black),
    "one_colour": Defect(("flat",), one_colour),
    "frozen": Defect(("frozen",), frozen, motions=_LIVELY),
    "repeated": Defect(("judder",), repeated, motions=_LIVELY),
    "flicker": Defect(("flicker",), flicker),
    "flicker_part": Defect(("flicker",), flicker_part),
    "pop": Defect(("flicker",), pop),
    "noise": Defect(("noise",), noise),
    "colour_noise": Defect(("noise",), colour_noise),
    "latent_noise": Defect(("noise", "cut"), latent_noise),
    "garbage": Defect(("noise", "cut"), garbage),
    "melting": Defect(("sharpness",), melting),
    "soft": Defect(("sharpness", "boundary"), soft),
    "jpeg": Defect(("blockiness",), jpeg),
    "mosaic": Defect(("blockiness",), mosaic),
    "banding": Defect(("banding",), banding, sources=_SMOOTH),
    "jitter": Defect(("jitter",), jitter),
    "cut": Defect(("cut",), cut),
    "flash_frame": Defect(("cut",), flash_frame),
    "dissolve": Defect(("colour", "exposure", "content"), dissolve),
    "tint": Defect(("colour",), tint),
    "hue": Defect(("colour",), hue, sources=_COLOURFUL),
    "saturation": Defect(("colour",), saturation, sources=_COLOURFUL),
    "brighter": Defect(("exposure",), brighter),
    "darker": Defect(("exposure", "colour", "black"), darker),
    "burnt": Defect(("exposure", "colour"), burnt),
    "seam_shift": Defect(("boundary",), seam_shift),
    "seam_tint": Defect(("boundary", "colour"), seam_tint),
    "other_picture": Defect(("boundary",), other_picture),
    "shuffled": Defect(("jitter", "cut", "noise", "judder"), shuffled, motions=_LIVELY),
    "still_with_grain": Defect(("motion",), still_with_grain),
    "torn": Defect(("cut", "content", "flicker", "boundary"), torn),
    "truncated": Defect(("truncated", "unreadable", "wrong_frame_count"), damage=truncate),
    "bit_rot": Defect(("corrupt", "truncated", "unreadable", "cut"), damage=rot),
}
