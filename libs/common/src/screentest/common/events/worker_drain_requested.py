"""WorkerDrainRequested: a worker is to take no more work, or to take some again."""

from typing import ClassVar

from pydantic import Field

from screentest.common.events.event import Event


class WorkerDrainRequested(Event):
    """api -> every gpu-runner."""

    type: ClassVar[str] = "worker.drain-requested.v1"

    worker: str
    #: Grows with every order to one worker; an older one that comes late is ignored. 0 is of a
    #: version that did not count them.
    version: int = Field(default=0, ge=0)
    #: False lets it take work again.
    draining: bool = True
    #: Id of the user.
    by: int

    @property
    def subject(self) -> str:
        """The worker."""
        return f"worker/{self.worker}"
