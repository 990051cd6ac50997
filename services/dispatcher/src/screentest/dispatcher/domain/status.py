"""Where a run stands, and why it refuses what it is told."""

from enum import StrEnum


class Status(StrEnum):
    """Where a run stands."""

    #: Its segment can be rendered as soon as a slot is free.
    WAITING = "waiting"
    #: A worker has its segment, or is about to take it.
    RELEASED = "released"
    #: Its segment is rendered; the next one is paid for only when qa does not fail it.
    AWAITING_QA = "awaiting_qa"
    #: Its segment is rendered; a person is to choose the frame the next one begins with.
    AWAITING_FRAME = "awaiting_frame"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    HALTED_BY_QA = "halted_by_qa"

    @property
    def is_final(self) -> bool:
        """Whether nothing can change any more."""
        return self not in _LIVE


_LIVE = (Status.WAITING, Status.RELEASED, Status.AWAITING_QA, Status.AWAITING_FRAME)


class Refusal(StrEnum):
    """Why a result or a wish changes nothing."""

    RUN_ENDED = "run_ended"
    #: The result is of a render that was given up, or whose result is in already.
    NOT_LIVE = "not_live"
    #: Nobody waits for the verdict or the frame: it is known already, or was never asked for.
    NOT_AWAITED = "not_awaited"
    #: A frame of a segment that is not known to be rendered yet.
    TOO_EARLY = "too_early"
