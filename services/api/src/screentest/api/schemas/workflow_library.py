"""The workflow library: ready workflows that can be imported."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from screentest.api.schemas.fields import Name
from screentest.common.frame_rule import FrameRule
from screentest.common.library import LibraryWorkflow, ModelFile
from screentest.common.recipes import Slot


class LibraryDefaults(BaseModel):
    """What a clip is like where nothing else is asked for."""

    width: int
    height: int
    frames: int
    fps: float


class LibraryEntry(BaseModel):
    """A workflow of the library, without its graph."""

    name: str = Field(examples=["wan-2.2-i2v-14b"], description="What it is imported by.")
    title: str = Field(examples=["Wan 2.2 image to video, 14B, two stages"])
    description: str
    slots: list[Slot]
    frame_rule: FrameRule | None = Field(description="Null: any number of frames.")
    frame_counts: list[int] | None = Field(
        description="The numbers of frames it can make, smallest first; null: any.",
        examples=[[14, 25]],
    )
    defaults: LibraryDefaults
    vram_gb: float | None = Field(description="What a worker must have; null: any.")
    models: list[ModelFile] = Field(
        description="The files a worker's ComfyUI must have, and where people get them. "
        "Nothing is downloaded for them."
    )

    @classmethod
    def of(cls, workflow: LibraryWorkflow) -> Self:
        """What is to be known of a workflow before it is imported."""
        return cls.model_validate(
            {
                **workflow.model_dump(),
                "frame_counts": workflow.frame_counts,
                "defaults": {name: workflow.default(name) for name in LibraryDefaults.model_fields},
            }
        )


class LibraryGraph(LibraryEntry):
    """A workflow of the library with its graph."""

    graph: dict[str, Any]


class LibraryImport(BaseModel):
    """How it is to be called here."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})

    name: Name | None = Field(default=None, description="Null: as in the library.")
