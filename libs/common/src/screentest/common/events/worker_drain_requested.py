"""WorkerDrainRequested: a worker is to take no more work, or to take some again."""

from typing import ClassVar

from screentest.common.events.event import Event


class WorkerDrainRequested(Event):
    """api -> every gpu-runner."""

    type: ClassVar[str] = "worker.drain-requested.v1"

    worker: str
    #: False lets it take work again.
    draining: bool = True
    #: Id of the user.
    by: int

    @property
    def subject(self) -> str:
        """The worker."""
        return f"worker/{self.worker}"
