"""Blockiness: the picture falls apart into squares.

value = gradient on the lines of a grid (8, 12, 16, 24 or 32 pixels) / beside them, as a multiple of
the seed image's own where that is above 1; the 75th percentile of the sampled frames. 1: no grid.

Formula and source: `artefacts.blockiness`.
"""

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.checks.upper_quartile import upper_quartile
from screentest.qa.engine.facts import ClipFacts
from screentest.qa.engine.region import strongest_region


def _grid(facts: ClipFacts) -> Reading:
    value, frame = upper_quartile([(each.blockiness, index) for index, each in facts.samples])
    value /= max(1.0, facts.seed.blockiness if facts.seed else 1.0)
    sample = facts.frames[frame].sample
    region = None if sample is None or sample.blocks is None else strongest_region(sample.blocks)
    note = f"edges on a regular grid are {value:.2f} times those beside it"
    return Reading(value, frame, note, region)


BLOCKINESS = Check(
    name="blockiness",
    measures=(
        Measure(
            name="blockiness",
            unit="ratio",
            limits=Limits(ideal=1, warn=1.45, fail=2.3),
            read=_grid,
        ),
    ),
)
