"""What all events of a run have in common."""

from uuid import UUID

from screentest.common.events.event import Event


class RunEvent(Event):
    """Something about a run. Events of one run are published in order."""

    run_id: UUID

    @property
    def subject(self) -> str:
        """The run."""
        return str(self.run_id)
