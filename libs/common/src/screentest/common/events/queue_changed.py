"""QueueChanged: why every waiting run waits, and until when. Transient: the next one comes soon."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.event import Event
from screentest.common.recipes import Frozen


class WaitingRun(Frozen):
    """One run that waits."""

    run_id: UUID
    #: Stable and machine-readable: slots_busy, no_worker, missing_model, missing_node,
    #: short_of_vram, lane_paused, batch_paused, run_paused, budget_spent, workers_draining,
    #: shares_render, awaiting_frame.
    code: str
    #: One sentence for people: "no live worker has the model film.safetensors".
    reason: str
    #: Place in its queue, from 1; None while it does not stand in one.
    position: int | None = Field(default=None, ge=1)
    #: Seconds until it is expected to start; None when that cannot be told.
    starts_in_s: float | None = Field(default=None, ge=0)


class QueueChanged(Event):
    """dispatcher -> every api replica, at most once a second. Replaces what was said before."""

    type: ClassVar[str] = "queue.changed.v1"
    transient: ClassVar[bool] = True

    #: A long queue comes in parts; part 1 of a new `snapshot` begins a new picture.
    snapshot: UUID
    part: int = Field(ge=1)
    parts: int = Field(ge=1)
    waiting: tuple[WaitingRun, ...]

    @property
    def subject(self) -> str:
        """The queue."""
        return "queue"
