"""How a segment is to end: with how many frames, and on which of them.

A chain with a tolerance may end anywhere in [target - tolerance, target + tolerance]. The segment
that can reach that stretch is its final one:

- it asks for fewer frames than the others where a whole segment would end behind the stretch: the
  largest legal number that ends within it, else the smallest that reaches it;
- it ends on the calmest frame of those within the stretch, whatever the others' boundary mode is;
  as everywhere, not in the first half of its clip (`Boundary.candidates`).

Segment 1 is never shortened, because it must equal its test shot. Without a tolerance, or where the
recipe does not say frames and fps, all segments are whole. Must never know what came before but how
long it lasts.
"""

import math
from dataclasses import dataclass

from screentest.common.chain_length import HAIR_S, ChainLength
from screentest.common.events import Boundary, BoundaryMode
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import RunRecipe, SlotValue

_HAIR_S = HAIR_S / 2
"""Half of what the chain's length allows: what is asked for here is long enough there, for sure."""
_WIDEST_WINDOW = 240
"""What a `Boundary` can carry."""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What a render is told of its end."""

    boundary: Boundary
    #: None: as many as the recipe says.
    frames: int | None = None


def ending_of(
    recipe: RunRecipe,
    length: ChainLength,
    boundary: Boundary,
    rule: FrameRule | None,
    *,
    segment: int,
    elapsed_s: float,
) -> Ending:
    """How ``segment`` ends when the chain lasts ``elapsed_s`` before it."""
    usual = Ending(boundary=boundary)
    clip = _whole_clip(recipe)
    if clip is None or segment == 1 or length.target_duration_s is None or not length.tolerance_s:
        return usual
    whole, fps = clip
    early_s = length.target_duration_s - length.tolerance_s - elapsed_s
    late_s = length.target_duration_s + length.tolerance_s - elapsed_s
    # Beside the one it shares with its neighbour.
    fewest = max(2, math.ceil((early_s - _HAIR_S) * fps) + 1)
    most = math.floor((late_s + _HAIR_S) * fps) + 1
    if whole < fewest:
        return usual
    frames = whole if whole <= most else _legal(rule, fewest, most, whole)
    window = min(frames - fewest + 1, _WIDEST_WINDOW)
    return Ending(
        frames=None if frames == whole else frames,
        boundary=Boundary(mode=BoundaryMode.CALMEST, window=window) if window > 1 else Boundary(),
    )


def _legal(rule: FrameRule | None, fewest: int, most: int, whole: int) -> int:
    """The largest legal number up to ``most``, else the smallest from ``fewest``."""
    if rule is None:
        return max(fewest, most)
    largest = rule.at_most(most)
    if largest is not None and largest >= fewest:
        return largest
    return min(rule.at_least(fewest), whole)


def _whole_clip(recipe: RunRecipe) -> tuple[int, float] | None:
    """Frames and frames per second of a whole segment; None when the recipe does not say them."""
    frames, fps = (_number(recipe, name) for name in ("frames", "fps"))
    if (
        frames is None
        or fps is None
        or fps <= 0
        or not any(s.name == "frames" for s in recipe.slots)
    ):
        return None
    return int(frames), fps


def _number(recipe: RunRecipe, name: str) -> float | None:
    default = next((slot.default for slot in recipe.slots if slot.name == name), None)
    value: SlotValue | None = recipe.values.get(name, default)
    return None if isinstance(value, bool | str | None) else float(value)
