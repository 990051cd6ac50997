"""A rendered segment that its run has, and has not gone on from."""

from typing import Self
from uuid import UUID

from screentest.common.events import ClipFacts, SegmentArtefacts, SegmentRendered
from screentest.common.recipes import Frozen


class Held(Frozen):
    """What the run goes on from once it may; kept while it awaits a verdict or a frame."""

    render_id: UUID
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
