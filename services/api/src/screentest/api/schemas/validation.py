"""What of a workflow is to be looked at before it is rendered."""

from pydantic import BaseModel, ConfigDict, Field

from screentest.api.schemas.fields import Reference, WaitForWorker
from screentest.common.recipes import Lora, SlotValue


class DryRunRequest(BaseModel):
    """With whose picture, prompts and LoRAs a workflow is tried."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"scene_type_id": 1, "character_id": 1}]}
    )

    scene_type_id: Reference = Field(description="Prompts and LoRAs; its workflow may be another.")
    character_id: Reference
    version: int | None = Field(default=None, ge=1, description="Without one: the latest.")
    wait_for_worker: WaitForWorker = False


class ValidationRequest(BaseModel):
    """With which values and LoRAs; without any the workflow's own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{}, {"scene_type_id": 1}, {"values": {"sampler": "dpmpp_2m"}}]
        },
    )

    version: int | None = Field(default=None, ge=1, description="Without one: the latest.")
    scene_type_id: Reference | None = Field(
        default=None, description="Take slot values and LoRAs of this scene type."
    )
    values: dict[str, SlotValue] = Field(default={}, description="Slot name -> value.")
    loras: list[Lora] | None = Field(
        default=None, max_length=16, description="Replaces the whole LoRA stack; [] is none at all."
    )
