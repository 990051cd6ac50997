"""Batches: one scene type, many characters, many variations."""

from datetime import datetime

from pydantic import Field

from screentest.api.domain.shots import Shot, ShotStatus
from screentest.common.recipes import Frozen


class Batch(Frozen):
    """A batch and what has become of its test shots."""

    id: int
    name: str
    scene_type_id: int
    cells: int = Field(description="Test shots asked for.")
    created_by_id: int
    created_at: datetime
    counts: dict[ShotStatus, int] = Field(description="Test shots by status.")
    shots: list[Shot]
