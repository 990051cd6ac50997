"""Noise: the picture drowns in grain, or is latent noise that was never denoised.

Four measures, because each is blind to some kind:

- noise_sigma: largest pixel noise of the sampled full-size frames in their calmer quarter, levels,
  beyond that of the seed image, sqrt(max(0, sigma^2 - seed's^2)): the grain of the source
  photograph is no fault of the renderer. Without a seed image: sigma itself.
- noise_chroma: the same in the worse chroma plane: coloured garbage of one brightness.
- noise_texture: smallest correlation of the 1/4-size luma with itself moved by one pixel, -1..1.
  Averaging 4x4 pixels removes grain; garbage stays uncorrelated.
- noise_continuity: share of steps after which the frames are less alike than 0.4 (correlation after
  motion is taken out), 0..1. Latent noise may look smooth in one frame and has nothing to do with
  the next. A whip pan does that for a moment.

The largest of all frames counts, so noise that starts in the middle of the clip is found.

Source: Immerkaer, "Fast noise variance estimation" (1996). A heavy film grain (sigma 5) passes.
"""

import math
from collections.abc import Callable, Iterable

from screentest.qa.domain import GATE_CAP, Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts, SampleFacts, SeedFacts
from screentest.qa.engine.picture import correlation

_ALIKE_FROM = 0.4
_ONE_COLOUR = "every frame is one flat colour"


def _sigma(facts: ClipFacts) -> Reading:
    return _added(facts, lambda each: each.noise_sigma, "pixel noise")


def _chroma(facts: ClipFacts) -> Reading:
    return _added(facts, lambda each: each.chroma_sigma, "colour noise")


def _added(
    facts: ClipFacts, sigma_of: Callable[[SampleFacts | SeedFacts], float], what: str
) -> Reading:
    sigma, frame = max((sigma_of(each), index) for index, each in facts.samples)
    own = sigma_of(facts.seed) if facts.seed else 0.0
    added = math.sqrt(max(0.0, sigma**2 - own**2))
    note = f"{added:.1f} levels of {what} that the seed image does not have, at frame {frame}"
    return Reading(added, frame, note)


def _texture(facts: ClipFacts) -> Reading:
    found = _measured(correlation(each.small[:, 1:], each.small[:, :-1]) for each in facts.frames)
    if not found:
        return Reading(None, note=_ONE_COLOUR)
    value, frame = min(found)
    note = f"neighbouring pixels of frame {frame} correlate by {value:.2f}; a picture has over 0.65"
    return Reading(value, frame, note)


def _continuity(facts: ClipFacts) -> Reading:
    found = _measured(each.likeness for each in facts.steps)
    if not found:
        return Reading(None, note="there are no two frames to compare")
    breaks = [index for likeness, index in found if likeness < _ALIKE_FROM]
    note = f"{len(breaks)} of {len(facts.steps)} frames have nothing to do with the one before"
    frame = breaks[0] + 1 if breaks else None
    return Reading(len(breaks) / len(facts.steps), frame, note)


def _measured(values: Iterable[float | None]) -> list[tuple[float, int]]:
    return [(value, index) for index, value in enumerate(values) if value is not None]


NOISE = Check(
    name="noise",
    weight=3.0,
    fail_cap=GATE_CAP,
    measures=(
        Measure(
            name="noise_sigma",
            unit="levels",
            limits=Limits(ideal=0, warn=7, fail=15),
            read=_sigma,
        ),
        Measure(
            name="noise_chroma",
            unit="levels",
            limits=Limits(ideal=0, warn=4, fail=12),
            read=_chroma,
        ),
        Measure(
            name="noise_texture",
            unit="correlation",
            limits=Limits(ideal=1, warn=0.65, fail=0.40),
            read=_texture,
        ),
        Measure(
            name="noise_continuity",
            unit="share of steps",
            limits=Limits(ideal=0, warn=0.15, fail=0.45),
            read=_continuity,
        ),
    ),
)
