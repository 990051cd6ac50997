"""Which numbers of frames a model can make, and the legal ones around any other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.common.frame_rule import FrameRule

WAN, LTX, TENS = FrameRule(step=4, offset=1), FrameRule(step=8, offset=1), FrameRule(step=10)
RULES = st.builds(FrameRule, step=st.integers(1, 64), offset=st.integers(0, 64))


@pytest.mark.parametrize(
    ("rule", "text", "legal", "illegal"),
    [
        (WAN, "4n+1", (1, 5, 77, 81), (0, 2, 80, 82, 81.5)),
        (LTX, "8n+1", (1, 9, 121), (0, 8, 120)),
        (TENS, "10n", (10, 20), (0, 1, 15)),
        (FrameRule(step=3, offset=7), "3n+7", (7, 10), (1, 4, 8)),
    ],
)
def test_it_allows_what_people_write_it_as(rule, text, legal, illegal):
    assert str(rule) == text
    assert all(rule.allows(frames) for frames in legal)
    assert not any(rule.allows(frames) for frames in illegal)


@pytest.mark.parametrize(
    ("rule", "frames", "below", "above", "nearest"),
    [
        (WAN, 80, 77, 81, (77, 81)),
        (WAN, 81, 81, 81, (81,)),
        (WAN, 81.5, 81, 85, (81, 85)),
        (WAN, 0, None, 1, (1,)),
        (TENS, 9, None, 10, (10,)),
        (TENS, 0, None, 10, (10,)),
        (FrameRule(step=3, offset=7), 5, None, 7, (7,)),
        (FrameRule(step=1), 0, None, 1, (1,)),
    ],
)
def test_the_legal_numbers_around_a_number(rule, frames, below, above, nearest):
    whole = isinstance(frames, int)

    assert rule.nearest(frames) == nearest
    assert not whole or (rule.at_most(frames), rule.at_least(frames)) == (below, above)


@given(rule=RULES, frames=st.integers(-5, 2000))
def test_no_legal_number_lies_between_the_ones_that_are_named(rule, frames):
    below, above = rule.at_most(frames), rule.at_least(frames)

    assert above >= max(frames, 1)
    assert rule.allows(above)
    assert not any(rule.allows(one) for one in range(max(frames, 1), above))
    if below is not None:
        assert 1 <= below <= frames
        assert rule.allows(below)
    assert not any(rule.allows(one) for one in range((below or 0) + 1, frames + 1))
    assert rule.allows(frames) == (rule.nearest(frames) == (frames,))
