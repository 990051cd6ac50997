"""What people think of a test shot."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from screentest.common.recipes import Frozen


class Decision(StrEnum):
    """Whether a test shot may become the scene's."""

    APPROVED = "approved"
    REJECTED = "rejected"


class Decided(StrEnum):
    """The same as a filter."""

    APPROVED = "approved"
    REJECTED = "rejected"
    UNDECIDED = "undecided"


class Review(Frozen):
    """What was said of a test shot, and by whom last."""

    decision: Decision | None
    rating: int | None = Field(description="1 to 5.")
    tags: list[str]
    note: str
    by_id: int | None = Field(description="The user, who may be gone.")
    by_name: str
    at: datetime
