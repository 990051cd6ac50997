import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.media.encode import encode
from screentest.media.motion import calmest, stillness


@pytest.fixture
def moving(tmp_path, scene):
    """Writes a clip that shows those pictures of a moving scene, one after the other."""

    def write(*pictures, **encoder):
        shown = scene(max(pictures) + 1)
        path = tmp_path / "moving.mp4"
        encode((shown[picture] for picture in pictures), path, fps=16, **encoder)
        return path

    return write


def test_the_calmest_frame_is_between_two_like_it(moving):
    """Frames 4, 5 and 6 show one picture, so frame 5 does not move at all."""
    clip = moving(0, 2, 4, 6, 8, 8, 8, 12, 16, 20)

    assert calmest(clip, window=8) == 5


def test_only_the_window_counts(moving):
    clip = moving(0, 0, 0, 4, 8, 9, 10, 11, 16, 20)

    assert calmest(clip, window=10) == 1
    assert calmest(clip, window=5) in {5, 6, 7}


def test_of_equally_calm_frames_the_last_loses_least(tmp_path):
    still = np.full((32, 48, 3), 90, np.uint8)
    encode([still] * 9, tmp_path / "still.mp4", fps=8)

    assert calmest(tmp_path / "still.mp4", window=6) == 8


def test_motion_is_the_mean_of_both_neighbours(tmp_path):
    """Grey 100, 100, 120, 120 in RGB is 17 steps of brightness apart, encoded almost exactly."""
    shades = (100, 100, 120, 120)
    frames = (np.full((32, 48, 3), shade, np.uint8) for shade in shades)
    encode(frames, tmp_path / "steps.mp4", fps=8, crf=0)

    motion = [one.motion for one in stillness(tmp_path / "steps.mp4", window=4)]

    assert motion == pytest.approx([0, 8.5, 8.5, 0], abs=0.6)


def test_sharp_is_told_from_blurred(tmp_path):
    checks = (np.indices((64, 96)).sum(axis=0) // 8 % 2 * 200 + 20).astype(np.uint8)
    sharp = np.repeat(checks[..., None], 3, axis=2)
    encode([sharp, np.full_like(sharp, 120)], tmp_path / "two.mp4", fps=8)

    first, second = stillness(tmp_path / "two.mp4", window=2)

    assert first.sharpness > 100 * (second.sharpness + 0.1)


@given(window=st.integers(1, 30))
def test_the_window_is_the_end_of_the_clip(tmp_path_factory, window):
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    encode((np.full((16, 16, 3), shade, np.uint8) for shade in range(40, 52)), path, fps=8)

    assert [one.frame for one in stillness(path, window)] == list(range(max(0, 12 - window), 12))
