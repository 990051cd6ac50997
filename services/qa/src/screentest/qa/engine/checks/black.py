"""Black frames: a picture in which nothing can be seen.

value = share of frames whose mean luma is below 28 and whose 99th percentile is below 45 (video
levels, 16 is black), 0..1. The percentile lets a night scene with one lamp pass.

Source: the idea of FFmpeg's blackdetect (pixel and picture threshold), on a 1/4-size picture.
"""

from screentest.qa.domain import GATE_CAP, Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.checks.share_of_frames import share_of_frames
from screentest.qa.engine.facts import ClipFacts, FrameFacts

_MEAN_BELOW = 28
_P99_BELOW = 45


def _black_share(facts: ClipFacts) -> Reading:
    return share_of_frames(facts, _is_black, "black")


def _is_black(frame: FrameFacts) -> bool:
    return frame.mean < _MEAN_BELOW and frame.p99 < _P99_BELOW


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
