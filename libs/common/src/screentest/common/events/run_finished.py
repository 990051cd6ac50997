"""RunFinished: a run has reached its one terminal state."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from screentest.common.events.failure_detail import FailureDetail
from screentest.common.events.run_event import RunEvent
from screentest.common.events.shot_requested import RunKind
from screentest.common.recipes import Frozen


class RunStatus(StrEnum):
    """How a run ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    HALTED_BY_QA = "halted_by_qa"


class Failure(Frozen):
    """Why something did not come to be."""

    #: Stable and machine-readable.
    code: str
    #: One sentence, the backend's own words where it has some.
    message: str
    #: Where a node of a workflow broke.
    detail: FailureDetail | None = None


class RunFinished(RunEvent):
    """dispatcher -> api."""

    type: ClassVar[str] = "run.finished.v1"

    kind: RunKind
    test_shot_id: int | None = None
    scene_id: int | None = None
    status: RunStatus
    #: Segments this run rendered.
    segments: int = Field(ge=0)
    #: Seconds of GPU of all attempts, failed ones included.
    gpu_seconds: float = Field(ge=0)
    #: Not spent because QA halted the run: planned segments left, times what the last one cost.
    gpu_seconds_saved: float = Field(default=0, ge=0)
    failure: Failure | None = None
