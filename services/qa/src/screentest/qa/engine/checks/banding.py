"""Banding: smooth ramps break into steps, as in a sky with too few colours.

value = share of cells in which a smooth ramp is broken into steps, beyond the seed image's own; the
75th percentile of the sampled frames, 0..1.

Formula and source: `artefacts.banding`. Drawn pictures have some of it by nature, so it only warns.
"""

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.checks.upper_quartile import upper_quartile
from screentest.qa.engine.facts import ClipFacts
from screentest.qa.engine.region import strongest_region


def _bands(facts: ClipFacts) -> Reading:
    value, frame = upper_quartile([(each.banding, index) for index, each in facts.samples])
    value = max(0.0, value - (facts.seed.banding if facts.seed else 0.0))
    sample = facts.frames[frame].sample
    region = strongest_region(sample.bands) if sample and value else None
    note = f"smooth ramps break into steps in {value:.0%} of the picture"
    return Reading(value, frame, note, region)


BANDING = Check(
    name="banding",
    measures=(
        Measure(
            name="banding",
            unit="share of cells",
            limits=Limits(ideal=0, warn=0.12, fail=1),
            read=_bands,
        ),
    ),
)
