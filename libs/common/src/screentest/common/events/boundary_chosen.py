"""BoundaryChosen: a person chose the boundary frame of a segment that awaited it."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.artefacts import ClipFacts, SegmentArtefacts
from screentest.common.events.run_event import RunEvent


class BoundaryChosen(RunEvent):
    """api -> dispatcher: the run goes on from the segment as it was cut."""

    type: ClassVar[str] = "boundary.chosen.v1"

    segment: int = Field(ge=1)
    #: Whose clip it was that the person saw; None where a promotion made the segment.
    render_id: UUID | None = None
    #: The segment's files, cut so that the clip ends on the chosen frame.
    artefacts: SegmentArtefacts
    clip: ClipFacts
    #: Id of the user.
    by: int
