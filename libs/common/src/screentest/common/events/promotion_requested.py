"""PromotionRequested: a test shot is to become segment 001 of a scene."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.artefacts import ClipFacts, SegmentArtefacts
from screentest.common.events.event import Event
from screentest.common.recipes import RunRecipe


class PromotionRequested(Event):
    """api -> promotion."""

    type: ClassVar[str] = "promotion.requested.v1"

    promotion_id: UUID
    test_shot_id: int
    scene_id: int
    #: Id of the user who promotes.
    requested_by: int
    #: The test shot's files; None when it has not finished.
    artefacts: SegmentArtefacts | None
    clip: ClipFacts | None = None
    #: With what the scene goes on.
    recipe: RunRecipe
    #: What rendering the shot cost, and rendering segment 001 again would.
    gpu_seconds: float = Field(default=0, ge=0)
    #: The shot's earlier promotion, whose segment 001 was replaced: it no longer claims the shot.
    supersedes: UUID | None = None

    @property
    def subject(self) -> str:
        """The scene."""
        return f"scene/{self.scene_id}"
