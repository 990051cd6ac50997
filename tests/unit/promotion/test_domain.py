"""Where files of a promotion go."""

import pytest

from screentest.promotion.domain import scene_key


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("renders/r/001/x.mp4", "scenes/7/segments/001.mp4"),
        ("renders/r/001/x.last.png", "scenes/7/segments/001.last.png"),
        ("renders/v1.2/001/x.poster.webp", "scenes/7/segments/001.poster.webp"),
        ("renders/r/001/x-2.mp4", "scenes/7/segments/001.mp4"),
    ],
)
def test_suffix_of_the_source_is_kept(source, target):
    assert scene_key(7, source) == target
