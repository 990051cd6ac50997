"""Axes of a sweep as people write them: lists, ranges, LoRA grids, prompts, workflow versions."""

from collections import Counter
from pathlib import PurePath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WrapValidator, field_validator
from pydantic_core import PydanticCustomError

from screentest.api.domain.catalogue import Overrides
from screentest.api.domain.sweeps import Axis, Point, WorkflowVersion
from screentest.api.schemas.fields import PromptText, Reference
from screentest.api.schemas.points import (
    MAX_POINTS,
    MAX_WEIGHT,
    SEED,
    WEIGHT,
    Range,
    Seeds,
    Some,
    Values,
    Weights,
    count_of,
    labels_of,
    listed,
)
from screentest.common.recipes import MAX_SEED, Lora, Prompts, Target

AxisName = Annotated[str, Field(min_length=1, max_length=80)]


class _Axis(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str
    name: AxisName | None = Field(default=None, description="Without one: what is varied.")

    @property
    def called(self) -> str:
        """Its name, or what is varied."""
        return self.name or self.kind

    @property
    def size(self) -> int:
        """How many points it has; told without making them."""
        raise NotImplementedError

    def axis(self) -> Axis:
        """The same for the domain."""
        return Axis(name=self.called, kind=self.kind, points=tuple(self._points()))

    def _points(self) -> list[Point]:
        raise NotImplementedError


_AXIS_OF_SLOT = {"seed": "seed", "prompt": "prompt", "negative_prompt": "prompt"}
"""Slots that are varied by an axis of their own kind."""


class SlotAxis(_Axis):
    """A slot of the workflow with several values."""

    kind: Literal["slot"]
    slot: AxisName = Field(examples=["cfg"])
    values: Values

    @field_validator("slot")
    @classmethod
    def _has_no_axis_of_its_own(cls, slot: str) -> str:
        kind = "lora" if slot.startswith("lora_") else _AXIS_OF_SLOT.get(slot)
        if kind is not None:
            raise PydanticCustomError(
                "slot_of_another_axis",
                'slot "{slot}" is varied by an axis of kind "{kind}", not by one of kind "slot"',
                {"slot": slot, "kind": kind},
            )
        return slot

    @property
    def called(self) -> str:
        """Its name, or the slot's."""
        return self.name or self.slot

    @property
    def size(self) -> int:
        """How many different values there are."""
        return count_of(self.values)

    def _points(self) -> list[Point]:
        values = listed(self.values)
        return [
            Point(
                label=label,
                phrase=f"{self.slot} {label}",
                overrides=Overrides(values={self.slot: value}),
                differs={self.slot: value},
            )
            for value, label in zip(values, labels_of(values), strict=True)
        ]


class SeedAxis(_Axis):
    """Several seeds."""

    kind: Literal["seed"]
    values: Seeds

    @field_validator("values")
    @classmethod
    def _are_seeds(cls, values: list[int] | Range) -> list[int] | Range:
        if isinstance(values, Range) and not (
            values.is_whole and all(0 <= end <= MAX_SEED for end in values.ends)
        ):
            raise ValueError(SEED)
        return values

    @property
    def size(self) -> int:
        """How many different seeds there are."""
        return count_of(self.values)

    def _points(self) -> list[Point]:
        return [
            Point(
                label=str(seed),
                phrase=f"seed {seed}",
                overrides=Overrides(seed=int(seed)),
                differs={"seed": seed},
            )
            for seed in listed(self.values)
        ]


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
    """Several prompts, each of which another test shot is made with."""

    kind: Literal["prompt"]
    variants: Annotated[list[PromptVariant], Field(min_length=1, max_length=MAX_POINTS), Some]

    @property
    def size(self) -> int:
        """How many variants there are."""
        return len(self.variants)

    def _points(self) -> list[Point]:
        return [variant.point() for variant in self.variants]


class LoraAxis(_Axis):
    """Every LoRA at every weight. It begins a stack of its own; two such axes make one stack."""

    kind: Literal["lora"]
    names: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=200)]],
        Field(min_length=1, max_length=MAX_POINTS),
        Some,
    ]
    weights: Weights = [1.0]
    target: Target | None = Field(
        default=None,
        description="Which of a workflow's two models they are for; without one, what each name "
        "says, else both.",
    )
    baseline: bool = Field(default=False, description="Also without any LoRA of this axis.")

    @field_validator("weights")
    @classmethod
    def _are_weights(cls, weights: list[float] | Range) -> list[float] | Range:
        if isinstance(weights, Range) and not all(abs(end) <= MAX_WEIGHT for end in weights.ends):
            raise ValueError(WEIGHT)
        return weights

    @property
    def called(self) -> str:
        """Its name, or what is varied: those of the two models may be varied apart."""
        return self.name or f"{self.kind} {self.target or ''}".strip()

    @property
    def size(self) -> int:
        """How many LoRAs there are, times their weights."""
        return len(set(self.names)) * count_of(self.weights) + self.baseline

    def _points(self) -> list[Point]:
        none = Point(
            label="no LoRA", phrase="no LoRA", overrides=Overrides(loras=()), differs={"loras": []}
        )
        points = [none] if self.baseline else []
        stems = {name: PurePath(name.replace("\\", "/")).stem for name in self.names}
        times = Counter(stems.values())
        weights = [float(weight) for weight in listed(self.weights)]
        labels = labels_of(weights)
        for name, stem in stems.items():
            # Two files of one name in two folders are told apart by their paths.
            shown = stem if times[stem] == 1 else name
            if self.target:
                shown = f"{shown} {self.target}"
            for weight, label in zip(weights, labels, strict=True):
                lora = Lora(name=name, weight=weight, target=self.target)
                points.append(_lora_point(f"{shown} {label}", lora))
        return points


def _lora_point(label: str, lora: Lora) -> Point:
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
    workflows: Annotated[list[WorkflowChoice], Field(min_length=1, max_length=50), Some]

    @property
    def size(self) -> int:
        """How many different choices there are."""
        return len(self._different())

    def _different(self) -> dict[WorkflowVersion, WorkflowChoice]:
        return {choice.chosen(): choice for choice in self.workflows}

    def _points(self) -> list[Point]:
        points = []
        for chosen, choice in self._different().items():
            version = "" if choice.version is None else f" v{choice.version}"
            points.append(
                Point(
                    label=f"{choice.id}{version}",
                    phrase=f"workflow {choice.id}{version}",
                    workflow=chosen,
                    differs={"workflow": choice.model_dump(exclude_none=True)},
                )
            )
        return points


_KINDS: dict[Any, type[_Axis]] = {
    "slot": SlotAxis,
    "seed": SeedAxis,
    "prompt": PromptAxis,
    "lora": LoraAxis,
    "workflow": WorkflowAxis,
}


def _of_its_kind(value: Any, _: object) -> Any:
    """The axis. Not left to the union, which would put the kind into the places of faults."""
    if isinstance(value, _Axis):
        return value
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise PydanticCustomError(
            "axis_kind",
            'an axis has a "kind", which is one of {kinds}',
            {"kinds": ", ".join(_KINDS)},
        )
    return _KINDS[kind].model_validate(value)


SweepAxis = Annotated[
    Annotated[
        SlotAxis | SeedAxis | PromptAxis | LoraAxis | WorkflowAxis, Field(discriminator="kind")
    ],
    WrapValidator(_of_its_kind),
]
