"""Batches as people ask for them: characters x variations x axes, in part again, and controlled."""

import math
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from screentest.api.domain.sweeps import CHARACTER, VARIATION, Axis, Point, Sweep
from screentest.api.schemas.axes import SweepAxis
from screentest.api.schemas.fields import Fresh, Reference, WaitForWorker
from screentest.api.schemas.points import MAX_POINTS
from screentest.api.schemas.shots import ShotOverrides

MAX_AXES = 8

Priority = Annotated[
    int,
    Field(
        ge=-100, le=100, description="Larger goes first among what you have waiting.", examples=[10]
    ),
]


class Variation(ShotOverrides):
    """One set of parameters, with a name to tell it by."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "strong", "values": {"cfg": 9}, "seed": 42}]}
    )

    name: Annotated[str, Field(max_length=120)] = ""

    def differs(self) -> dict[str, Any]:
        """Parameter -> value, as axes name them."""
        given = self.model_dump(exclude_unset=True, exclude={"name", "values", "prompts"})
        texts = self.prompts.model_dump(exclude_none=True)
        return given | self.values | {f"prompts.{name}": text for name, text in texts.items()}


class BatchRequest(BaseModel):
    """Every character with every variation and every combination of the axes: a test shot each."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "cfg against LoRA",
                    "scene_type_id": 1,
                    "character_ids": [1, 2, 3],
                    "axes": [
                        {
                            "kind": "slot",
                            "slot": "cfg",
                            "values": {"start": 4, "stop": 8, "step": 2},
                        },
                        {
                            "kind": "lora",
                            "names": ["film-look.safetensors"],
                            "weights": [0.4, 0.8],
                            "baseline": True,
                        },
                    ],
                    "dry_run": True,
                },
                {
                    "name": "soft or strong",
                    "scene_type_id": 1,
                    "character_ids": [1, 2, 3],
                    "variations": [
                        {"name": "soft", "values": {"cfg": 4.0}, "seed": 42},
                        {"name": "strong", "values": {"cfg": 9.0}, "seed": 42},
                    ],
                },
            ]
        },
    )

    name: Annotated[str, Field(max_length=120)] = ""
    scene_type_id: Reference
    character_ids: list[Reference] = Field(min_length=1, max_length=MAX_POINTS)
    variations: list[Variation] = Field(
        default=[Variation()],
        min_length=1,
        max_length=MAX_POINTS,
        description="Sets of parameters by name; one more axis. Without any: the scene type as "
        "it is.",
    )
    axes: list[SweepAxis] = Field(
        default=[], max_length=MAX_AXES, description="What is varied; the last one the fastest."
    )
    base: ShotOverrides = Field(
        default=ShotOverrides(), description="What all cells have, unless an axis says otherwise."
    )
    baseline: ShotOverrides | None = Field(
        default=None,
        description="One more cell for every character in which no axis changes anything; "
        "{} is the scene type with `base`.",
    )
    priority: Priority = 0
    batch_id: Reference | None = Field(
        default=None,
        description="Lay this batch out anew. Cells it has stay (unless `fresh`), what is missing "
        "or failed is asked for, and what is open and in no cell any more is cancelled. `name` "
        "and `priority` stay unless they are given.",
    )
    fresh: Fresh = False
    wait_for_worker: WaitForWorker = False
    dry_run: bool = Field(default=False, description="Answer with the matrix and store nothing.")

    @property
    def sizes(self) -> list[tuple[str, int]]:
        """What is varied, the characters first, with how many of each: told without making them."""
        varied = [(one.called, one.size) for one in self.axes]
        if self.has_variations:
            varied.insert(0, (VARIATION, len(self.variations)))
        return [(CHARACTER, len(set(self.character_ids))), *varied]

    @property
    def has_variations(self) -> bool:
        """Whether there is an axis of variations, before the others."""
        return len(self.variations) > 1 or self.variations[0] != Variation()

    @property
    def cells(self) -> int:
        """How many test shots that makes."""
        characters, *varied = (size for _, size in self.sizes)
        return characters * (math.prod(varied) + (self.baseline is not None))

    def sweep(self) -> Sweep:
        """The same for the domain; a character that is listed twice counts once.

        Raises:
            SweepError: the axes contradict each other.
        """
        axes = [one.axis() for one in self.axes]
        if self.has_variations:
            axes.insert(0, _axis_of(self.variations))
        return Sweep(
            character_ids=tuple(dict.fromkeys(self.character_ids)),
            axes=tuple(axes),
            base=self.base.overrides(),
            baseline=None if self.baseline is None else self.baseline.overrides(),
        )


def _axis_of(variations: Sequence[Variation]) -> Axis:
    """Variations as an axis. Names may repeat or be missing: places are told apart by number."""
    times = Counter(one.name for one in variations)
    points = [
        Point(
            label=one.name if one.name and times[one.name] == 1 else f"{one.name} #{place}".strip(),
            phrase=one.name,
            overrides=one.overrides(),
            differs=one.differs(),
        )
        for place, one in enumerate(variations, start=1)
    ]
    return Axis(name=VARIATION, kind=VARIATION, points=tuple(points))


class Again(StrEnum):
    """Which cells are rendered again."""

    #: Those no clip is coming of: failed, cancelled, or deleted.
    MISSING = "missing"
    FAILED = "failed"
    #: All that have ended, scored ones included; those are rendered afresh.
    ALL = "all"


class RerunRequest(BaseModel):
    """Render a part of a batch again, with the catalogue as it was when the batch was asked for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"only": "missing"}, {"only": "all", "axes": {"cfg": ["4", "6"]}}]
        },
    )

    only: Again = Again.MISSING
    axes: dict[str, list[str]] = Field(
        default={},
        description="Axis name -> labels: only cells at these. A baseline is at none of them.",
    )
    wait_for_worker: WaitForWorker = False


class BatchChanges(BaseModel):
    """What is to change of a batch; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"priority": 10}]})

    name: Annotated[str, Field(max_length=120)] | None = None
    priority: Priority | None = None
