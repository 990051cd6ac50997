"""Pictures made small: fast ways must not change what comes out."""

import cv2
import numpy as np
import pytest

from screentest.qa.engine.picture import cell_means, noise_sigma, shrink, whole_cells


def _picture(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(width).integers(0, 256, (height, width), dtype=np.uint8)


def test_cells_of_whole_pixels_have_exactly_their_means():
    picture = _picture(832, 480)

    found = cell_means(picture, (52, 30))

    assert np.array_equal(found, picture.reshape(30, 16, 52, 16).mean(axis=(1, 3)))


@pytest.mark.parametrize("shape", [(1280, 720), (624, 352), (417, 239)])
def test_cells_of_broken_pixels_follow_a_ramp(shape):
    ramp = np.linspace(0, 255, shape[0], dtype=np.float32)
    picture = np.broadcast_to(ramp, shape[::-1]).astype(np.uint8)

    found = cell_means(picture, (53, 30))

    exact = cv2.resize(picture.astype(np.float64), (53, 30), interpolation=cv2.INTER_AREA)
    assert np.abs(found - exact).max() < 0.5


@pytest.mark.parametrize("shape", [(832, 480), (1280, 720)])
def test_a_small_picture_is_as_bright_as_the_large_one(shape):
    picture = _picture(*shape)

    small = shrink(picture, (208, 117))

    assert small.shape == (117, 208)
    assert abs(float(small.mean()) - float(picture.mean())) < 0.5


def test_whole_cells_leave_out_what_is_left_at_the_rim():
    picture = np.zeros((35, 70), np.uint8)
    picture[:, 64:] = picture[32:] = 200
    picture[:32, 32:64] = 10

    assert whole_cells(picture, 32, 32).tolist() == [[0.0, 10.0]]


def test_noise_of_known_strength():
    grain = np.random.default_rng(1).normal(scale=6, size=(240, 416))

    assert noise_sigma(np.clip(120 + grain, 0, 255).astype(np.uint8)) == pytest.approx(6, rel=0.1)
