"""What a run is expected to render and to cost: one rule for what is quoted and what is reserved.

Pure: must never know whether something is asked for or only quoted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from screentest.api.domain.estimates import Estimate, Quote, RenderShape, quote
from screentest.common.events import Boundary, BoundaryMode


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What renders have in common that can stand in for each other."""

    recipe_hash: str
    #: Where the clip is cut; empty where it is not.
    cut: str = ""

    @classmethod
    def of(cls, recipe_hash: str, boundary: Boundary) -> Self:
        """Of a segment with this recipe that ends so."""
        is_whole = boundary.mode is BoundaryMode.LAST
        return cls(
            recipe_hash=recipe_hash, cut="" if is_whole else f"{boundary.mode}/{boundary.window}"
        )


@dataclass(frozen=True, kw_only=True)
class Outlay:
    """Segments a run is expected to make."""

    shape: RenderShape
    segments: int
    #: Of the first of them, where an identical render may stand in for it; None: it is rendered.
    first: Identity | None = None


@dataclass(frozen=True, kw_only=True)
class Priced:
    """An outlay, and what it is expected to cost."""

    outlay: Outlay
    #: Segments that cost nothing: an identical render is there, or under way.
    shared: int
    #: Of each other segment.
    estimate: Estimate

    @property
    def renders(self) -> int:
        """Segments that are expected to be rendered for it."""
        return self.outlay.segments - self.shared

    @property
    def expected_s(self) -> float | None:
        """Seconds of GPU of all of them; None when nothing is known."""
        if self.renders == 0:
            return 0.0
        each_s = self.estimate.median_s
        return None if each_s is None else each_s * self.renders


def price(
    outlays: Sequence[Outlay],
    estimates: Mapping[RenderShape, Estimate],
    present: Collection[Identity],
) -> list[Priced]:
    """What outlays cost that are made together: of identical ones among them only the first does.

    Args:
        outlays: in the order they are asked for.
        estimates: of each different shape.
        present: what is rendered, or being rendered, already.
    """
    known = set(present)
    priced = []
    for one in outlays:
        is_known = one.segments > 0 and one.first in known
        if one.first is not None and one.segments > 0:
            known.add(one.first)
        priced.append(
            Priced(outlay=one, shared=int(is_known), estimate=estimates.get(one.shape, Estimate()))
        )
    return priced


def quote_of(priced: Sequence[Priced], scene_segments: int) -> Quote:
    """Add up what was priced.

    Args:
        priced: each run's.
        scene_segments: how many segments the whole scenes have together.
    """
    shapes = [one.outlay.shape for one in priced for _ in range(one.renders)]
    return quote(shapes, {one.outlay.shape: one.estimate for one in priced}, scene_segments)
