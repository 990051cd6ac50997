"""What is known of a clip before and after it is rendered."""

import pytest

from screentest.common.events import ExpectedClip


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ExpectedClip()),
        (
            {"width": 832, "height": 480, "frames": 41, "fps": 16},
            ExpectedClip(width=832, height=480, frames=41, fps=16),
        ),
        ({"fps": 23.976, "frames": 41.0}, ExpectedClip(fps=23.976, frames=41)),
        ({"width": "wide", "height": True, "frames": 0, "fps": -1}, ExpectedClip()),
    ],
)
def test_expected_clip_is_what_the_values_say_and_nothing_else(values, expected):
    assert ExpectedClip.of(values) == expected
