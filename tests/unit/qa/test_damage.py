"""Clips that are damaged, or none."""

import numpy as np
import pytest

from screentest.qa.domain import Verdict
from screentest.qa.engine.measure import measure_clip


class TestDamage:
    def test_a_clip_that_is_cut_off_keeps_what_can_be_seen(self, studio):
        clip = studio.write_clip(studio.good)
        data = clip.read_bytes()
        clip.write_bytes(data[: len(data) * 2 // 3])

        report = measure_clip(studio.job(clip))

        found = {each.name: each for each in report.measurements}
        assert found["truncated"].verdict is Verdict.FAIL
        assert found["wrong_frame_count"].verdict is Verdict.FAIL
        assert found["unreadable"].verdict is Verdict.PASS

    def test_bit_rot_is_found_though_it_raises_nothing(self, studio):
        clip = studio.write_clip(studio.good)
        data = bytearray(clip.read_bytes())
        rng = np.random.default_rng(5)
        for position in rng.integers(len(data) // 3, len(data) - 1, 60):
            data[position] ^= 0xFF
        clip.write_bytes(bytes(data))

        report = measure_clip(studio.job(clip))

        corrupt = next(each for each in report.measurements if each.name == "corrupt")
        assert corrupt.verdict is Verdict.FAIL
        assert corrupt.frame is not None

    @pytest.mark.parametrize("content", [b"", b"no video at all" * 100, "png"])
    def test_what_is_no_clip_is_unreadable_with_the_reason(self, studio, content):
        path = studio.folder / "clip.mp4"
        path.write_bytes(studio.seed.read_bytes() if content == "png" else content)

        report = measure_clip(studio.job(path))

        [only] = report.measurements
        assert only.name == "unreadable"
        assert only.verdict is Verdict.FAIL
        assert "clip.mp4" in only.note

    def test_a_missing_file_says_so(self, studio):
        report = measure_clip(studio.job(studio.folder / "nowhere.mp4"))

        assert "there is no clip" in report.measurements[0].note
