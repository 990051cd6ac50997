"""Frozen: the picture stands still.

value = longest run of steps with mean |difference| of the 1/4-size luma below 0.08 levels, as a
share of all steps, 0..1. Re-encoding a still gives less than that; the slowest push-in gives more.
"""

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts

_STILL_BELOW = 0.08


def _longest_still_run(facts: ClipFacts) -> Reading:
    steps = facts.steps
    if not steps.size:
        return Reading(None, note="a clip of one frame has no motion to measure")
    longest = start = length = 0
    for index, step in enumerate(steps):
        length = length + 1 if step < _STILL_BELOW else 0
        if length > longest:
            longest, start = length, index + 1 - length
    if not longest:
        return Reading(0.0)
    note = f"the picture stands still from frame {start} to {start + longest}"
    return Reading(longest / steps.size, start, note)


FROZEN = Check(
    name="frozen",
    weight=2.0,
    measures=(
        Measure(
            name="frozen",
            unit="share of steps",
            limits=Limits(ideal=0, warn=0.12, fail=0.25),
            read=_longest_still_run,
        ),
    ),
)
