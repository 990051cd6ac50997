"""Axes, and the matrix of cells they span: which parameters each test shot of a batch gets.

The order is that of nested loops, the last axis the fastest; equal sweeps have equal cells in equal
order. Must never plan a recipe: what a cell asks for is decided here, whether it fits is not.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import chain, product
from typing import Any

from screentest.api.domain.catalogue import Overrides

CHARACTER = "character"
VARIATION = "variation"
BASELINE = "baseline"


class SweepError(ValueError):
    """The axes contradict each other: one sentence."""


@dataclass(frozen=True, order=True)
class WorkflowVersion:
    """One version of one workflow."""

    id: int
    #: None: the present one.
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class Point:
    """One place on an axis."""

    #: Unique on its axis: "6.5".
    label: str
    #: The same beside those of other axes: "cfg 6.5".
    phrase: str
    overrides: Overrides = field(default_factory=Overrides)
    #: None: the scene type's.
    workflow: WorkflowVersion | None = None
    #: Parameter -> value, for people and for comparing cells; plain JSON.
    differs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Axis:
    """What is varied, and the places along it."""

    name: str
    kind: str
    points: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One test shot of a matrix, as it is asked for."""

    index: int
    #: One position for every axis, the character's first; None where a baseline varies nothing.
    at: tuple[int | None, ...]
    character_id: int
    label: str
    overrides: Overrides
    workflow: WorkflowVersion | None
    differs: Mapping[str, Any]
    #: Labels of its points: the same cell has the same ones wherever an axis grew.
    key: str


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """Every character with every combination of points, and with the baseline if there is one."""

    character_ids: tuple[int, ...]
    axes: tuple[Axis, ...]
    #: What all cells ask for before an axis changes it.
    base: Overrides = field(default_factory=Overrides)
    #: One more cell for every character, in which no axis changes anything.
    baseline: Overrides | None = None

    def __post_init__(self) -> None:
        _check(self.axes)
        if self.baseline is not None and not self.axes:
            raise SweepError("a baseline is what axes are compared with: give an axis, or leave it")

    @property
    def size(self) -> int:
        """How many cells there are; told without making them."""
        combinations = math.prod(len(axis.points) for axis in self.axes)
        return len(self.character_ids) * (combinations + (self.baseline is not None))

    def cells(self) -> Iterator[Cell]:
        """All cells: by character, the baseline first."""
        combinations = list(self._combinations())
        index = 0
        for place, character_id in enumerate(self.character_ids):
            for at, shared in combinations:
                # Not dataclasses.replace, which looks every field up again: there are hundreds.
                yield Cell(
                    **shared.__dict__
                    | {"index": index, "at": (place, *at), "character_id": character_id}
                )
                index += 1

    def _combinations(self) -> Iterator[tuple[tuple[int | None, ...], Cell]]:
        """Positions on the axes, and the cell of no character yet."""
        if self.baseline is not None:
            overrides = combine(self.base, self.baseline)
            yield (None,) * len(self.axes), _cell(BASELINE, overrides, ())
        for chosen in product(*(enumerate(axis.points) for axis in self.axes)):
            points = [point for _, point in chosen]
            overrides = reduce(combine, (point.overrides for point in points), self.base)
            # Two LoRA axes make one stack; whatever else names LoRAs replaces the whole stack.
            stacks = [one.overrides.loras for one in points if one.overrides.loras is not None]
            if len(stacks) > 1:
                overrides = replace(overrides, loras=tuple(chain.from_iterable(stacks)))
            label = " · ".join(point.phrase for point in points if point.phrase)
            yield tuple(place for place, _ in chosen), _cell(label, overrides, points)


def combine(under: Overrides, over: Overrides) -> Overrides:
    """Both; ``over`` wins where they speak of the same thing: its LoRA stack is the whole one."""
    return replace(
        under,
        values={**under.values, **over.values},
        loras=under.loras if over.loras is None else over.loras,
        seed=under.seed if over.seed is None else over.seed,
        prompts=under.prompts.model_copy(update=over.prompts.model_dump(exclude_none=True)),
        negative_prompt=(
            under.negative_prompt if over.negative_prompt is None else over.negative_prompt
        ),
    )


def _cell(label: str, overrides: Overrides, points: Sequence[Point]) -> Cell:
    differs: dict[str, Any] = {}
    for point in points:
        for name, value in point.differs.items():
            # Two LoRA axes make one stack.
            differs[name] = [*differs[name], *value] if name in differs else value
    workflow = next((point.workflow for point in points if point.workflow), None)
    return Cell(
        index=0,
        at=(),
        character_id=0,
        label=label,
        overrides=overrides,
        workflow=workflow,
        differs=differs,
        key="\n".join(point.label for point in points) if points else label,
    )


def _check(axes: Sequence[Axis]) -> None:
    """Refuse axes of which one would undo what another does.

    Raises:
        SweepError: two axes vary the same parameter, or have the same name.
    """
    for axis in axes:
        if not axis.points:
            raise SweepError(f'axis "{axis.name}" has no values: give it some or leave it out')
        labels = Counter(point.label for point in axis.points)
        if twice := [label for label, times in labels.items() if times > 1]:
            raise SweepError(
                f'axis "{axis.name}" has two values called "{twice[0]}": give each its own name'
            )
    names = Counter([CHARACTER, *(axis.name for axis in axes)])
    if twice := [name for name, times in names.items() if times > 1]:
        raise SweepError(f'two axes are called "{twice[0]}": give each a name of its own')
    varied: dict[str, Axis] = {}
    for axis in axes:
        for parameter in {name for point in axis.points for name in point.differs}:
            other = varied.setdefault(parameter, axis)
            if other is not axis and not other.kind == axis.kind == "lora":
                raise SweepError(
                    f'axes "{other.name}" and "{axis.name}" both vary {parameter}: '
                    "vary it on one of them"
                )
