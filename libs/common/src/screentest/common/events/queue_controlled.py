"""QueueControlled: something that waits is paused, resumed or moved, by a person or a budget."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.event import Event
from screentest.common.events.shot_requested import Lane


class QueueControlled(Event):
    """api -> dispatcher. Exactly one field from `lane` to `everybody` says what it is about."""

    type: ClassVar[str] = "queue.controlled.v1"

    #: Grows with every control of one thing; an older one that comes late is ignored.
    version: int = Field(ge=1)
    lane: Lane | None = None
    batch_id: int | None = None
    run_id: UUID | None = None
    #: All that this user asks for, what is still to come included: their budget is spent.
    user_id: int | None = None
    #: All that anybody asks for: everybody's budget is spent.
    everybody: bool = False
    #: None leaves it as it is.
    paused: bool | None = None
    #: Why it is paused, as one sentence for people; empty where a person paused it.
    reason: str = ""
    priority: int | None = None
    #: Id of the user; 0: a budget.
    by: int

    @property
    def subject(self) -> str:
        """What is controlled."""
        if self.everybody:
            return "queue/everybody"
        if self.user_id is not None:
            return f"queue/user/{self.user_id}"
        return f"queue/{self.lane or self.batch_id or self.run_id}"
