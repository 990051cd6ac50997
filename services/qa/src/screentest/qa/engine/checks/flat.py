"""Flat frames: one colour all over, of whatever brightness.

value = share of frames whose 1/4-size luma has a standard deviation below 3 levels, 0..1. What a
decoder of NaN latents gives is often a uniform grey or green.
"""

from screentest.qa.domain import GATE_CAP, Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.checks.share_of_frames import share_of_frames
from screentest.qa.engine.facts import ClipFacts

_STD_BELOW = 3.0


def _flat_share(facts: ClipFacts) -> Reading:
    return share_of_frames(facts, lambda each: each.std < _STD_BELOW, "one flat colour")


FLAT = Check(
    name="flat",
    weight=3.0,
    fail_cap=GATE_CAP,
    measures=(
        Measure(
            name="flat",
            unit="share of frames",
            limits=Limits(ideal=0, warn=0, fail=0.05),
            read=_flat_share,
        ),
    ),
)
