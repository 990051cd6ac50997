"""What a recipe is planned from: workflow, scene type and character, and what a person changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from screentest.common.events import Artefact, Boundary, QAPolicy
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import Graph, Lora, Prompts, Renderer, Slot, SlotValue


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """One version of a workflow."""

    id: int
    name: str
    version: int
    renderer: Renderer
    graph: Graph
    slots: tuple[Slot, ...]
    #: Which numbers of frames it can make; None: any.
    frame_rule: FrameRule | None = None
    #: What a worker must have, in GB of 1e9 bytes; None: any will do.
    vram_gb: float | None = None


@dataclass(frozen=True, kw_only=True)
class SceneType:
    """What every scene of a type has in common."""

    id: int
    name: str
    prompts: Prompts
    negative_prompt: str
    loras: tuple[Lora, ...]
    values: Mapping[str, SlotValue]
    #: None: a random one for every run.
    seed: int | None
    target_duration_s: float
    segment_duration_s: float
    #: How far from the target a scene may end.
    duration_tolerance_s: float = 0
    boundary: Boundary = field(default_factory=Boundary)
    qa: QAPolicy


@dataclass(frozen=True, kw_only=True)
class Character:
    """The subject, and the picture segment 1 begins with."""

    id: int
    name: str
    metadata: Mapping[str, Any]
    #: None while the character has no source image.
    seed_image: Artefact | None

    @property
    def facts(self) -> dict[str, Any]:
        """What the placeholders of prompt templates are filled in from."""
        return {**self.metadata, "name": self.name}


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """What a person changed for this one shot; what is not given comes from the scene type."""

    values: Mapping[str, SlotValue] = field(default_factory=dict)
    #: Replaces the scene type's stack as a whole.
    loras: tuple[Lora, ...] | None = None
    #: None takes the scene type's seed when it fixes one, else a random one.
    seed: int | Literal["random"] | None = None
    prompts: Prompts = field(default_factory=Prompts)
    negative_prompt: str | None = None
