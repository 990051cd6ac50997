"""Budgets in seconds of GPU a UTC day, and whether something still fits into one.

Pure: must never read a clock or a database. What is spent is what renders of the day took; what is
reserved is what runs that have not ended are still expected to take, whenever they were asked for.
What would pass the limit is refused; once it is spent, what was accepted is held until it is not.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field, computed_field

from screentest.common.recipes import Frozen

UNKNOWN_RENDER_S = 60.0
"""What a segment without an estimate is counted with, unless the budget says otherwise."""


class Standing(Frozen):
    """A budget and how much of it is left today."""

    user_id: int | None = Field(description="Null: everybody's together.")
    user_name: str | None
    gpu_seconds_per_day: float | None = Field(
        description="Seconds of GPU a UTC day; null: no limit."
    )
    unknown_render_s: float = Field(
        description="What a segment without an estimate is counted with while it is to come."
    )
    spent_s: float = Field(description="What was rendered today.")
    reserved_s: float = Field(description="What runs that have not ended are expected to take.")
    resets_at: datetime = Field(description="When the next UTC day begins.")

    @property
    def scope(self) -> str:
        """Whose budget it is, in words."""
        return "everybody's budget" if self.user_id is None else f"the budget of {self.user_name}"

    @computed_field(description="What may still be asked for today; null: no limit.")  # type: ignore[prop-decorator] # pydantic's documented way
    @property
    def left_s(self) -> float | None:
        """What may still be asked for today; never negative, None without a limit."""
        if self.gpu_seconds_per_day is None:
            return None
        return max(0.0, self.gpu_seconds_per_day - self.spent_s - self.reserved_s)

    @computed_field(description="Nothing more is begun: what waits is held.")  # type: ignore[prop-decorator] # pydantic's documented way
    @property
    def is_spent(self) -> bool:
        """Whether the day's renders have taken all of it."""
        return self.gpu_seconds_per_day is not None and self.spent_s >= self.gpu_seconds_per_day

    @property
    def held_because(self) -> str | None:
        """Why what waits is held, in a sentence; None while it is not."""
        if not self.is_spent:
            return None
        return (
            f"{self.scope} is spent: {self.spent_s:.6g} of {self.gpu_seconds_per_day:.6g} GPU "
            f"seconds today; goes on at {self.resets_at:%H:%M} UTC or when the budget is raised"
        )

    def admits(self, wanted_s: float, *, renders: int) -> bool:
        """Whether so many renders that count ``wanted_s`` together may be asked for.

        No render always may. One that counts nothing, because it is not known what it takes and the
        budget says so, may while something is left.
        """
        if renders == 0 or self.left_s is None:
            return True
        return self.left_s > 0 and wanted_s <= self.left_s


class Standings(Frozen):
    """What binds one user."""

    own: Standing
    everybody: Standing

    @computed_field(description="What you may still ask for today; null: no limit.")  # type: ignore[prop-decorator] # pydantic's documented way
    @property
    def left_s(self) -> float | None:
        """The smaller of what both budgets leave."""
        left = [one.left_s for one in (self.own, self.everybody) if one.left_s is not None]
        return min(left, default=None)


def wanted_s(standing: Standing, segments: Sequence[tuple[float | None, int]]) -> float:
    """What a request counts in a budget.

    Args:
        standing: the budget, which says what an unknown render counts.
        segments: seconds one segment is estimated at (None: unknown), and how many of them.
    """
    return sum(
        count * (standing.unknown_render_s if each_s is None else each_s)
        for each_s, count in segments
    )


def refusal(
    standings: Sequence[Standing], segments: Sequence[tuple[float | None, int]]
) -> Standing | None:
    """The first budget that does not admit a request; None when all do."""
    renders = sum(count for _, count in segments)
    for standing in standings:
        if not standing.admits(wanted_s(standing, segments), renders=renders):
            return standing
    return None
