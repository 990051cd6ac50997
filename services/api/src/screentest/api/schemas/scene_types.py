"""Scene types: what every scene of a type has in common."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from screentest.api.schemas.fields import Name, PromptText, Reference, absent
from screentest.common.events import Boundary, QAPolicy
from screentest.common.recipes import MAX_SEED, Lora, Prompts, SlotValue

Seconds = Annotated[float, Field(gt=0, le=24 * 3600, allow_inf_nan=False)]
Tolerance = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
Loras = Annotated[
    list[Lora], Field(max_length=16, description="The LoRA stack, in the order it is applied.")
]
SlotValues = Annotated[
    dict[str, SlotValue],
    Field(description="Slot name -> value, where it differs from the workflow's default."),
]

_EXAMPLE: dict[str, Any] = {
    "name": "Walk in the rain",
    "workflow_id": 1,
    "prompts": {
        "start": "{name}, {hair}, steps out of a doorway into the rain",
        "continuation": "{name}, {hair}, walks on through the rain",
        "full": "{name}, {hair}, walks through the rain",
    },
    "negative_prompt": "text, watermark",
    "loras": [{"name": "film-look.safetensors", "weight": 0.8}],
    "slot_values": {"cfg": 6.5, "steps": 24},
    "target_duration_s": 30,
    "segment_duration_s": 2.5,
}


class PromptTemplates(Prompts):
    """Prompt templates by position. `{placeholder}` is filled from the character's metadata."""

    model_config = ConfigDict(extra="forbid")

    start: PromptText | None = Field(default=None, description="The first of several segments.")
    continuation: PromptText | None = Field(default=None, description="Every later segment.")
    full: PromptText | None = Field(
        default=None, description="The only segment of a scene, and where the others are missing."
    )


class NewSceneType(BaseModel):
    """A scene type to be made."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    name: Name
    workflow_id: Reference
    prompts: PromptTemplates = PromptTemplates()
    negative_prompt: PromptText = ""
    loras: Loras = []
    slot_values: SlotValues = {}
    target_duration_s: Seconds = Field(default=10.0, description="How long a scene is to last.")
    segment_duration_s: Seconds = Field(default=2.5, description="How long one segment lasts.")
    duration_tolerance_s: Tolerance = Field(
        default=0,
        description="How far from the target a scene may end: its last segment is shortened, and "
        "ends where it is calm. 0: whole segments.",
    )
    boundary: Boundary = Field(
        default=Boundary(), description="Which frame of a segment the next one begins with."
    )
    qa: QAPolicy = QAPolicy()
    seed: Seed | None = Field(default=None, description="Null: a new random seed for every run.")


class SceneTypeChanges(BaseModel):
    """What is to change; what is left out stays. Lists and objects are replaced as a whole."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"slot_values": {"cfg": 7}}]}
    )

    name: Name = absent()
    workflow_id: Reference = absent()
    prompts: PromptTemplates = absent()
    negative_prompt: PromptText = absent()
    loras: Loras = absent()
    slot_values: SlotValues = absent()
    target_duration_s: Seconds = absent()
    segment_duration_s: Seconds = absent()
    duration_tolerance_s: Tolerance = absent()
    boundary: Boundary = absent()
    qa: QAPolicy = absent()
    seed: Seed | None = absent()


class SceneType(BaseModel):
    """What every scene of a type has in common."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": 1, **_EXAMPLE}]})

    id: int
    name: str
    workflow_id: int
    prompts: Prompts
    negative_prompt: str
    loras: list[Lora]
    slot_values: dict[str, SlotValue]
    target_duration_s: float
    segment_duration_s: float
    duration_tolerance_s: float
    boundary: Boundary
    qa: QAPolicy
    seed: int | None
    created_by_id: int | None
    created_at: datetime
    updated_at: datetime
