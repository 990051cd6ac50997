"""SegmentRendered: a segment's clip, boundary frame and poster are in storage."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.artefacts import (
    Artefact,
    ClipFacts,
    ExpectedClip,
    SegmentArtefacts,
)
from screentest.common.events.qa_policy import QAPolicy
from screentest.common.events.render_timings import RenderTimings
from screentest.common.events.run_event import RunEvent
from screentest.common.recipes import Sha256


class SegmentRendered(RunEvent):
    """gpu-runner -> dispatcher, qa and api."""

    type: ClassVar[str] = "segment.rendered.v1"

    segment: int = Field(ge=1)
    render_id: UUID
    attempt: int = Field(default=1, ge=1)
    recipe_hash: Sha256
    artefacts: SegmentArtefacts
    clip: ClipFacts
    #: What the recipe asked for; QA compares.
    expected: ExpectedClip = ExpectedClip()
    #: The image the segment was seeded with; QA judges the seam by it.
    seed_image: Artefact
    #: The character's source image; QA compares faces with it. None: nobody said.
    reference_image: Artefact | None = None
    qa: QAPolicy = QAPolicy()
    #: Seconds of GPU; of worker time with the built-in renderer.
    gpu_seconds: float = Field(ge=0)
    #: Beside those, spent on it by workers that were lost or handed it back.
    lost_gpu_seconds: float = Field(default=0, ge=0)
    worker: str
    #: What it was rendered on, as the worker names it; renders on alike devices cost alike.
    device: str = ""
    #: Nothing was rendered: an identical render was found.
    reused: bool = False
    #: What the identical render had cost, when it is reused.
    gpu_seconds_saved: float = Field(default=0, ge=0)
    #: When it is reused, whose files these are. With `gpu_seconds` the run pays for that render: it
    #: was left to it by one that was cancelled, so nothing is saved.
    taken_from: UUID | None = None
    #: Frames cut off the end, so that the clip ends on its boundary frame.
    trimmed_frames: int = Field(default=0, ge=0)
    timings: RenderTimings = RenderTimings()

    @property
    def gpu_seconds_spent(self) -> float:
        """What it cost in all, whoever rendered: what budgets count."""
        return self.gpu_seconds + self.lost_gpu_seconds
