"""A segment that its run has, and has not gone on from."""

from typing import Self
from uuid import UUID

from screentest.common.events import (
    ClipFacts,
    KeptSegment,
    SegmentArtefacts,
    SegmentRendered,
)
from screentest.common.recipes import Frozen


class Held(Frozen):
    """What the run goes on from once it may; kept while it awaits a verdict or a frame."""

    #: None where a promotion made it.
    render_id: UUID | None
    artefacts: SegmentArtefacts
    clip: ClipFacts
    #: What it cost when it was rendered, and so what the next one would.
    gpu_seconds: float

    @classmethod
    def of(cls, event: SegmentRendered) -> Self:
        """The accepted result of a segment."""
        return cls(
            render_id=event.render_id,
            artefacts=event.artefacts,
            clip=event.clip,
            gpu_seconds=event.gpu_seconds + event.gpu_seconds_saved,
        )

    @classmethod
    def kept(cls, segment: KeptSegment) -> Self:
        """What the scene had before the run began; it cost the run nothing."""
        return cls(
            render_id=segment.render_id,
            artefacts=segment.artefacts,
            clip=segment.clip,
            gpu_seconds=0,
        )
