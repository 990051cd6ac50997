"""GPU seconds that did not have to be spent."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from screentest.common.recipes import Frozen


class Cause(StrEnum):
    """Why something was not rendered."""

    #: An identical render was found: what that one had cost.
    REUSE = "reuse"
    #: A test shot became segment 001: what rendering it had cost.
    PROMOTION = "promotion"
    #: QA halted a chain: planned segments left, times what the last one had cost.
    HALT = "halt"
    #: A render was stopped because its previews showed that nothing would come of it: what was
    #: left of it, at the pace it had.
    HOPELESS = "hopeless"


class Saved(Frozen):
    """What one cause saved."""

    gpu_seconds: float = Field(default=0, ge=0)
    times: int = Field(
        default=0, ge=0, description="Renders reused or stopped, shots promoted, chains ended."
    )


class Savings(Frozen):
    """GPU seconds that were not spent, by why not."""

    gpu_seconds: float = Field(description="All causes together.")
    reuse: Saved = Field(
        description="Segments taken from an identical render, each counted as what that render "
        "had cost."
    )
    promotion: Saved = Field(
        description="Test shots that became segment 001, each counted as what rendering it had "
        "cost: 0 GPU seconds were paid for the scene's."
    )
    halt: Saved = Field(
        description="Chains that QA halted, each counted as the planned segments that were left, "
        "times what the last one had cost."
    )
    hopeless: Saved = Field(
        default=Saved(),
        description="Renders stopped because their previews were black or noise, each counted as "
        "what was left of it, at the pace it had.",
    )


class SavingsReport(Frozen):
    """Savings altogether, and since a date where one was given."""

    total: Savings
    since: datetime | None = None
    since_then: Savings | None = None


def savings_of(saved: dict[Cause, Saved]) -> Savings:
    """Savings by cause; a cause that is missing saved nothing."""
    return Savings(
        gpu_seconds=sum(one.gpu_seconds for one in saved.values()),
        reuse=saved.get(Cause.REUSE, Saved()),
        promotion=saved.get(Cause.PROMOTION, Saved()),
        halt=saved.get(Cause.HALT, Saved()),
        hopeless=saved.get(Cause.HOPELESS, Saved()),
    )
