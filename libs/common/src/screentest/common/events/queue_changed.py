"""QueueChanged: why every waiting run waits, and until when. Transient: the next one comes soon."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from screentest.common.events.event import Event
from screentest.common.events.shot_requested import Lane
from screentest.common.events.waiting_code import WaitingCode
from screentest.common.recipes import Frozen, Renderer


class WaitingRun(Frozen):
    """One run that waits, or that is released and that no worker has begun with."""

    run_id: UUID
    code: WaitingCode
    #: One sentence for people: "no live worker has the model film.safetensors".
    reason: str
    #: Place in its queue, from 1; None while it does not stand in one.
    position: int | None = Field(default=None, ge=1)
    #: Seconds until it is expected to start; None when that cannot be told.
    starts_in_s: float | None = Field(default=None, ge=0)


class Outlook(Frozen):
    """What a run may expect that is asked for now and that workers of one class can render."""

    renderer: Renderer
    #: As in `WorkerSeen`.
    capability_class: str = ""
    lane: Lane
    #: Seconds until it would start, at the latest; None when that cannot be told.
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
    #: In part 1 only. Of lanes that are not paused, at places where workers take work.
    outlooks: tuple[Outlook, ...] = ()

    @property
    def subject(self) -> str:
        """The queue."""
        return "queue"
