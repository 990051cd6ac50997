"""Every defect is found by the check it is for, however the camera moves."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from screentest.media.encode import Frame
from screentest.qa.domain import Verdict
from screentest.qa.engine.job import Expected
from support.measured import measurement

GATE_CAP = 0.25
WARN_CAP = 0.84
FAIL_CAP = 0.49


def _black_in_the_middle(frames: list[Frame]) -> list[Frame]:
    return [np.zeros_like(f) if 8 <= index < 12 else f for index, f in enumerate(frames)]


def _grey_at_the_end(frames: list[Frame]) -> list[Frame]:
    return [np.full_like(f, 120) if index >= 20 else f for index, f in enumerate(frames)]


def _pixel_noise(frames: list[Frame]) -> list[Frame]:
    rng = np.random.default_rng(3)
    noisy = [f + rng.normal(scale=50, size=f.shape) for f in frames]
    return [np.clip(f, 0, 255).astype(np.uint8) for f in noisy]


def _latent_noise(frames: list[Frame]) -> list[Frame]:
    rng = np.random.default_rng(4)
    latents = [rng.integers(0, 255, (30, 52, 3), dtype=np.uint8) for _ in frames]
    return [cv2.resize(each, (416, 240), interpolation=cv2.INTER_CUBIC) for each in latents]


def _stops_halfway(frames: list[Frame]) -> list[Frame]:
    return frames[:12] + [frames[11]] * 12


def _melts(frames: list[Frame]) -> list[Frame]:
    return [
        cv2.GaussianBlur(f, (0, 0), 0.01 + 0.25 * index) if index else f
        for index, f in enumerate(frames)
    ]


def _soft_from_the_start(frames: list[Frame]) -> list[Frame]:
    return [cv2.GaussianBlur(f, (0, 0), 3) for f in frames]


def _too_bright(frames: list[Frame]) -> list[Frame]:
    return [cv2.convertScaleAbs(f, alpha=1.0, beta=9.0 * i) for i, f in enumerate(frames)]


def _night_falls(frames: list[Frame]) -> list[Frame]:
    return [cv2.convertScaleAbs(f, alpha=1 - 0.037 * i) for i, f in enumerate(frames)]


def _green_tint(frames: list[Frame]) -> list[Frame]:
    return [cv2.add(f, (0, 2.0 * i, 0, 0)) for i, f in enumerate(frames)]


def _hues_rotate(frames: list[Frame]) -> list[Frame]:
    turned = []
    for index, frame in enumerate(frames):
        hsv = cv2.cvtColor(frame, cv2.COLOR_RGB2HSV)
        hsv[..., 0] = (hsv[..., 0].astype(int) + 3 * index) % 180
        turned.append(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB))
    return turned


def _contrast_grows(frames: list[Frame]) -> list[Frame]:
    return [
        np.clip((f.astype(np.float32) - 120) * (1 + 0.1 * i) + 120, 0, 255).astype(np.uint8)
        for i, f in enumerate(frames)
    ]


def _repeats_frames(frames: list[Frame]) -> list[Frame]:
    return [frames[i - 1] if i % 4 == 3 else f for i, f in enumerate(frames)]


def _pumps(frames: list[Frame]) -> list[Frame]:
    signs = np.random.default_rng(7).choice([-8.0, 8.0], len(frames))
    return [cv2.convertScaleAbs(f, beta=s) for f, s in zip(frames, signs, strict=True)]


def _pumps_in_a_corner(frames: list[Frame]) -> list[Frame]:
    pumping = _pumps(frames)
    for pumped, frame in zip(pumping, frames, strict=True):
        pumped[120:], pumped[:, 160:] = frame[120:], frame[:, 160:]
    return pumping


def _pops(frames: list[Frame]) -> list[Frame]:
    return frames[:12] + [cv2.convertScaleAbs(f, beta=20.0) for f in frames[12:]]


def _trembles(frames: list[Frame]) -> list[Frame]:
    moves = np.random.default_rng(8).integers(-4, 5, (len(frames), 2))
    return [np.roll(f, move, axis=(0, 1)) for f, move in zip(frames, moves, strict=True)]


def _falls_apart(frames: list[Frame]) -> list[Frame]:
    small = [cv2.resize(f, (52, 30), interpolation=cv2.INTER_AREA) for f in frames]
    return [cv2.resize(f, (416, 240), interpolation=cv2.INTER_NEAREST) for f in small]


def _stands_still_under_grain(frames: list[Frame]) -> list[Frame]:
    rng = np.random.default_rng(9)
    noisy = [frames[0] + rng.normal(scale=1.5, size=frames[0].shape) for _ in frames]
    return [np.clip(f, 0, 255).astype(np.uint8) for f in noisy]


def _one_wrong_frame(frames: list[Frame]) -> list[Frame]:
    return [f[::-1, ::-1] if index == 12 else f for index, f in enumerate(frames)]


def _colour_garbage(frames: list[Frame]) -> list[Frame]:
    rng = np.random.default_rng(10)
    noisy = []
    for frame in frames:
        grain = rng.normal(scale=50, size=frame.shape)
        noisy.append(frame + 2 * cv2.blur(grain - grain.mean(axis=-1, keepdims=True), (2, 2)))
    return [np.clip(f, 0, 255).astype(np.uint8) for f in noisy]


def _starts_moved(frames: list[Frame]) -> list[Frame]:
    return [np.roll(f, (6, 9), axis=(0, 1)) for f in frames]


@pytest.mark.parametrize(
    ("defect", "name", "verdict", "cap"),
    [
        (_black_in_the_middle, "black", Verdict.FAIL, GATE_CAP),
        (_grey_at_the_end, "flat", Verdict.FAIL, GATE_CAP),
        (_pixel_noise, "noise_sigma", Verdict.FAIL, GATE_CAP),
        (_latent_noise, "noise_continuity", Verdict.FAIL, GATE_CAP),
        (_stops_halfway, "frozen", Verdict.FAIL, FAIL_CAP),
        (_melts, "sharpness_decay", Verdict.FAIL, FAIL_CAP),
        (_soft_from_the_start, "sharpness_vs_seed", Verdict.FAIL, FAIL_CAP),
        (_too_bright, "exposure_burnt", Verdict.FAIL, FAIL_CAP),
        (_night_falls, "exposure_shift", Verdict.FAIL, FAIL_CAP),
        (_green_tint, "colour_cast", Verdict.FAIL, FAIL_CAP),
        (_hues_rotate, "colour_difference", Verdict.FAIL, FAIL_CAP),
        (_hues_rotate, "colour_turn", Verdict.FAIL, FAIL_CAP),
        (_contrast_grows, "exposure_contrast", Verdict.WARN, FAIL_CAP),
        (_repeats_frames, "judder", Verdict.WARN, WARN_CAP),
        (_pumps, "flicker_global", Verdict.FAIL, FAIL_CAP),
        (_pumps_in_a_corner, "flicker_local", Verdict.FAIL, FAIL_CAP),
        (_pops, "flicker_jump", Verdict.WARN, WARN_CAP),
        (_trembles, "jitter", Verdict.FAIL, FAIL_CAP),
        (_falls_apart, "blockiness", Verdict.FAIL, FAIL_CAP),
        (_stands_still_under_grain, "motion_amount", Verdict.WARN, WARN_CAP),
        (_one_wrong_frame, "cut", Verdict.FAIL, FAIL_CAP),
        (_colour_garbage, "noise_chroma", Verdict.FAIL, GATE_CAP),
        (_green_tint, "colour_drift", Verdict.FAIL, FAIL_CAP),
        (_night_falls, "exposure_drift", Verdict.FAIL, FAIL_CAP),
        (_starts_moved, "boundary_jump", Verdict.FAIL, FAIL_CAP),
        (_starts_moved, "boundary_ssim", Verdict.FAIL, FAIL_CAP),
        (_soft_from_the_start, "boundary_ssim", Verdict.WARN, FAIL_CAP),
        (_soft_from_the_start, "boundary_detail", Verdict.FAIL, FAIL_CAP),
    ],
)
def test_finds_the_defect(
    studio,
    defect: Callable[[list[Frame]], list[Frame]],
    name: str,
    verdict: Verdict,
    cap: float,
):
    score = studio.score(defect(studio.good))

    found = measurement(score, name)
    assert found.verdict is verdict, found
    assert found.note
    assert score.score <= cap


def test_a_sky_in_bands(studio):
    """Only a picture with smooth ramps can have them."""
    ramp = np.linspace(40, 200, studio.width, dtype=np.float32)
    sky = np.broadcast_to(ramp[None, :, None], (studio.height, studio.width, 3))
    moving = [np.roll(sky, index, axis=1)[:, 30:-30] for index in range(studio.frames)]
    seed = str(studio.write_png(np.rint(moving[0]).astype(np.uint8), "sky.png"))
    expected = Expected(frames=studio.frames)

    smooth, banded = (
        studio.score(
            [(f // step * step).astype(np.uint8) for f in moving],
            seed_image=seed,
            expected=expected,
        )
        for step in (1, 16)
    )

    assert measurement(smooth, "banding").verdict is Verdict.PASS
    assert measurement(banded, "banding").verdict is Verdict.WARN


def _turns_to_the_light(studio) -> list[Frame]:
    """A fast pan from the dark to the light."""
    wide = studio.photograph(5, studio.width * 2, studio.height).astype(np.float32)
    light = np.linspace(0.25, 1.0, wide.shape[1])[None, :, None] * (1.0, 0.9, 0.6)
    wide = (wide * light).astype(np.uint8)
    return [wide[:, start : start + studio.width] for start in range(0, studio.frames * 16, 16)]


def test_a_camera_that_turns_to_the_light_does_nothing_wrong(studio):
    """Light, colour and detail of the picture change, but those of the things in it do not."""
    shot = _turns_to_the_light(studio)
    seed = str(studio.write_png(shot[0], "dark.png"))

    score = studio.score(shot, seed_image=seed)

    assert {each.name for each in score.measurements if each.verdict is Verdict.FAIL} == set()
    assert measurement(score, "exposure_shift").verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("defect", "name"),
    [
        (_night_falls, "exposure_shift"),
        (_hues_rotate, "colour_turn"),
        (_pops, "flicker_jump"),
    ],
)
def test_a_camera_that_turns_to_the_light_hides_nothing(studio, defect, name):
    """The picture as a whole gets brighter, whatever the renderer does to the things in it."""
    shot = _turns_to_the_light(studio)
    seed = str(studio.write_png(shot[0], "dark.png"))

    score = studio.score(defect(shot), seed_image=seed)

    assert measurement(score, name).verdict in {Verdict.WARN, Verdict.FAIL}


def test_what_a_whip_pan_parts_is_judged_on_either_side(studio):
    """Nothing can be followed across it, and what comes after is followed again."""
    wide = studio.photograph(6, studio.width * 3, studio.height)
    starts = [min(i, 11) * 2 + max(0, min(i - 11, 4)) * 180 for i in range(2 * studio.frames)]
    shot = [wide[:, start : start + studio.width] for start in starts]
    tinted = [cv2.add(f, (0, 1.5 * max(0, i - 20), 0, 0)) for i, f in enumerate(shot)]
    seed = str(studio.write_png(shot[0], "whip.png"))

    plain, green = (
        studio.score(each, seed_image=seed, expected=Expected()) for each in (shot, tinted)
    )

    assert measurement(plain, "colour_cast").verdict is Verdict.PASS
    assert measurement(green, "colour_cast").verdict is Verdict.FAIL


def test_a_clip_of_eight_frames_that_melts(studio):
    """Its last fifth lies between two sampled frames."""
    blurred = [cv2.GaussianBlur(f, (0, 0), 0.01 + 0.9 * i) for i, f in enumerate(studio.good[:8])]

    score = studio.score(blurred, expected=Expected())

    assert measurement(score, "sharpness_decay").verdict in {Verdict.WARN, Verdict.FAIL}
