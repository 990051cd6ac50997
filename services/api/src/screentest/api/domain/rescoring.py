"""Scores given anew: which renders have one, and what is answered when it is asked for."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import Field

from screentest.common.recipes import Frozen


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A render that qa has measured, by the ids it knows it by."""

    run_id: UUID
    segment: int
    render_id: UUID


class Rescore(Frozen):
    """How much is judged again. Each new score is told as a live event when it is there."""

    requested: int = Field(description="Renders that qa was asked to judge again.")
    unscored_shot_ids: list[int] = Field(
        default=[], description="Test shots that were named and have no score yet: left out."
    )
