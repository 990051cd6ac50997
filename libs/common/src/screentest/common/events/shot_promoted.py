"""ShotPromoted: a test shot is segment 001 of a scene, byte for byte."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.artefacts import ClipFacts, SegmentArtefacts
from screentest.common.events.event import Event
from screentest.common.recipes import RunRecipe, Sha256


class ShotPromoted(Event):
    """promotion -> dispatcher and api."""

    type: ClassVar[str] = "shot.promoted.v1"

    promotion_id: UUID
    test_shot_id: int
    scene_id: int
    #: Segment 001's files in scene storage.
    artefacts: SegmentArtefacts
    clip: ClipFacts
    #: With what the scene goes on from segment 002.
    recipe: RunRecipe
    #: Hash of the clip as the test shot had it, and as it was read back from scene storage.
    sha256_before: Sha256
    sha256_after: Sha256
    gpu_seconds_saved: float = Field(ge=0)
    #: Seconds the copy and its proof took.
    seconds: float = Field(ge=0)

    @property
    def subject(self) -> str:
        """The scene."""
        return f"scene/{self.scene_id}"
