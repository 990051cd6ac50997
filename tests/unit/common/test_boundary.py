"""How far from its end a clip may be cut."""

from hypothesis import given
from hypothesis import strategies as st

from screentest.common.events import Boundary


@given(frames=st.integers(2, 500), window=st.integers(2, 240))
def test_half_of_a_clip_and_two_frames_are_kept_whatever_the_window(frames, window):
    """A segment of one frame would add nothing to its scene."""
    candidates = Boundary(window=window).candidates(frames)

    kept = frames - candidates + 1
    assert 1 <= candidates <= window
    assert kept >= 2
    assert 2 * kept >= frames


@given(window=st.integers(2, 240))
def test_the_only_frame_of_a_clip_is_its_boundary(window):
    assert Boundary(window=window).candidates(1) == 1


def test_a_window_within_the_last_half_is_kept():
    assert Boundary(window=8).candidates(17) == 8
    assert Boundary(window=12).candidates(17) == 9
