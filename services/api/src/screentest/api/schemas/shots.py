"""Test shots as people ask for them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from screentest.api.domain.catalogue import Overrides
from screentest.api.schemas.fields import Fresh, PromptText, Reference, WaitForWorker
from screentest.common.recipes import MAX_SEED, Lora, Prompts, SlotValue


class PromptOverrides(BaseModel):
    """Prompt templates that replace the scene type's, by position."""

    model_config = ConfigDict(extra="forbid")

    start: PromptText | None = None
    continuation: PromptText | None = None
    full: PromptText | None = None


class ShotOverrides(BaseModel):
    """What is to differ from the scene type; what is not given stays as the scene type has it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"values": {"cfg": 6.5, "steps": 24}, "seed": 42},
                {"loras": [{"name": "film-look.safetensors", "weight": 0.8}]},
            ]
        },
    )

    values: dict[str, SlotValue] = Field(
        default={}, description="Slot name -> value: cfg, steps, frames, ..."
    )
    loras: list[Lora] | None = Field(
        default=None, max_length=16, description="Replaces the whole LoRA stack; [] is none at all."
    )
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)] | Literal["random"] | None = Field(
        default=None,
        description="Without one: the scene type's seed when it fixes one, else a random one.",
    )
    prompts: PromptOverrides = PromptOverrides()
    negative_prompt: PromptText | None = None

    def overrides(self) -> Overrides:
        """The same for planning."""
        return Overrides(
            values=self.values,
            loras=None if self.loras is None else tuple(self.loras),
            seed=self.seed,
            prompts=Prompts(**self.prompts.model_dump()),
            negative_prompt=self.negative_prompt,
        )


class ShotRequest(ShotOverrides):
    """A test shot: what is to differ from the scene type, and whether it has to be rendered."""

    fresh: Fresh = False
    wait_for_worker: WaitForWorker = False


class SceneTypeShotRequest(ShotRequest):
    """A test shot of a scene type with a character."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"character_id": 1, "values": {"cfg": 6.5}}]}
    )

    character_id: Reference
