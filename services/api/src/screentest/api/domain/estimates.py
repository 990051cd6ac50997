"""What a render will cost, in seconds of GPU, learned from renders that were made.

How to use it: `RenderShape.of(plan.parameters)` says what decides the cost of one segment,
`store.estimates.fetch_histories` finds what such renders took, `estimate` makes one number of it,
and `quote` adds up many. `handlers.quoting.priced` does all of this for outlays.

Pure: must never read a clock or a database, and never make up a number: without history the
estimate is unknown, and says so.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from pydantic import Field

from screentest.common.recipes import Frozen

NEWEST = 50
"""Renders of one class of worker that count: enough for a 90th percentile, few enough to follow a
new driver."""


class RenderShape(Frozen):
    """What decides how long one segment renders. None where the workflow has no such slot."""

    workflow_id: int
    workflow_version: int
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    steps: int | None = None

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Self:
        """The shape of what was planned: `Plan.parameters`, `ChainRecipe.parameters`."""
        measures = ("width", "height", "frames", "steps")
        values = {name: _count(parameters["values"].get(name)) for name in measures}
        workflow = parameters["workflow"]
        return cls(workflow_id=workflow["id"], workflow_version=workflow["version"], **values)

    def is_kin_of(self, other: "RenderShape") -> bool:
        """Whether both are of one version of one workflow, so that sizes alone tell them apart."""
        return (self.workflow_id, self.workflow_version) == (
            other.workflow_id,
            other.workflow_version,
        )

    def work_beside(self, other: "RenderShape") -> float:
        """How many times as much there is to compute: pixels x frames x steps.

        A measure that either of the two does not know is taken to be equal.
        """
        ratio = 1.0
        for name in ("width", "height", "frames", "steps"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine and theirs:
                ratio *= mine / theirs
        return ratio


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 1:
        return None
    return round(value)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One render that was made, was accepted, and was not reused."""

    shape: RenderShape
    gpu_seconds: float
    #: What the worker renders on, as it names its device.
    worker_class: str = ""


class Basis(StrEnum):
    """What an estimate was learned from."""

    #: Renders of this workflow version, size, frames and steps.
    SAME_SHAPE = "same_shape"
    #: Renders of this workflow version in other sizes, scaled by pixels x frames x steps.
    SCALED = "scaled"
    UNKNOWN = "unknown"


class Seconds(Frozen):
    """Seconds of GPU."""

    median: float = Field(ge=0)
    p90: float = Field(ge=0, description="Nine of ten renders took no longer.")


class ClassEstimate(Seconds):
    """The same on one kind of worker."""

    worker_class: str = Field(
        description="The device as the worker names it; empty where it is not known."
    )
    basis: Basis = Field(
        default=Basis.UNKNOWN,
        description="What it was learned from; unknown where an older version stored it.",
    )
    samples: int = Field(description="Renders it was learned from, the newest of this kind.")


class Estimate(Frozen):
    """What one segment is expected to cost."""

    basis: Basis = Basis.UNKNOWN
    samples: int = Field(default=0, description="Renders it was learned from, on all classes.")
    gpu_seconds: Seconds | None = Field(
        default=None,
        description="On the slowest class of worker that is at work; null: no estimate.",
    )
    by_worker_class: tuple[ClassEstimate, ...] = ()

    @property
    def median_s(self) -> float | None:
        """Seconds of GPU one segment is expected to take; None when nothing is known."""
        return None if self.gpu_seconds is None else self.gpu_seconds.median


def estimate(
    shape: RenderShape, history: Sequence[Sample], at_work: Collection[str] = ()
) -> Estimate:
    """What a render of ``shape`` is expected to cost.

    Each class of worker is learned on its own: from its renders of the very shape if there are any,
    else from its renders of the same workflow version in other sizes, each scaled by how much more
    there is to compute. Who will render it is not known before; in all it is expected to cost what
    it costs on the slowest class that is at work, so that what is reserved suffices.

    Args:
        shape: what is to be rendered.
        history: renders that were made, newest first; those of other workflows are left out.
        at_work: classes of the workers that are alive. Of a history without any of them all count.
    """
    by_class: defaultdict[str, list[Sample]] = defaultdict(list)
    for sample in history:
        if sample.shape.is_kin_of(shape):
            by_class[sample.worker_class].append(sample)
    learned = [_of_class(name, shape, samples) for name, samples in sorted(by_class.items())]
    if not learned:
        return Estimate()
    present = [one for one in learned if one.worker_class in at_work] or learned
    slowest = max(present, key=lambda one: one.median)
    return Estimate(
        basis=slowest.basis,
        samples=sum(one.samples for one in learned),
        gpu_seconds=Seconds(median=slowest.median, p90=max(one.p90 for one in present)),
        by_worker_class=tuple(learned),
    )


def _of_class(name: str, shape: RenderShape, samples: Sequence[Sample]) -> ClassEstimate:
    alike = [one for one in samples if one.shape == shape]
    chosen = (alike or samples)[:NEWEST]
    taken = [one.gpu_seconds * shape.work_beside(one.shape) for one in chosen]
    return ClassEstimate(
        worker_class=name,
        basis=Basis.SAME_SHAPE if alike else Basis.SCALED,
        samples=len(taken),
        median=quantile(taken, 0.5),
        p90=quantile(taken, 0.9),
    )


def quantile(values: Sequence[float], fraction: float) -> float:
    """The value below which ``fraction`` of ``values`` lie, interpolated between neighbours."""
    ordered = sorted(values)
    place = fraction * (len(ordered) - 1)
    below, above = ordered[math.floor(place)], ordered[math.ceil(place)]
    # Not below + part * (above - below): rounding could push that over `above`.
    part = place - math.floor(place)
    return min(max(below * (1 - part) + above * part, below), above)


class QuoteLine(Frozen):
    """Renders of one shape."""

    shape: RenderShape
    renders: int
    per_render: Estimate


class Quote(Frozen):
    """What a request is expected to cost, before it is made."""

    renders: int = Field(description="Segments to be rendered.")
    unknown_renders: int = Field(description="Of these, how many there is no estimate for.")
    gpu_seconds: Seconds | None = Field(
        description="Of all renders together; null when there is no estimate for one of them. "
        "p90 is the sum of the renders' p90, so it is on the safe side."
    )
    share_of_scenes: float = Field(
        description="Part of what the whole scenes would cost, as segments of segments: 0..1."
    )
    lines: list[QuoteLine] = Field(description="By what decides the cost.")


class Offer(Quote):
    """A quote, and whether and when it could be had now."""

    starts_in_s: float | None = Field(
        description="Seconds until its first render starts, at the latest; null when the queue "
        "does not tell."
    )
    budget_left_s: float | None = Field(
        description="Seconds of GPU you may still ask for today; null without a budget."
    )
    is_within_budget: bool = Field(description="Whether it would be accepted now.")


def quote(
    shapes: Iterable[RenderShape], estimates: Mapping[RenderShape, Estimate], scene_segments: int
) -> Quote:
    """Add up what renders are expected to cost.

    Args:
        shapes: one for every segment to be rendered.
        estimates: of each different shape, as `estimate` makes them.
        scene_segments: how many segments the whole scenes have together.
    """
    lines = [
        QuoteLine(shape=shape, renders=renders, per_render=estimates.get(shape, Estimate()))
        for shape, renders in Counter(shapes).items()
    ]
    known = [line for line in lines if line.per_render.gpu_seconds is not None]
    total = None
    if len(known) == len(lines):
        total = Seconds(
            median=sum(_times(line).median for line in lines),
            p90=sum(_times(line).p90 for line in lines),
        )
    renders = sum(line.renders for line in lines)
    return Quote(
        renders=renders,
        unknown_renders=renders - sum(line.renders for line in known),
        gpu_seconds=total,
        share_of_scenes=min(1.0, renders / scene_segments) if scene_segments else 1.0,
        lines=lines,
    )


def _times(line: QuoteLine) -> Seconds:
    each = line.per_render.gpu_seconds
    assert each is not None, "only known estimates are added up"
    return Seconds(median=each.median * line.renders, p90=each.p90 * line.renders)
