"""Axes of a sweep as people write them: lists, ranges, LoRA grids, prompts, workflow versions."""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import PurePath
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from screentest.api.domain.planning import Overrides
from screentest.api.domain.sweeps import Axis, Point, WorkflowVersion
from screentest.api.schemas.fields import PromptText, Reference
from screentest.common.canonical import canonical_json
from screentest.common.recipes import MAX_SEED, Lora, Prompts, SlotValue

MAX_POINTS = 10_000
"""A range longer than this is a slip: no limit of cells is that high."""

AxisName = Annotated[str, Field(min_length=1, max_length=80)]
Number = Annotated[int | float, Field(ge=-MAX_SEED, le=MAX_SEED, allow_inf_nan=False)]


class Range(BaseModel):
    """Numbers from ``start`` to ``stop``, both included where the steps meet it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"start": 4, "stop": 8, "step": 0.5}]}
    )

    start: Number
    stop: Number
    step: Number = 1

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if self.step == 0 or (self.stop - self.start) * self.step < 0:
            raise ValueError(
                f"steps of {self.step:g} never lead from {self.start:g} to {self.stop:g}"
            )
        if self.count > MAX_POINTS:
            raise ValueError(f"the range has {self.count} values and may have {MAX_POINTS}")
        return self

    @property
    def count(self) -> int:
        """How many numbers there are."""
        start, stop, step = self._exact()
        return math.floor((stop - start) / step) + 1

    def numbers(self) -> list[int | float]:
        """The numbers, without the drift of adding floats: 0.1, 0.2, 0.3."""
        start, _, step = self._exact()
        is_whole = isinstance(self.start, int) and isinstance(self.step, int)
        found = (start + step * k for k in range(self.count))
        return [int(one) if is_whole else float(one) for one in found]

    def _exact(self) -> tuple[Decimal, Decimal, Decimal]:
        start, stop, step = (Decimal(str(one)) for one in (self.start, self.stop, self.step))
        return start, stop, step


class _Axis(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: AxisName | None = Field(default=None, description="Without one: what is varied.")


class SlotAxis(_Axis):
    """A slot of the workflow with several values."""

    kind: Literal["slot"]
    slot: AxisName = Field(examples=["cfg"])
    values: Annotated[list[SlotValue], Field(min_length=1, max_length=MAX_POINTS)] | Range

    def axis(self) -> Axis:
        """The same for the domain."""
        points = [
            Point(
                label=_text(value),
                phrase=f"{self.slot} {_text(value)}",
                overrides=Overrides(values={self.slot: value}),
                differs={self.slot: value},
            )
            for value in _listed(self.values)
        ]
        return _axis(self.name or self.slot, self.kind, points)


class SeedAxis(_Axis):
    """Several seeds."""

    kind: Literal["seed"]
    values: (
        Annotated[
            list[Annotated[int, Field(ge=0, le=MAX_SEED)]],
            Field(min_length=1, max_length=MAX_POINTS),
        ]
        | Range
    )

    @model_validator(mode="after")
    def _are_seeds(self) -> Self:
        if isinstance(self.values, Range):
            for one in (self.values.start, self.values.stop, self.values.step):
                if not isinstance(one, int) or abs(one) > MAX_SEED:
                    raise ValueError(f"seeds are whole numbers from 0 to {MAX_SEED}")
            if min(self.values.numbers()) < 0:
                raise ValueError(f"seeds are whole numbers from 0 to {MAX_SEED}")
        return self

    def axis(self) -> Axis:
        """The same for the domain."""
        points = [
            Point(
                label=str(seed),
                phrase=f"seed {seed}",
                overrides=Overrides(seed=int(seed)),
                differs={"seed": seed},
            )
            for seed in _listed(self.values)
        ]
        return _axis(self.name or self.kind, self.kind, points)


class PromptVariant(BaseModel):
    """Prompt templates that replace the scene type's, under a name."""

    model_config = ConfigDict(extra="forbid")

    label: Annotated[str, Field(min_length=1, max_length=80)]
    start: PromptText | None = None
    continuation: PromptText | None = None
    full: PromptText | None = None
    negative_prompt: PromptText | None = None

    def point(self) -> Point:
        """The same for the domain."""
        texts = self.model_dump(exclude={"label"}, exclude_none=True)
        prompts = {name: text for name, text in texts.items() if name != "negative_prompt"}
        differs: dict[str, Any] = {f"prompts.{name}": text for name, text in prompts.items()}
        if self.negative_prompt is not None:
            differs["negative_prompt"] = self.negative_prompt
        return Point(
            label=self.label,
            phrase=self.label,
            overrides=Overrides(prompts=Prompts(**prompts), negative_prompt=self.negative_prompt),
            differs=differs,
        )


class PromptAxis(_Axis):
    """Several prompts."""

    kind: Literal["prompt"]
    variants: list[PromptVariant] = Field(min_length=1, max_length=MAX_POINTS)

    def axis(self) -> Axis:
        """The same for the domain."""
        points = [variant.point() for variant in self.variants]
        return _axis(self.name or self.kind, self.kind, points)


class LoraAxis(_Axis):
    """Every LoRA at every weight. It begins a stack of its own; two such axes make one stack."""

    kind: Literal["lora"]
    names: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        min_length=1, max_length=MAX_POINTS
    )
    weights: (
        Annotated[
            list[Annotated[float, Field(ge=-10, le=10)]],
            Field(min_length=1, max_length=MAX_POINTS),
        ]
        | Range
    ) = [1.0]
    baseline: bool = Field(default=False, description="Also without any LoRA of this axis.")

    @model_validator(mode="after")
    def _are_weights(self) -> Self:
        if any(not -10 <= weight <= 10 for weight in _listed(self.weights)):  # noqa: PLR2004
            raise ValueError("weights of LoRAs are from -10 to 10")
        return self

    def axis(self) -> Axis:
        """The same for the domain."""
        none = Point(
            label="no LoRA", phrase="no LoRA", overrides=Overrides(loras=()), differs={"loras": []}
        )
        points = [none] if self.baseline else []
        names = list(dict.fromkeys(self.names))
        stems = [PurePath(name.replace("\\", "/")).stem for name in names]
        for name, stem in zip(names, stems, strict=True):
            # Two files of one name in two folders are told apart by their paths.
            shown = stem if stems.count(stem) == 1 else name
            points += [_lora_point(shown, Lora(name=name, weight=w)) for w in _listed(self.weights)]
        return _axis(self.name or self.kind, self.kind, points)


def _lora_point(shown: str, lora: Lora) -> Point:
    label = f"{shown} {_text(lora.weight)}"
    return Point(
        label=label,
        phrase=label,
        overrides=Overrides(loras=(lora,)),
        differs={"loras": [lora.model_dump()]},
    )


class WorkflowChoice(BaseModel):
    """A workflow, and which version of it."""

    model_config = ConfigDict(extra="forbid")

    id: Reference
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None, description="Without one: the present version."
    )

    def chosen(self) -> WorkflowVersion:
        """The same for the domain."""
        return WorkflowVersion(self.id, self.version)


class WorkflowAxis(_Axis):
    """Several workflows, or several versions of one."""

    kind: Literal["workflow"]
    workflows: list[WorkflowChoice] = Field(min_length=1, max_length=50)

    def axis(self) -> Axis:
        """The same for the domain."""
        points = []
        for choice in self.workflows:
            version = "" if choice.version is None else f" v{choice.version}"
            points.append(
                Point(
                    label=f"{choice.id}{version}",
                    phrase=f"workflow {choice.id}{version}",
                    workflow=choice.chosen(),
                    differs={"workflow": choice.model_dump(exclude_none=True)},
                )
            )
        return _axis(self.name or self.kind, self.kind, points)


SweepAxis = Annotated[
    SlotAxis | SeedAxis | PromptAxis | LoraAxis | WorkflowAxis, Field(discriminator="kind")
]


def _listed(values: Sequence[Any] | Range) -> list[Any]:
    return values.numbers() if isinstance(values, Range) else list(values)


def _text(value: SlotValue) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _axis(name: str, kind: str, points: Iterable[Point]) -> Axis:
    """An axis with every point once: a value that is listed twice is one value."""
    different: dict[bytes, Point] = {}
    for point in points:
        different.setdefault(canonical_json(dict(point.differs)), point)
    return Axis(name=name, kind=kind, points=tuple(different.values()))
