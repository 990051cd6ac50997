"""A segment that a scene has already, as a run that goes on from it is told of it."""

from uuid import UUID

from screentest.common.events.artefacts import ClipFacts, SegmentArtefacts
from screentest.common.recipes import Frozen


class KeptSegment(Frozen):
    """The last segment before those that a run renders."""

    #: None where a promotion made it.
    render_id: UUID | None = None
    artefacts: SegmentArtefacts
    clip: ClipFacts
