"""The checks against clips of pictures they were not tuned on: a small part of the corpus.

`make qa-report` runs all of it.
"""

from functools import cache

import pytest
from qa.corpus import Clip, make
from qa.defects import DEFECTS
from qa.motions import MOTIONS
from qa.sources import HELD_OUT

from screentest.qa.domain import ClipScore, Verdict, judge
from screentest.qa.engine.measure import measure_clip

MEDIUM = 1

#: Every motion once, every held-out picture two or three times; and breath that hardly shows.
GOOD = [Clip(HELD_OUT[i % len(HELD_OUT)], motion) for i, motion in enumerate(MOTIONS)]
GOOD.append(Clip("rocket", "breath"))


@cache
def _broken() -> tuple[Clip, ...]:
    """Every defect once, of medium strength."""
    clips = []
    for index, (defect, how) in enumerate(DEFECTS.items()):
        pictures = [each for each in HELD_OUT if how.sources is None or each in how.sources]
        motions = how.motions or tuple(MOTIONS)
        picture, motion = pictures[index % len(pictures)], motions[(5 * index) % len(motions)]
        clips.append(Clip(picture, motion, defect, MEDIUM))
    return tuple(clips)


def _judged(clip: Clip, folder) -> ClipScore:
    return judge(measure_clip(make(clip, folder)).measurements)


def _complaints(scores: dict[str, ClipScore], verdict: Verdict) -> dict[str, list[str]]:
    return {
        name: [f"{m.name} {m.value}" for m in score.measurements if m.verdict is verdict]
        for name, score in scores.items()
        if score.verdict is verdict
    }


@pytest.mark.timeout(900)
def test_no_good_clip_fails_and_hardly_one_is_warned_about(tmp_path):
    scores = {clip.name: _judged(clip, tmp_path) for clip in GOOD}

    assert _complaints(scores, Verdict.FAIL) == {}
    warned = _complaints(scores, Verdict.WARN)
    assert len(warned) <= 0.05 * len(scores), warned


@pytest.mark.timeout(900)
def test_defects_of_medium_strength_are_found(tmp_path):
    scores = {clip.name: _judged(clip, tmp_path) for clip in _broken()}

    missed = [name for name, score in scores.items() if score.verdict is Verdict.PASS]
    assert len(missed) <= 0.03 * len(scores), missed


def test_the_same_clip_is_measured_the_same_bit_for_bit(tmp_path):
    job = make(Clip("rocket", "handheld", "flicker", MEDIUM), tmp_path)

    first, second = measure_clip(job), measure_clip(job)

    assert first.measurements == second.measurements
    assert judge(first.measurements) == judge(second.measurements)
