"""What the audit says of one act."""

from datetime import datetime
from typing import Any

from pydantic import Field

from screentest.common.recipes import Frozen


class AuditEntry(Frozen):
    """Who did what, when, and what it was before and after."""

    id: int
    at: datetime
    by_id: int | None = Field(description="The user, who may be gone; null for the command line.")
    by_name: str = Field(examples=["ada"])
    action: str = Field(examples=["batch.paused"])
    subject: str = Field(examples=["batch"])
    subject_id: str = Field(examples=["4"])
    before: dict[str, Any] | None = Field(examples=[{"paused": False, "priority": 0}])
    after: dict[str, Any] | None = Field(examples=[{"paused": True, "priority": 0}])
