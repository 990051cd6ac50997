"""Corrupt: the stream is damaged or cut off.

value = frames the decoder marked as damaged + frames the header promises and the file does not
hold + 1 if decoding broke off with an error (frames). Bit rot raises nothing, so the mark of every
frame is what counts; a truncated file raises at the break.

Source: FFmpeg's AV_FRAME_FLAG_CORRUPT. Any damage fails: the next segment would inherit it.
"""

from screentest.qa.domain import GATE_CAP, Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts


def _damaged_frames(facts: ClipFacts) -> Reading:
    damaged = [index for index, each in enumerate(facts.frames) if each.is_corrupt]
    missing = max(0, facts.declared_frames - len(facts.frames))
    notes = list(facts.decode_errors)
    if damaged:
        notes.append(f"{len(damaged)} frames are damaged, the first is {damaged[0]}")
    if missing:
        notes.append(f"{missing} of {facts.declared_frames} promised frames are missing")
    frame = damaged[0] if damaged else len(facts.frames) - 1 if missing or notes else None
    value = len(damaged) + missing + bool(facts.decode_errors)
    return Reading(value, frame, "; ".join(notes))


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
