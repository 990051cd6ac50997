"""SegmentFailed: a render ended without a clip."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.failure_detail import FailureDetail
from screentest.common.events.run_event import RunEvent


class SegmentFailed(RunEvent):
    """gpu-runner -> dispatcher and api."""

    type: ClassVar[str] = "segment.failed.v1"

    segment: int = Field(ge=1)
    render_id: UUID
    attempt: int = Field(default=1, ge=1)
    worker: str
    #: Stable and machine-readable: out_of_memory, invalid_workflow, cancelled, recalled, hopeless,
    #: ...
    code: str
    #: The backend's own words.
    message: str
    #: Where a node of a workflow broke.
    detail: FailureDetail | None = None
    #: Whether the same recipe may succeed on another attempt.
    retryable: bool
    #: Seconds of GPU spent in vain.
    gpu_seconds: float = Field(default=0, ge=0)
    #: Beside those, spent on it by workers that were lost or handed it back.
    lost_gpu_seconds: float = Field(default=0, ge=0)
    #: Not spent, because it was stopped as hopeless: what was left, at the pace it had.
    gpu_seconds_saved: float = Field(default=0, ge=0)

    @property
    def was_recalled(self) -> bool:
        """Nothing failed: it was called back, by `RenderCancelled`, before it had begun."""
        return self.code == "recalled"

    @property
    def gpu_seconds_spent(self) -> float:
        """What it cost in all, whoever rendered: what budgets count."""
        return self.gpu_seconds + self.lost_gpu_seconds
