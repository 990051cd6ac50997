"""Black frames: a picture in which nothing can be seen.

value = share of frames whose mean luma is below 28 and whose 99th percentile is below 45 (video
levels, 16 is black), 0..1. The percentile lets a night scene with one lamp pass.

Source: the idea of FFmpeg's blackdetect (pixel and picture threshold), on a 1/4-size picture.
"""

from screentest.qa.domain import GATE_CAP, Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts

_MEAN_BELOW = 28
_P99_BELOW = 45


def _black_share(facts: ClipFacts) -> Reading:
    black = [
        index
        for index, each in enumerate(facts.frames)
        if each.mean < _MEAN_BELOW and each.p99 < _P99_BELOW
    ]
    if not black:
        return Reading(0.0)
    note = f"{len(black)} of {len(facts.frames)} frames are black, the first is {black[0]}"
    return Reading(len(black) / len(facts.frames), black[0], note)


BLACK = Check(
    name="black",
    weight=3.0,
    fail_cap=GATE_CAP,
    measures=(
        Measure(
            name="black",
            unit="share of frames",
            limits=Limits(ideal=0, warn=0, fail=0.05),
            read=_black_share,
        ),
    ),
)
