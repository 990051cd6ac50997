"""What is saved beside clips: everything that says how a test shot or a scene was made."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from screentest.api.domain.chains import Segment
from screentest.api.domain.shots import Named, Shot

Recipe = Field(
    description="As the clip itself carries it: renderer, values, LoRAs, seed, prompts, hash of "
    "the seed image."
)
Graph = Field(
    description="The workflow in API format with every slot filled, as the clip itself carries it."
)


class ShotExport(BaseModel):
    """All that is known of a test shot, and the recipe of its clip."""

    exported_at: datetime
    test_shot: Shot
    recipe: dict[str, Any] = Recipe
    graph: dict[str, Any] = Graph


class ExportedSegment(Segment):
    """A segment, and the recipe of its clip."""

    recipe: dict[str, Any] = Recipe
    graph: dict[str, Any] = Graph


class SceneExport(BaseModel):
    """A scene and how each of its segments was made."""

    exported_at: datetime
    scene: Named
    scene_type: Named
    character: Named
    parameters: dict[str, Any] | None = Field(
        description="With what the chain goes on: workflow and its version, values, LoRAs, seed, "
        "prompts. A segment made before they were changed has its own in its `recipe`."
    )
    duration_s: float = Field(description="Of the segments joined; shared frames are seen once.")
    gpu_seconds: float
    segments: list[ExportedSegment] = Field(
        description="Those that the joined clip is made of: up to the first that is missing or "
        "stale."
    )
