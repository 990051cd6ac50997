"""Truncated: the file ends before the clip does.

value = frames the header promises and the file does not hold + 1 if decoding broke off with an
error, frames. Any missing frame fails: the next segment would begin at the wrong moment.
"""

from screentest.qa.domain import GATE_CAP, Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts


def _missing_frames(facts: ClipFacts) -> Reading:
    missing = max(0, facts.declared_frames - len(facts.frames))
    notes = list(facts.decode_errors)
    if missing:
        notes.append(f"{missing} of {facts.declared_frames} promised frames are missing")
    frame = len(facts.frames) - 1 if notes else None
    return Reading(missing + bool(facts.decode_errors), frame, "; ".join(notes))


TRUNCATED = Check(
    name="truncated",
    weight=3.0,
    fail_cap=GATE_CAP,
    measures=(
        Measure(
            name="truncated",
            unit="frames",
            limits=Limits(ideal=0, warn=0, fail=0),
            read=_missing_frames,
        ),
    ),
)
