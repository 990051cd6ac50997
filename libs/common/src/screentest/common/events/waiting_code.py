"""Why a run waits, in one word: said by the dispatcher, shown by the api."""

from enum import StrEnum
from typing import Self


class WaitingCode(StrEnum):
    """Stable and machine-readable. What a newer dispatcher says beyond these is read as unknown."""

    #: It stands in the order; every slot that could render it is busy.
    SLOTS_BUSY = "slots_busy"
    #: It is out, and the next worker of its class that is free takes it.
    RELEASED = "released"
    #: A worker has it, and begins with it after the present render.
    STAGED = "staged"

    NO_WORKER = "no_worker"
    WORKERS_DRAINING = "workers_draining"
    MISSING_MODEL = "missing_model"
    MISSING_NODE = "missing_node"
    SHORT_OF_VRAM = "short_of_vram"

    LANE_PAUSED = "lane_paused"
    BATCH_PAUSED = "batch_paused"
    RUN_PAUSED = "run_paused"
    #: The GPU seconds of its user, or everybody's, are spent for today.
    BUDGET_SPENT = "budget_spent"

    #: It takes the clip of an identical render that is under way.
    SHARES_RENDER = "shares_render"
    #: The files of an identical render are being looked for, to be taken.
    CHECKS_REUSE = "checks_reuse"
    #: Its last segment has no verdict yet, and the next is not paid for before.
    AWAITING_QA = "awaiting_qa"
    #: A person is to choose the frame that the next segment begins with.
    AWAITING_FRAME = "awaiting_frame"

    #: Nobody has said.
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, _value: object) -> Self:
        return cls("unknown")
