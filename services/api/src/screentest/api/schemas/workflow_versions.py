"""Versions of workflows, and what changed between two of them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from screentest.api.domain.workflow_diffs import WorkflowDiff
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import Renderer, Slot


class VersionSummary(BaseModel):
    """One version of a workflow, as it was made. Only its name and VRAM are those of later."""

    workflow_id: int = Field(examples=[1])
    version: int = Field(examples=[2])
    name: str = Field(description="The workflow's while this version was the present one.")
    renderer: Renderer
    slots: list[Slot]
    frame_rule: FrameRule | None
    vram_gb: float | None
    created_by_id: int | None = Field(description="Who made it; null where nobody knows any more.")
    created_by: str | None = Field(examples=["carl"])
    created_at: datetime


class Version(VersionSummary):
    """A version with its graph."""

    graph: dict[str, Any]


class VersionDiff(WorkflowDiff):
    """What changed from one version to another."""

    sentences: list[str] = Field(
        description="Every change for people to read.",
        examples=[['Node "KSampler" (id 3): steps was 20 and is 30.']],
    )
