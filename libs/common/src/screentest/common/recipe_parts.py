"""The value objects that a recipe is put together from: slots and LoRAs."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from screentest.common.graphs import SlotValue

MAX_SEED = 2**53 - 1
"""The largest seed that survives JSON readers with IEEE doubles (ComfyUI's web page is one)."""


class Frozen(BaseModel):
    """A value object: immutable, and tolerant of fields that a newer writer added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Slot(Frozen):
    """A configurable input of a workflow, and where its value goes in the graph."""

    #: What people call it: seed, cfg, steps, prompt, negative_prompt, image, width, height,
    #: frames, fps, lora_1, lora_1_weight, or a name of their own.
    name: str = Field(min_length=1, max_length=80)
    #: Node id in the graph.
    node: str
    #: Input name of that node; "lora_1.strength" is the key strength of an input that is an object.
    input: str
    #: int, float, text, choice, image.
    kind: str = "text"
    default: SlotValue | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()


class Target(StrEnum):
    """One of the two models of a workflow that denoises with one after the other (Wan 2.2)."""

    HIGH = "high"
    """The model for high noise, which begins."""
    LOW = "low"
    """The model for low noise, which ends."""


class Lora(Frozen):
    """One LoRA of a stack and how strongly it is applied."""

    name: str = Field(min_length=1, max_length=200)
    weight: float = Field(default=1.0, ge=-10, le=10)
    #: Which of a workflow's two models it is for. None: what its name says (a file called
    #: film_high_noise is for one, film for both). Says nothing to a workflow with one model.
    target: Target | None = Field(default=None, exclude_if=lambda target: target is None)
