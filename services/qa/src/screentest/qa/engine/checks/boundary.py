"""Boundary: the first frame does not continue the image the segment was seeded with.

- boundary_hash: bits of the 64-bit perceptual hash that differ: another picture altogether.
- boundary_ssim: structural similarity at half size, -1..1: detail lost or moved.
- boundary_detail: Laplacian variance of the 1/4-size luma / that of the seed image without what its
  grain accounts for (20 sigma^2 over the pixels that were averaged), a ratio: the clip begins soft.
  No coding takes away what is so coarse, and both show the same.
- boundary_colour: mean Delta E of the colour grid: a tint, which SSIM does not see.
- boundary_jump: median optical flow, pixels at full size: a shift, which the hash does not see.

From segment 2 on the seed image is the previous segment's boundary frame and all measures look at
the seam. In segment 1 it is a source photograph that the renderer may crop and grade as it likes,
so only the hash is measured: is it that picture at all?

Sources: Wang et al. (2004) for SSIM, Zauner (2010) for the hash, Kroeger et al., "Fast optical flow
using dense inverse search" (2016) for the flow. Hand-offs without a fault: SSIM 0.990..0.996, up to
6 bits, Delta E up to 1, up to 1 px.
"""

import cv2
import numpy as np

from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.checks.colour import delta_e
from screentest.qa.engine.facts import ClipFacts, SeedFacts
from screentest.qa.engine.picture import Luma, perceptual_hash, shrink, ssim_map
from screentest.qa.engine.region import strongest_region

#: Variance of the Laplacian of noise of variance 1.
_LAPLACIAN_OF_NOISE = 20
#: Below this variance (levels squared) there is nothing to compare.
_NO_DETAIL = 4.0


def _hash_distance(facts: ClipFacts) -> Reading:
    if facts.seed is None:
        return Reading(None, note=facts.seed_problem)
    differing = perceptual_hash(facts.first_luma) ^ perceptual_hash(facts.seed.luma)
    bits = differing.bit_count()
    return Reading(bits, 0, f"{bits} of 64 hash bits of the first frame differ from the seed image")


def _similarity(facts: ClipFacts) -> Reading:
    seed = _seam(facts)
    if isinstance(seed, Reading):
        return seed
    alike = ssim_map(_half(facts.first_luma), _half(seed.luma))
    value = float(np.mean(alike))
    note = f"the first frame is {value:.3f} similar to the frame it continues"
    return Reading(value, 0, note, strongest_region(np.maximum(1 - alike, 0)))


def _detail(facts: ClipFacts) -> Reading:
    seed, first = _seam(facts), facts.frames[0].sample
    if isinstance(seed, Reading):
        return seed
    grain = _LAPLACIAN_OF_NOISE * seed.noise_sigma**2 * seed.small.size / seed.luma.size
    detail = seed.small_laplacian - grain
    if first is None or detail < _NO_DETAIL:
        return Reading(None, note="the frame it continues has no detail to compare with")
    value = first.small_laplacian / detail
    return Reading(value, 0, f"the first frame has {value:.0%} of the detail it should continue")


def _colour(facts: ClipFacts) -> Reading:
    seed = _seam(facts)
    if isinstance(seed, Reading):
        return seed
    first = facts.frames[0].sample
    if first is None:
        return Reading(None, note="the first frame has no colour facts")
    away = delta_e(first.grid.lab, seed.grid.lab)
    value = float(away.mean())
    note = f"colours jump by Delta E {value:.1f} at the seam"
    return Reading(value, 0, note, strongest_region(away))


def _jump(facts: ClipFacts) -> Reading:
    seed = _seam(facts)
    if isinstance(seed, Reading):
        return seed
    first, before = _half(facts.first_luma), _half(seed.luma)
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    flow = search.calc(before, first, np.zeros((*first.shape, 2), np.float32))
    value = 2 * float(np.median(np.hypot(flow[..., 0], flow[..., 1])))
    return Reading(value, 0, f"the picture jumps by {value:.1f} px at the seam")


def _seam(facts: ClipFacts) -> SeedFacts | Reading:
    """The frame the segment continues, or why there is no seam to measure."""
    if facts.segment == 1:
        return Reading(None, note="segment 1 has no segment before it")
    if facts.seed is None:
        return Reading(None, note=facts.seed_problem)
    return facts.seed


def _half(luma: Luma) -> Luma:
    height, width = luma.shape
    return shrink(luma, (max(8, width // 2), max(8, height // 2)))


BOUNDARY = Check(
    name="boundary",
    weight=1.0,
    measures=(
        Measure(
            name="boundary_hash",
            unit="bits",
            limits=Limits(ideal=0, warn=10, fail=16),
            read=_hash_distance,
        ),
        Measure(
            name="boundary_ssim",
            unit="SSIM",
            limits=Limits(ideal=1, warn=0.95, fail=0.60),
            read=_similarity,
        ),
        Measure(
            name="boundary_detail",
            unit="ratio",
            limits=Limits(ideal=1, warn=0.5, fail=0.15),
            read=_detail,
        ),
        Measure(
            name="boundary_colour",
            unit="Delta E",
            limits=Limits(ideal=0, warn=3, fail=8),
            read=_colour,
        ),
        Measure(
            name="boundary_jump",
            unit="px",
            limits=Limits(ideal=0, warn=1.2, fail=4),
            read=_jump,
        ),
    ),
)
