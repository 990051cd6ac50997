"""Corrupt: the stream is damaged.

value = frames the decoder marked as damaged, frames. Bit rot raises nothing, so the mark of every
frame is what counts. Frames that are not there at all are a matter of `truncated`.

Source: FFmpeg's AV_FRAME_FLAG_CORRUPT. Any damage fails: the next segment would inherit it.
"""

from screentest.qa.domain import GATE_CAP, Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts


def _damaged_frames(facts: ClipFacts) -> Reading:
    damaged = [index for index, each in enumerate(facts.frames) if each.is_corrupt]
    if not damaged:
        return Reading(0.0)
    note = f"{len(damaged)} frames are damaged, the first is {damaged[0]}"
    return Reading(len(damaged), damaged[0], note)


CORRUPT = Check(
    name="corrupt",
    weight=3.0,
    fail_cap=GATE_CAP,
    measures=(
        Measure(
            name="corrupt",
            unit="frames",
            limits=Limits(ideal=0, warn=0, fail=0),
            read=_damaged_frames,
        ),
    ),
)
