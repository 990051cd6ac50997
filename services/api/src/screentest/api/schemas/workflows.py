"""Workflows: ComfyUI graphs and their slots."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from screentest.api.domain.slot_changes import SlotChanges, dump_changes
from screentest.api.schemas.fields import Name, absent
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import Renderer, Slot

VramGb = Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)]

_GRAPH = {
    "3": {
        "class_type": "KSampler",
        "inputs": {"seed": 42, "steps": 20, "cfg": 6.0, "positive": ["6", 0]},
    },
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a portrait"}},
}
_SLOTS = [
    {"name": "cfg", "node": "3", "input": "cfg", "kind": "float", "default": 6.0},
    {"name": "prompt", "node": "6", "input": "text", "kind": "text"},
]
_EXAMPLE: dict[str, Any] = {"name": "Wan 2.2 image to video", "graph": _GRAPH, "slots": _SLOTS}


class NewWorkflow(BaseModel):
    """A workflow to be imported."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    name: Name
    renderer: Renderer = Renderer.COMFYUI
    graph: dict[str, Any] = Field(description="ComfyUI's API format: node id -> node.")
    slots: list[Slot] | None = Field(
        default=None,
        max_length=500,
        description="Configurable inputs. Without them they are found by walking the graph.",
    )
    slot_changes: SlotChanges = Field(
        default={},
        max_length=500,
        description="What to change of the slots that are found, by the name they are found under. "
        "Kept: slots that are found in a later graph are changed alike.",
        examples=[{"cfg_2": {"name": "cfg_low"}, "seed_2": {"is_hidden": True}}],
    )
    frame_rule: FrameRule | None = Field(
        default=None,
        description="Which numbers of frames it can make, step * n + offset; null: any.",
        examples=[{"step": 4, "offset": 1}],
    )
    vram_gb: VramGb | None = Field(
        default=None,
        description="GB of VRAM a worker must have to render it; null: any. It waits, and says so, "
        "while no live worker has so much.",
        examples=[24],
    )


class WorkflowChanges(BaseModel):
    """What is to change; what is left out stays.

    A new graph without slots has its slots found anew, and so have new `slot_changes`, which
    replace those that were given before. Whatever decides the pixels makes a new version: any
    change but of name and VRAM.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Wan 2.2, 14B"}]}
    )

    name: Name = absent()
    renderer: Renderer = absent()
    graph: dict[str, Any] = absent()
    slots: list[Slot] = absent()
    slot_changes: SlotChanges = absent()
    frame_rule: FrameRule | None = absent()
    vram_gb: VramGb | None = absent()


class WorkflowSummary(BaseModel):
    """A workflow in a list."""

    id: int = Field(examples=[1])
    name: str = Field(examples=["Wan 2.2 image to video"])
    renderer: Renderer
    version: int = Field(
        description="Grows with every change of graph, slots, renderer or frame rule."
    )
    slots: list[Slot]
    slot_changes: SlotChanges = Field(
        description="What was changed by hand of the slots that were found; empty where all of "
        "them were given."
    )
    frame_rule: FrameRule | None = Field(description="Null: any number of frames.")
    vram_gb: float | None = Field(description="What a worker must have; null: any.")
    created_by_id: int | None
    created_at: datetime
    updated_at: datetime

    @field_serializer("slot_changes")
    def _as_said(self, changes: SlotChanges) -> dict[str, Any]:
        """Only what was said, so that it can be sent back as it is."""
        return dump_changes(changes)


class Workflow(WorkflowSummary):
    """A workflow with its graph."""

    graph: dict[str, Any]


class ImportedWorkflow(Workflow):
    """A workflow as it was imported."""

    described_by_workers: int = Field(
        description="How many live workers' servers said what its nodes take: kinds, ranges and "
        "choices of slots, and the frame rule where none is given. 0: nobody did, or all slots "
        "were given; what is usual stands there then.",
        examples=[2],
    )
