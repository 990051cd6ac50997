"""Blockiness: the picture falls apart into squares.

value = gradient on the lines of a grid (8, 12, 16, 24 or 32 pixels) / beside them, as a multiple of
the seed image's own where that is above 1; the 75th percentile of the sampled frames. 1: no grid.

Formula and source: `artefacts.blockiness`.
"""

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.checks.upper_quartile import upper_quartile
from screentest.qa.engine.facts import ClipFacts


def _grid(facts: ClipFacts) -> Reading:
    value, frame = upper_quartile([(each.blockiness, index) for index, each in facts.samples])
    value /= max(1.0, facts.seed.blockiness if facts.seed else 1.0)
    return Reading(value, frame, f"edges on a regular grid are {value:.2f} times those beside it")


BLOCKINESS = Check(
    name="blockiness",
    measures=(
        Measure(
            name="blockiness",
            unit="ratio",
            limits=Limits(ideal=1, warn=1.7, fail=2.5),
            read=_grid,
        ),
    ),
)
