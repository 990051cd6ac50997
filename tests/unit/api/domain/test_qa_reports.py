"""Scores arranged for reading."""

import pytest

from screentest.api.domain.qa_reports import read_batch, read_score, read_shot
from screentest.common.events import Artefact, CheckResult, QAScored, Verdict
from screentest.common.ids import new_id

STILL = Artefact(key="qa/x/black.webp", sha256="a" * 64, size_bytes=1)


def result(name, verdict=Verdict.PASS, check="", **facts):
    return CheckResult(name=name, check=check, verdict=verdict, value=1.0, **facts)


def scored(*checks, verdict=Verdict.PASS, score=0.9, **facts):
    ids = {"run_id": new_id(), "segment": 1, "render_id": new_id()}
    return QAScored(**ids, score=score, verdict=verdict, checks=checks, **facts)


def test_measures_are_grouped_by_check_the_worst_first():
    report = read_score(
        scored(
            result("frozen", check="frozen"),
            result("noise_sigma", check="noise"),
            result("noise_texture", Verdict.FAIL, check="noise"),
            result("boundary_ssim", Verdict.NOT_MEASURED, check="boundary"),
            verdict=Verdict.FAIL,
            decided_by=("noise_texture",),
        )
    )

    assert [(each.name, each.verdict) for each in report.checks] == [
        ("noise", "fail"),
        ("frozen", "pass"),
        ("boundary", "not_measured"),
    ]
    texture, sigma = report.checks[0].measures
    assert (texture.name, texture.decided, sigma.decided) == ("noise_texture", True, False)
    assert report.summary == (
        "1 failed (noise_texture), 1 could not be measured (boundary_ssim); "
        "the score was decided by noise_texture."
    )


def test_a_flawless_clip_lost_nothing():
    report = read_shot(7, scored(result("black")))

    assert report.summary == "Every measure passed; nothing took anything off the score."


def test_a_measure_has_its_limits_frame_and_picture():
    black = result("black", Verdict.FAIL, warn=0, fail=0.05, ideal=0, frame=3, still=STILL)

    (check,) = read_shot(7, scored(black, verdict=Verdict.FAIL)).checks
    (measure,) = check.measures

    assert (measure.warn, measure.fail, measure.frame) == (0, 0.05, 3)
    assert measure.still == "qa/x/black.webp"


@pytest.mark.parametrize(
    ("verdict", "expected"), [(Verdict.FAIL, ["a"]), (Verdict.WARN, ["b"]), (Verdict.PASS, [])]
)
def test_a_score_that_does_not_say_was_decided_by_the_worst_verdict(verdict, expected):
    old = scored(result("a", Verdict.FAIL), result("b", Verdict.WARN), verdict=verdict)

    assert read_score(old).decided_by == expected


def test_measures_of_before_checks_were_named_stand_alone():
    report = read_score(scored(result("noise_sigma"), result("noise_texture")))

    assert [each.name for each in report.checks] == ["noise_sigma", "noise_texture"]


def test_a_batch_is_counted_by_verdict_and_by_check():
    shots = {
        1: scored(result("black", check="black")),
        2: scored(result("black", Verdict.WARN, check="black"), verdict=Verdict.WARN),
        3: scored(
            result("black", Verdict.WARN, check="black"),
            result("noise_sigma", Verdict.WARN, check="noise"),
            result("noise_texture", Verdict.FAIL, check="noise"),
            verdict=Verdict.FAIL,
        ),
    }

    batch = read_batch(5, 4, shots)

    assert (batch.summary, batch.flagged, batch.scored) == ("2 of 3 flagged, 1 not scored", 2, 3)
    assert batch.verdicts == {"pass": 1, "warn": 1, "fail": 1}
    assert [(each.name, each.counts, each.flagged_shot_ids) for each in batch.checks] == [
        ("black", {"pass": 1, "warn": 2}, [2, 3]),
        ("noise", {"fail": 1}, [3]),
    ]


def test_a_batch_of_which_nothing_is_scored():
    assert read_batch(5, 2, {}).summary == "0 of 0 flagged, 2 not scored"
