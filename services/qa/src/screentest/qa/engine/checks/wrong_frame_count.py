"""Wrong frame count: the clip is shorter or longer than the recipe asked for.

value = |decoded frames - expected|, frames. One frame is forgiven: video models round lengths to
their latent stride, and a boundary frame may be shared.
"""

from screentest.qa.domain import GATE_CAP, Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts


def _count_difference(facts: ClipFacts) -> Reading:
    expected = facts.expected.frames
    if expected is None:
        return Reading(None, note="the recipe promises no frame count")
    note = f"{len(facts.frames)} frames, asked for {expected}"
    return Reading(abs(len(facts.frames) - expected), note=note)


WRONG_FRAME_COUNT = Check(
    name="wrong_frame_count",
    weight=3.0,
    fail_cap=GATE_CAP,
    measures=(
        Measure(
            name="wrong_frame_count",
            unit="frames",
            limits=Limits(ideal=0, warn=1, fail=1),
            read=_count_difference,
        ),
    ),
)
