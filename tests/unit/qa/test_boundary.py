"""The seam: a clip goes on from its seed image."""

import cv2
import pytest

from screentest.qa.domain import Verdict
from support.measured import measurement


class TestBoundary:
    def test_another_picture_is_found_in_the_first_segment_too(self, studio):
        other = studio.write_png(studio.photograph(9), "other.png")

        score = studio.score(studio.good, seed_image=str(other), segment=1)

        assert measurement(score, "boundary_hash").verdict is Verdict.FAIL

    def test_a_tint_at_the_seam_that_ssim_cannot_see(self, studio):
        tinted = [cv2.add(f, (28.0, 0, 0, 0)) for f in studio.good]

        score = studio.score(tinted)

        assert measurement(score, "boundary_colour").verdict is Verdict.FAIL

    @pytest.mark.parametrize("content", [None, b"not a picture"])
    def test_without_a_seed_image_nothing_is_made_up(self, studio, content):
        if content is None:
            seed = None
        else:
            seed = str(studio.folder / "broken.png")
            (studio.folder / "broken.png").write_bytes(content)

        score = studio.score(studio.good, seed_image=seed)

        relative = ("boundary_hash", "colour_cast", "exposure_shift", "sharpness_vs_seed")
        for name in relative:
            assert measurement(score, name).verdict is Verdict.NOT_MEASURED
            assert "seed image" in measurement(score, name).note
        assert score.verdict is Verdict.PASS
