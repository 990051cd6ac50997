"""The pictures: what a recipe changes, and what QA would say of them (limits: its warnings)."""

import os
import subprocess
import sys
from itertools import pairwise

import cv2
import numpy as np
import pytest

from screentest.gpu_runner.engine.builtin.camera import Move, choose_move
from screentest.gpu_runner.engine.builtin.film import film
from screentest.gpu_runner.engine.builtin.parameters import parameters_of
from screentest.media.clips import read_frames
from screentest.media.encode import encode
from screentest.media.stills import cover, decode_image


@pytest.fixture
def render(photo, recipe):
    def run(prompt="a slow push-in", *, picture="chelsea", **given):
        seed = picture if isinstance(picture, np.ndarray) else _read(photo(picture))
        return list(film(seed, parameters_of(recipe(prompt, **given))))

    return run


def _read(path):
    return decode_image(path.read_bytes())


def _luma(frame):
    return cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)


def _sharpness(frame):
    return cv2.Laplacian(_luma(frame), cv2.CV_64F).var()


def _flows(frames):
    """Optical flow of each pair, in per cent of the width, at a quarter of the size as QA does."""
    height, width = frames[0].shape[:2]
    small = [cv2.resize(_luma(f), (208, 208 * height // width)) for f in frames]
    engine = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    return [engine.calc(one, two, None) * (100 / 208) for one, two in pairwise(small)]


def test_the_first_frame_is_the_seed_image_fitted_to_the_frame(render, photo):
    first = render()[0]

    np.testing.assert_array_equal(first, cover(_read(photo("chelsea")), 208, 120))


def test_a_film_that_fades_to_black_is_black_from_a_quarter_on(render):
    frames = render("she walks off, fade to black", frames=17)

    assert frames[0].mean() > 60
    assert max(frame.mean() for frame in frames[4:]) < 14
    assert min(frame.mean() for frame in render("she walks off", frames=17)) > 60


def test_equal_recipes_give_equal_frames(render):
    for one, two in zip(render(loras=[("noir", 0.8)]), render(loras=[("noir", 0.8)]), strict=True):
        np.testing.assert_array_equal(one, two)


_DIGEST_OF_CLIP = """
import sys
from hashlib import sha256
from pathlib import Path
from screentest.common.recipes import Recipe
from screentest.gpu_runner.engine.builtin.film import film
from screentest.gpu_runner.engine.builtin.parameters import parameters_of
from screentest.media.encode import encode
from screentest.media.stills import decode_image
recipe, seed, out = Recipe.model_validate_json(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
encode(film(decode_image(seed.read_bytes()), parameters_of(recipe)), out, fps=16)
print(sha256(out.read_bytes()).hexdigest())
"""


def test_a_processor_without_wide_vectors_makes_the_same_bytes(tmp_path, photo, recipe):
    """Workers differ: what one renders must be what another would have rendered."""
    wanted = recipe("orbit", width=416, height=240, loras=[("noir", 0.7)]).model_dump_json()
    plain = {
        "OPENCV_CPU_DISABLE": "AVX,AVX2,FP16,FMA3,AVX512-SKX",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4",
    }
    arguments = [wanted, str(photo("chelsea")), str(tmp_path / "clip.mp4")]
    digests = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _DIGEST_OF_CLIP, *arguments],
            env=os.environ | limits,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for limits in ({}, plain)
    }

    assert len(digests) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"cfg": 9.0},
        {"steps": 8},
        {"loras": [("noir", 1.0)]},
        {"prompt": "an orbit"},
        {"prompt": "a slow push-in at golden hour"},
        {"negative_prompt": "grain"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_a_recipe_changes_can_be_seen(render, change):
    """Not only other bytes: other pixels, by more than rounding."""
    before, after = render()[4], render(**change)[4]

    assert np.abs(before.astype(int) - after).max() >= 4


def test_more_weight_is_more_of_a_look_and_zero_is_none(render):
    def distance(weight):
        plain, styled = (
            render(loras=loras, steps=200)[-1].mean(axis=(0, 1))
            for loras in ([], [("film_noir", weight)])
        )
        return float(np.abs(plain - styled).max())

    assert distance(0.0) < 0.3 < distance(0.4) < distance(1.2) < 12


@pytest.mark.parametrize(
    ("prompt", "picture"),
    [
        ("push-in", "astronaut"),
        ("pan left", "coffee"),
        ("tilt up", "chelsea"),
        ("orbit", "astronaut"),
        ("handheld", "coffee"),
        ("static shot", "chelsea"),
        ("pull back slowly", "astronaut"),
    ],
)
def test_every_move_passes_the_measures_of_quality(tmp_path, render, prompt, picture):
    made = render(prompt, picture=picture, width=416, height=240, frames=41)
    encode(made, tmp_path / "clip.mp4", fps=16)
    frames = list(read_frames(tmp_path / "clip.mp4"))
    flows = _flows(frames)
    motion = np.mean([np.percentile(np.hypot(f[..., 0], f[..., 1]), 75) for f in flows])
    path = np.array([np.median(f.reshape(-1, 2), axis=0) for f in flows]) * 4.16
    light = np.array([_luma(f).mean() for f in frames])
    steps = [np.abs(_luma(a).astype(int) - _luma(b)).mean() for a, b in pairwise(frames)]

    assert 0.012 < motion < 2, "motion in per cent of the width per frame"
    assert min(steps) > 0.08, "a frozen frame"
    assert np.sqrt((np.diff(path, 2, axis=0) ** 2).mean()) < 1, "jitter in pixels"
    assert np.abs(light[1:-1] - (light[:-2] + light[2:]) / 2).max() < 0.8, "flicker in levels"
    assert 0.68 < _sharpness(frames[-1]) / _sharpness(frames[0]) < 1.5, "sharpness, end to start"
    assert np.abs(frames[0].astype(int) - made[0]).mean() < 4, "the first frame is the seed"


@pytest.mark.parametrize("prompt", ["push-in", "orbit", "pan right"])
def test_a_chain_of_three_goes_on_smoothly_and_stays_sharp(tmp_path, photo, render, prompt):
    """Each segment is seeded by the last frame of the one before, as it was decoded."""
    seed, chain = cover(_read(photo("astronaut")), 416, 240), []
    for index in range(3):
        path = tmp_path / f"{index}.mp4"
        picture = chain[-1][-1] if chain else seed
        loras = [("film_noir", 1.0)]
        made = render(
            prompt, picture=picture, width=416, height=240, frames=33, seed=index, loras=loras
        )
        encode(made, path, fps=16)
        chain.append(list(read_frames(path)))
    for before, after in pairwise(chain):
        across = np.abs(before[-1].astype(int) - after[0]).mean()

        assert across < 3, "the shared frame is the same picture"
        assert np.abs(before[-1].mean(axis=(0, 1)) - after[0].mean(axis=(0, 1))).max() < 1
        speeds = [
            np.median(np.hypot(f[..., 0], f[..., 1])) for f in _flows([*before[-4:], *after[1:5]])
        ]
        assert max(speeds) < 3 * min(speeds) + 0.02, "no jerk where segments meet"

    assert 0.5 < _sharpness(chain[-1][-1]) / _sharpness(chain[0][0]) < 2
    assert np.abs(chain[-1][-1].mean(axis=(0, 1)) - seed.mean(axis=(0, 1))).max() < 25


@pytest.mark.parametrize(
    ("prompt", "negative", "move"),
    [
        ("Slow push-in on the cat", "", Move.PUSH_IN),
        ("the camera slowly zooms in", "", Move.PUSH_IN),
        ("dolly out of the room", "", Move.PULL_OUT),
        ("camera pans slowly to the left", "", Move.PAN_LEFT),
        ("moving right along the wall", "", Move.PAN_RIGHT),
        ("tilt down to her feet", "", Move.TILT_DOWN),
        ("a crane shot rises", "", Move.TILT_UP),
        ("the camera orbits the cup", "", Move.ORBIT),
        ("hand-held, nervous", "", Move.HANDHELD),
        ("locked tripod shot, then a push in", "", Move.STATIC),
    ],
)
def test_the_first_move_that_the_prompt_names_is_made(prompt, negative, move):
    assert choose_move(prompt, negative) is move


def test_an_unnamed_move_is_the_same_for_a_prompt_and_never_one_that_is_unwanted():
    prompts = [f"a cat, take {number}" for number in range(60)]

    assert {choose_move(p, "") for p in prompts} > {Move.PUSH_IN, Move.ORBIT}
    assert choose_move("A  cat", "") is choose_move("a cat", "")
    assert Move.HANDHELD not in {choose_move(p, "shaky, handheld") for p in prompts}
