"""PromotionRejected: a test shot did not become segment 001."""

from typing import ClassVar
from uuid import UUID

from screentest.common.events.event import Event


class PromotionRejected(Event):
    """promotion -> api."""

    type: ClassVar[str] = "promotion.rejected.v1"

    promotion_id: UUID
    test_shot_id: int
    scene_id: int
    #: not_finished, artefact_missing, hash_mismatch, already_promoted, scene_has_segment_001.
    code: str
    message: str

    @property
    def subject(self) -> str:
        """The scene."""
        return f"scene/{self.scene_id}"
