"""RescoreRequested: a measured segment is to be judged again, by the limits of today."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.qa_policy import QAPolicy
from screentest.common.events.run_event import RunEvent


class RescoreRequested(RunEvent):
    """api -> qa. Answered by a `QAScored` that is `rescored`; without one where nothing is known.

    Costs no GPU, no download and no decoding: what was measured is judged by other limits.
    """

    type: ClassVar[str] = "rescore.requested.v1"

    #: A UUIDv7: of two that ask for the same render the larger is the later, and counts.
    rescore_id: UUID
    segment: int = Field(ge=1)
    render_id: UUID
    #: What to judge by.
    qa: QAPolicy = QAPolicy()
