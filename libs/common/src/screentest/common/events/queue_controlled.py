"""QueueControlled: a person paused, resumed or moved something that waits."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.event import Event
from screentest.common.events.shot_requested import Lane


class QueueControlled(Event):
    """api -> dispatcher. Exactly one of lane, batch_id and run_id says what it is about."""

    type: ClassVar[str] = "queue.controlled.v1"

    #: Grows with every control of one thing; an older one that comes late is ignored.
    version: int = Field(ge=1)
    lane: Lane | None = None
    batch_id: int | None = None
    run_id: UUID | None = None
    #: None leaves it as it is.
    paused: bool | None = None
    priority: int | None = None
    #: Id of the user.
    by: int

    @property
    def subject(self) -> str:
        """What is controlled."""
        return f"queue/{self.lane or self.batch_id or self.run_id}"
