"""ShotCancelled: somebody no longer wants a run."""

from typing import ClassVar
from uuid import UUID

from screentest.common.events.event import Event


class ShotCancelled(Event):
    """api -> dispatcher: end the run, whatever state it is in."""

    type: ClassVar[str] = "shot.cancelled.v1"

    run_id: UUID
    #: Id of the user who cancelled.
    by: int
    reason: str = ""

    @property
    def subject(self) -> str:
        """The run."""
        return str(self.run_id)
