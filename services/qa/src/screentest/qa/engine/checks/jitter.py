"""Jitter: the whole picture trembles.

value = median over twelve steps of |v[i] - (v[i-1] + v[i+1]) / 2|, the largest of all such windows
in which at least 35 % of the steps go against the one before; pixels of a picture 832 wide. v is
the median optical flow, 0 where it explains less than a fifth of the change: in the dark it follows
the grain. A hand-held camera sways over many frames and hardly ever turns round; a push-in
that is cut out in whole pixels gives up to 2.4 in a picture 416 wide.
"""

import numpy as np

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts

_WINDOW = 12
_REVERSING = 0.35
_UNEXPLAINED = 0.8
_REFERENCE_WIDTH_PX = 832


def _trembling(facts: ClipFacts) -> Reading:
    explained = [each.unexplained < _UNEXPLAINED * each.difference for each in facts.steps]
    flow = np.array([each.flow for each in facts.steps]).reshape(-1, 2) * _REFERENCE_WIDTH_PX
    flow = flow * np.array(explained, np.float64)[:, None]
    if len(flow) < _WINDOW:
        return Reading(None, note=f"{len(facts.frames)} frames are too few to tell jitter")
    jerks = np.linalg.norm(flow[1:-1] - (flow[:-2] + flow[2:]) / 2, axis=1)
    reversing = (flow[1:-1] * flow[:-2]).sum(axis=1) < 0
    value, frame = 0.0, None
    for start in range(max(1, jerks.size - _WINDOW + 1)):
        window = slice(start, start + _WINDOW)
        if reversing[window].mean() >= _REVERSING and np.median(jerks[window]) > value:
            value = float(np.median(jerks[window]))
            frame = start + int(jerks[window].argmax()) + 2
    return Reading(value, frame, f"the picture trembles by {value:.1f} px" if frame else "")


JITTER = Check(
    name="jitter",
    weight=1.5,
    measures=(
        Measure(
            name="jitter",
            unit="px at 832",
            limits=Limits(ideal=0, warn=2.5, fail=6),
            read=_trembling,
        ),
    ),
)
