"""Lanes as people see them."""

from datetime import datetime

from pydantic import Field

from screentest.common.events import Lane
from screentest.common.recipes import Frozen


class LaneState(Frozen):
    """A lane: whether it is paused, and what stands in it."""

    lane: Lane
    paused_at: datetime | None = Field(description="Null: it is not paused.")
    changed_by_id: int | None = Field(description="Who paused or resumed it last.")
    changed_at: datetime | None
    waiting: int = Field(description="Runs that wait.")
    rendering: int = Field(description="Runs that render; a pause lets them go on.")
