"""Sharpness: the clip melts while it runs, or is softer than the image it was made from.

- sharpness_decay: detail of the last fifth of the frames / of the first fifth, squared.
- sharpness_vs_seed: median detail of the clip / of the seed image at the same size, squared.

Detail is the mean absolute Laplacian at full size, compared cell by cell along the motion, so a
camera that turns to the sky loses none. Where too little can be followed, the Laplacian variance of
the whole sampled frames, also as a share of the one at 1/4 size, whichever is kinder. Frames that
move by more than 1 % of the width are blurred by motion and do not count. Both are ratios (1:
unchanged), because sharpness itself depends on the motif.

Source: Pech-Pacheco et al. (2000), see `picture.laplacian`.
"""

import statistics

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts, Compared, FrameFacts, SampleFacts
from screentest.qa.engine.region import strongest_region

#: Below this variance (levels squared) there is no detail that could be lost.
_NO_DETAIL = 1.0
_ENOUGH_FRAMES = 5
_FAST = 0.01


def _decay(facts: ClipFacts) -> Reading:
    count, samples = len(facts.frames), dict(facts.samples)
    if count < _ENOUGH_FRAMES:
        return Reading(None, note=f"a clip of {count} frames is too short for a trend")
    fifth = max(1, count // _ENOUGH_FRAMES)
    # Of a short clip the last fifth may lie between two sampled frames.
    late = min(count - fifth - 1, max(samples))
    slow = [index for index in samples if not _is_fast(facts.frames[index])]
    start = [index for index in slow if index < fifth]
    end = [index for index in slow if index >= late]
    if not start or not end:
        return Reading(None, note="the start or the end moves too fast to be sharp")
    if statistics.fmean(samples[index].laplacian for index in start) < _NO_DETAIL:
        return Reading(None, note="the clip begins without any detail that could be lost")
    compared = {each.frame: each for each in facts.against_first}
    tracked = {frame: each.detail for frame, each in compared.items() if each.detail is not None}
    first = [tracked[index] for index in start if index in tracked]
    last = [tracked[index] for index in end if index in tracked]
    if first and last and statistics.fmean(first) > 0:
        ratio = statistics.fmean(last) / statistics.fmean(first)
    else:
        ratio = _whole_frames(
            [samples[index] for index in start], [samples[index] for index in end]
        )
    softened = compared.get(end[-1])
    region = strongest_region(softened.softened) if softened else None
    return Reading(ratio, end[-1], f"the end keeps {ratio:.0%} of the start's sharpness", region)


def _whole_frames(start: list[SampleFacts], end: list[SampleFacts]) -> float:
    def ratio(values: list[list[float]]) -> float:
        before, after = (statistics.fmean(each) for each in values)
        return after / before if before > 0 else 1.0

    fine = ratio([[each.laplacian for each in group] for group in (start, end)])
    coarse = ratio([[each.small_laplacian for each in group] for group in (start, end)])
    return max(fine, fine / coarse if coarse > 0 else fine)


def _is_fast(frame: FrameFacts) -> bool:
    return frame.step is not None and frame.step.speed > _FAST


def _against_seed(facts: ClipFacts) -> Reading:
    if facts.seed is None:
        return Reading(None, note=facts.seed_problem)
    if facts.seed.laplacian < _NO_DETAIL:
        return Reading(None, note="the seed image has no detail to compare with")
    found: list[tuple[float, Compared]] = [
        (each.detail, each)
        for each in facts.against_seed
        if each.detail is not None and not _is_fast(facts.frames[each.frame])
    ]
    if not found:
        return Reading(None, note="too little of the seed image can be followed into the clip")
    ratio = statistics.median(each for each, _ in found)
    softest = min(found, key=lambda each: each[0])[1]
    note = f"the clip keeps {ratio:.0%} of the seed image's sharpness"
    return Reading(ratio, softest.frame, note, strongest_region(softest.softened))


SHARPNESS = Check(
    name="sharpness",
    measures=(
        Measure(
            name="sharpness_decay",
            unit="ratio",
            limits=Limits(ideal=1, warn=0.33, fail=0.06),
            read=_decay,
        ),
        Measure(
            name="sharpness_vs_seed",
            unit="ratio",
            limits=Limits(ideal=1, warn=0.22, fail=0.10),
            read=_against_seed,
        ),
    ),
)
