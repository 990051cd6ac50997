"""Wrong size: the picture is not as wide or high as the recipe asked for.

value = max(|width - expected|, |height - expected|), pixels. Any difference fails: segments of
different sizes cannot be joined.
"""

from screentest.qa.domain import GATE_CAP, Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts


def _size_difference(facts: ClipFacts) -> Reading:
    width, height = facts.expected.width, facts.expected.height
    if width is None and height is None:
        return Reading(None, note="the recipe promises no size")
    off_by = max(
        0 if width is None else abs(facts.width - width),
        0 if height is None else abs(facts.height - height),
    )
    asked = f"{width or 'any'}x{height or 'any'}"
    return Reading(off_by, note=f"{facts.width}x{facts.height}, asked for {asked}")


WRONG_SIZE = Check(
    name="wrong_size",
    weight=3.0,
    fail_cap=GATE_CAP,
    measures=(
        Measure(
            name="wrong_size",
            unit="px",
            limits=Limits(ideal=0, warn=0, fail=0),
            read=_size_difference,
        ),
    ),
)
