"""Wrong frame rate: the clip plays faster or slower than the recipe asked for.

value = |rate - expected|, frames per second; rate is the container's frames over its duration.
0.01 forgives rates written with three digits (23.976 for 24000/1001).
"""

from screentest.qa.domain import GATE_CAP, Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts


def _rate_difference(facts: ClipFacts) -> Reading:
    if facts.expected.fps is None:
        return Reading(None, note="the recipe promises no frame rate")
    if facts.fps is None:
        return Reading(facts.expected.fps, note="the container names no frame rate")
    note = f"{facts.fps:.6g} frames a second, asked for {facts.expected.fps:.6g}"
    return Reading(abs(facts.fps - facts.expected.fps), note=note)


WRONG_FPS = Check(
    name="wrong_fps",
    weight=3.0,
    fail_cap=GATE_CAP,
    measures=(
        Measure(
            name="wrong_fps",
            unit="frames/s",
            limits=Limits(ideal=0, warn=0.01, fail=0.01),
            read=_rate_difference,
        ),
    ),
)
