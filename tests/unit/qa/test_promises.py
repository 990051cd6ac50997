"""A clip is what its recipe promised: its format, and a loop where one is asked for."""

from dataclasses import replace

import pytest

from screentest.qa.domain import Verdict
from screentest.qa.engine.job import Expected
from support.measured import measurement

GATE_CAP = 0.25


class TestFormat:
    @pytest.mark.parametrize(
        ("promised", "name", "value"),
        [
            ({"width": 832}, "wrong_size", 416),
            ({"height": 244}, "wrong_size", 4),
            ({"fps": 24.0}, "wrong_fps", 8),
            ({"frames": 30}, "wrong_frame_count", 6),
        ],
    )
    def test_fails_when_the_recipe_promised_something_else(self, studio, promised, name, value):
        expected = replace(Expected(width=416, height=240, fps=16, frames=24), **promised)

        score = studio.score(studio.good, expected=expected)

        assert measurement(score, name).value == value
        assert measurement(score, name).verdict is Verdict.FAIL
        assert score.score <= GATE_CAP

    def test_one_frame_more_or_less_is_forgiven(self, studio):
        expected = Expected(frames=studio.frames + 1)

        assert studio.score(studio.good, expected=expected).verdict is Verdict.PASS

    def test_nothing_promised_nothing_measured(self, studio):
        score = studio.score(studio.good, expected=Expected())

        for name in ("wrong_size", "wrong_fps", "wrong_frame_count"):
            assert measurement(score, name).verdict is Verdict.NOT_MEASURED
            assert "promises no" in measurement(score, name).note


class TestLoop:
    LOOP = Expected(width=416, height=240, fps=16, frames=24, loop=True)

    def test_an_open_loop_warns_where_a_loop_is_asked_for(self, studio):
        found = measurement(studio.score(studio.good, expected=self.LOOP), "loop_closure")

        assert found.verdict is Verdict.WARN
        assert found.frame == studio.frames - 1

    def test_a_closed_loop_passes(self, studio):
        there_and_back = studio.good[::2] + studio.good[::-2]

        score = studio.score(there_and_back, expected=self.LOOP)

        assert measurement(score, "loop_closure").verdict is Verdict.PASS
