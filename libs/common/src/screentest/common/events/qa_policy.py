"""What QA is to do with a scene type's segments."""

from typing import Literal

from pydantic import Field

from screentest.common.recipes import Frozen


class Limits(Frozen):
    """Where a check warns and where it fails; None keeps the check's default."""

    warn: float | None = None
    fail: float | None = None


class QAPolicy(Frozen):
    """How strict QA is, and what follows from a failing verdict."""

    #: advice: the verdict is shown; halt: a failing verdict ends the chain.
    mode: Literal["advice", "halt"] = "advice"
    #: Check name -> limits that replace its defaults.
    limits: dict[str, Limits] = Field(default_factory=dict)
    #: A render whose previews show that nothing will come of it (black, noise) is stopped, and ends
    #: as failed with the code `hopeless`.
    stop_hopeless: bool = False
    #: A clip is to end where it began: `loop_closure` is measured.
    loop: bool = False
