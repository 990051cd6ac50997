"""Promotions: a test shot on its way to be segment 001 of a scene."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from screentest.common.recipes import Frozen


class Promotion(Frozen):
    """A promotion, its outcome and its proof."""

    id: UUID
    test_shot_id: int
    scene_id: int
    status: Literal["requested", "done", "rejected", "superseded"] = Field(
        description="`superseded`: it was done, and the segment 001 it made was replaced."
    )
    requested_by_id: int
    code: str | None = Field(description="Why it was rejected.")
    message: str | None
    sha256_before: str | None = Field(description="The clip as the test shot had it.")
    sha256_after: str | None = Field(description="The clip as read back from the scene's storage.")
    gpu_seconds: float = Field(default=0, description="What it cost: nothing is rendered.")
    gpu_seconds_saved: float | None
    seconds: float | None = Field(description="How long the copy and its proof took.")
    created_at: datetime
    finished_at: datetime | None
