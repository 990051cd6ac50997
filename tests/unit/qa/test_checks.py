"""All checks together: a good clip passes them, and each stands for itself."""

import numpy as np
import pytest

from screentest.qa.domain import ClipScore, Verdict
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.checks import CHECKS
from screentest.qa.engine.measure import measure_clip
from support.measured import measurement


def _complaints(score: ClipScore) -> dict[str, float | None]:
    bad = (Verdict.WARN, Verdict.FAIL)
    return {each.name: each.value for each in score.measurements if each.verdict in bad}


class TestGoodClips:
    @pytest.mark.parametrize("picture", [1, 2, 3])
    def test_passes_every_check(self, studio, picture):
        shot = studio.push_in(studio.photograph(picture))
        seed = studio.write_png(shot[0])

        score = studio.score(shot, seed_image=str(seed))

        verdicts = {each.name: each.verdict for each in score.measurements}
        assert verdicts.pop("loop_closure") is Verdict.NOT_MEASURED
        assert set(verdicts.values()) == {Verdict.PASS}, verdicts
        assert score.score > 0.95

    def test_light_film_grain_is_no_defect(self, studio):
        rng = np.random.default_rng(1)
        grainy = studio.each(studio.good, lambda f, _: f + rng.normal(scale=4, size=f.shape))

        assert studio.score(grainy).verdict is Verdict.PASS

    def test_same_clip_same_score_bit_for_bit(self, studio):
        job = studio.job(studio.write_clip(studio.good))

        first, second = measure_clip(job), measure_clip(job)

        assert first.measurements == second.measurements

    @pytest.mark.parametrize("size", [(600, 600), (1000, 400), (416, 240)])
    def test_first_segment_is_compared_with_its_photograph_however_it_was_fitted(
        self, studio, size
    ):
        """The renderer cut the middle out of a photograph of another shape."""
        photo = studio.photograph(4, *size)
        scale = max(studio.width / size[0], studio.height / size[1])
        wide, high = round(studio.width / scale), round(studio.height / scale)
        left, top = (size[0] - wide) // 2, (size[1] - high) // 2
        shot = studio.push_in(photo[top : top + high, left : left + wide])
        seed = studio.write_png(photo, "photo.png")

        score = studio.score(shot, seed_image=str(seed), segment=1)

        assert _complaints(score) == {}
        assert measurement(score, "boundary_hash").value is not None
        assert measurement(score, "boundary_ssim").verdict is Verdict.NOT_MEASURED


def test_a_check_that_breaks_costs_only_itself(studio):
    def explode(_: object) -> Reading:
        raise RuntimeError("no such luck")

    limits = CHECKS[0].measures[0].limits
    broken = Check(
        name="broken",
        measures=(Measure(name="broken", unit="", limits=limits, read=explode),),
    )

    report = measure_clip(studio.job(studio.write_clip(studio.good)), (broken, *CHECKS))

    assert report.broken_checks == ("broken: RuntimeError: no such luck",)
    named = {each.name: each for each in report.measurements}
    assert named["broken"].verdict is Verdict.NOT_MEASURED
    assert named["frozen"].verdict is Verdict.PASS


def test_measure_names_are_unique():
    """Scene types override limits by them."""
    names = [measure.name for check in CHECKS for measure in check.measures]

    assert len(names) == len(set(names))
