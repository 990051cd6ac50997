"""ShotCancelled: somebody no longer wants a run."""

from typing import ClassVar

from screentest.common.events.run_event import RunEvent


class ShotCancelled(RunEvent):
    """api -> dispatcher: end the run, whatever state it is in."""

    type: ClassVar[str] = "shot.cancelled.v1"

    #: Id of the user who cancelled.
    by: int
    reason: str = ""
