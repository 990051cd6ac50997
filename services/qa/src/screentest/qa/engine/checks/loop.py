"""Loop: the end does not run into the beginning. Measured only where a loop is asked for.

value = mean |last frame - first frame| / median step, of the 1/4-size luma: 1 is a seam like any
other step. A loop that does not close can still be a good clip, so it only warns.
"""

import cv2
import numpy as np

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts

_NEVER = 1000.0
_LEAST_STEP = 0.5


def _seam(facts: ClipFacts) -> Reading:
    if not facts.expected.loop:
        return Reading(None, note="no loop is asked for")
    if not facts.steps:
        return Reading(None, note="a clip of one frame has no seam")
    first, last = facts.frames[0].small, facts.frames[-1].small
    gap = float(cv2.absdiff(first, last).sum(dtype=np.int64)) / first.size
    value = gap / max(float(np.median(facts.differences)), _LEAST_STEP)
    note = f"from the last frame to the first the picture changes {value:.1f} times the usual"
    return Reading(value, len(facts.frames) - 1, note)


LOOP = Check(
    name="loop",
    weight=0.5,
    measures=(
        Measure(
            name="loop_closure",
            unit="ratio",
            limits=Limits(ideal=1, warn=3, fail=_NEVER),
            read=_seam,
        ),
    ),
)
