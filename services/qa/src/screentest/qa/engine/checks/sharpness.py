"""Sharpness: the clip melts while it runs, or is softer than the image it was made from.

- sharpness_decay: mean Laplacian variance of the last fifth of the frames / of the first fifth.
- sharpness_vs_seed: median Laplacian variance of the clip / of the seed image at the same size.

Both are ratios (1: unchanged), because sharpness itself depends on the motif. Source:
Pech-Pacheco et al. (2000), see `picture.laplacian_variance`.
"""

import statistics

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts

#: Below this variance (levels squared) there is no detail that could be lost.
_NO_DETAIL = 1.0
_ENOUGH_FRAMES = 5


def _decay(facts: ClipFacts) -> Reading:
    values = [each.laplacian for each in facts.frames]
    if len(values) < _ENOUGH_FRAMES:
        return Reading(None, note=f"a clip of {len(values)} frames is too short for a trend")
    fifth = len(values) // _ENOUGH_FRAMES
    start, end = statistics.fmean(values[:fifth]), statistics.fmean(values[-fifth:])
    if start < _NO_DETAIL:
        return Reading(None, note="the clip begins without any detail that could be lost")
    ratio = end / start
    return Reading(ratio, len(values) - 1, f"the end keeps {ratio:.0%} of the start's sharpness")


def _against_seed(facts: ClipFacts) -> Reading:
    if facts.seed is None:
        return Reading(None, note=facts.seed_problem)
    if facts.seed.laplacian < _NO_DETAIL:
        return Reading(None, note="the seed image has no detail to compare with")
    values = [each.laplacian for each in facts.frames]
    ratio = statistics.median(values) / facts.seed.laplacian
    softest = values.index(min(values))
    return Reading(ratio, softest, f"the clip keeps {ratio:.0%} of the seed image's sharpness")


SHARPNESS = Check(
    name="sharpness",
    measures=(
        Measure(
            name="sharpness_decay",
            unit="ratio",
            limits=Limits(ideal=1, warn=0.45, fail=0.25),
            read=_decay,
        ),
        Measure(
            name="sharpness_vs_seed",
            unit="ratio",
            limits=Limits(ideal=1, warn=0.35, fail=0.22),
            read=_against_seed,
        ),
    ),
)
