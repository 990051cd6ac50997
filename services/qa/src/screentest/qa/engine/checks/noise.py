"""Noise: the picture drowns in grain, or is latent noise that was never denoised.

Three measures, because each is blind to one kind:

- noise_sigma: largest pixel noise of the sampled full-size frames, levels: Immerkaer's sigma beyond
  that of the seed image, sqrt(max(0, sigma^2 - seed's^2)). Fine texture reads as noise, and the
  grain of the source photograph is no fault of the renderer. Without a seed image: sigma itself.
- noise_texture: smallest correlation of the 1/4-size luma with itself moved by one pixel, -1..1.
  Averaging 4x4 pixels removes grain; garbage stays uncorrelated.
- noise_continuity: median correlation of neighbouring frames, -1..1. Latent noise may look smooth
  in one frame and has nothing to do with the next.

Source: Immerkaer, "Fast noise variance estimation" (1996). A heavy film grain (sigma 5) passes.
"""

import math
import statistics
from collections.abc import Iterable

from screentest.qa.domain import GATE_CAP, Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.facts import ClipFacts
from screentest.qa.engine.picture import correlation, noise_sigma

_ONE_COLOUR = "every frame is one flat colour"


def _sigma(facts: ClipFacts) -> Reading:
    sampled = [
        (each.noise_sigma, index)
        for index, each in enumerate(facts.frames)
        if each.noise_sigma is not None
    ]
    sigma, frame = max(sampled)
    own = noise_sigma(facts.seed.luma) if facts.seed else 0.0
    added = math.sqrt(max(0.0, sigma**2 - own**2))
    note = f"{added:.1f} levels of pixel noise that the seed image does not have, at frame {frame}"
    return Reading(added, frame, note)


def _texture(facts: ClipFacts) -> Reading:
    found = _measured(correlation(each.small[:, 1:], each.small[:, :-1]) for each in facts.frames)
    if not found:
        return Reading(None, note=_ONE_COLOUR)
    value, frame = min(found)
    note = f"neighbouring pixels of frame {frame} correlate by {value:.2f}; a picture has over 0.65"
    return Reading(value, frame, note)


def _continuity(facts: ClipFacts) -> Reading:
    pairs = zip(facts.frames, facts.frames[1:], strict=False)
    found = _measured(correlation(one.small, two.small) for one, two in pairs)
    if not found:
        return Reading(None, note="there are no two frames to compare")
    value = statistics.median(each for each, _ in found)
    return Reading(value, note=f"neighbouring frames correlate by {value:.2f} (median)")


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
            limits=Limits(ideal=0, warn=8, fail=15),
            read=_sigma,
        ),
        Measure(
            name="noise_texture",
            unit="correlation",
            limits=Limits(ideal=1, warn=0.65, fail=0.40),
            read=_texture,
        ),
        Measure(
            name="noise_continuity",
            unit="correlation",
            limits=Limits(ideal=1, warn=0.55, fail=0.30),
            read=_continuity,
        ),
    ),
)
